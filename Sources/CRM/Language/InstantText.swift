// SPDX-License-Identifier: Apache-2.0
import Essentials

/// Instants as texts, without a calendar of the system: RFC 3339, and the date of HTTP headers (RFC 9110, 5.6.7).
enum InstantText {
    /// `2026-10-05T09:30:00.250Z`.
    static func iso(_ instant: Instant) -> String {
        let milliseconds = instant.unixMilliseconds - instant.unixSeconds * 1000
        return isoSeconds(instant).dropLast() + "." + padded(milliseconds, 3) + "Z"
    }

    /// A part of the date or time in UTC.
    enum Part: Sendable, Hashable { case year, month, day, hour, minute, second }

    static func part(_ part: Part, of instant: Instant) -> Int64 {
        let text = isoSeconds(instant)
        let numbers = text.split { !$0.isASCIIDigit }.compactMap { Int64($0) }
        let index =
            switch part {
            case .year: 0
            case .month: 1
            case .day: 2
            case .hour: 3
            case .minute: 4
            case .second: 5
            }
        return numbers.indices.contains(index) ? numbers[index] : 0
    }

    /// `2026-10-05T09:30:00Z`.
    static func isoSeconds(_ instant: Instant) -> String {
        let (date, time) = parts(instant)
        return "\(date)T\(time)Z"
    }

    /// `2026-10-05 09:30:00`.
    static func utc(_ instant: Instant) -> String {
        let (date, time) = parts(instant)
        return "\(date) \(time)"
    }

    /// Reads RFC 3339 with `Z` or an offset and up to millisecond precision, and what CRMs make of it: `+0000` without the colon, and
    /// no zone at all, which is UTC (Odoo, EspoCRM, Pipedrive). `nil` for anything else.
    static func parse(_ text: String) -> Instant? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 19, bytes[4] == 0x2D, bytes[7] == 0x2D, bytes[10] | 0x20 == 0x74 || bytes[10] == 0x20, bytes[13] == 0x3A,
            bytes[16] == 0x3A, let year = number(bytes[0..<4]), let month = number(bytes[5..<7]), let day = number(bytes[8..<10]),
            let hour = number(bytes[11..<13]), let minute = number(bytes[14..<16]), let second = number(bytes[17..<19]),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        var rest = bytes[19...]
        var milliseconds: Int64 = 0
        if rest.first == 0x2E {
            let digits = rest.dropFirst().prefix { (0x30...0x39).contains($0) }
            guard !digits.isEmpty, let fraction = number((Array(digits) + [0x30, 0x30]).prefix(3)[...]) else { return nil }
            milliseconds = fraction
            rest = rest.dropFirst(digits.count + 1)
        }
        guard let offset = offset(Array(rest)) else { return nil }
        let seconds = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset
        return Instant(unixMilliseconds: seconds * 1000 + milliseconds)
    }

    /// Reads `Wed, 21 Oct 2026 07:28:00 GMT`; `nil` for anything else.
    static func parseHTTPDate(_ text: String) -> Instant? {
        let parts = text.split(separator: " ").map(String.init)
        guard parts.count == 6, parts[5] == "GMT", let day = Int64(parts[1]), let month = months.firstIndex(of: parts[2]), let year = Int64(parts[3]),
            (1...31).contains(day), (1970...9999).contains(year)
        else { return nil }
        let time = parts[4].split(separator: ":").compactMap { Int64($0) }
        guard time.count == 3, (0..<24).contains(time[0]), (0..<60).contains(time[1]), (0...60).contains(time[2]) else { return nil }
        return Instant(unixSeconds: days(year, Int64(month + 1), day) * 86_400 + time[0] * 3600 + time[1] * 60 + time[2])
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private static func offset(_ bytes: [UInt8]) -> Int64? {
        if bytes.isEmpty || bytes.count == 1 && bytes[0] | 0x20 == 0x7A { return 0 }
        let hasColon = bytes.count == 6 && bytes[3] == 0x3A
        guard hasColon || bytes.count == 5, bytes[0] == 0x2B || bytes[0] == 0x2D, let hours = number(bytes[1..<3]),
            let minutes = number(bytes[(bytes.count - 2)...])
        else { return nil }
        return (hours * 3600 + minutes * 60) * (bytes[0] == 0x2D ? -1 : 1)
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int64? {
        var value: Int64 = 0
        for byte in bytes {
            guard (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int64(byte - 0x30)
        }
        return value
    }

    private static func parts(_ instant: Instant) -> (date: String, time: String) {
        let seconds = instant.unixSeconds
        let day = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let second = seconds - day * 86_400
        let (year, month, date) = civil(day)
        return (
            "\(padded(year, 4))-\(padded(month, 2))-\(padded(date, 2))",
            "\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
        )
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }

    /// Days since 1970-01-01 of a date of the proleptic Gregorian calendar (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}
