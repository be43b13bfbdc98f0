// SPDX-License-Identifier: Apache-2.0
public import Essentials

extension Instant {
    /// RFC 3339 in UTC with milliseconds: `2026-11-23T21:56:21.000Z`. Years outside 0…9999 are clamped to them.
    public var rfc3339: String {
        let milliseconds = min(max(unixMilliseconds, -62_167_219_200_000), 253_402_300_799_999)
        let days = Int64((Double(milliseconds) / 86_400_000).rounded(.down))
        let inDay = milliseconds - days * 86_400_000
        let (year, month, day) = Self.civil(fromDays: days)
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T\(padded(inDay / 3_600_000, 2)):"
            + "\(padded(inDay / 60_000 % 60, 2)):\(padded(inDay / 1000 % 60, 2)).\(padded(inDay % 1000, 3))Z"
    }

    /// Reads `2026-11-23`, `2026-11-23T21:56:21Z`, with a fraction, or with an offset; `nil` for anything else.
    public init?(rfc3339 text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 10, bytes[4] == 0x2D, bytes[7] == 0x2D, let year = number(bytes[0..<4]), let month = number(bytes[5..<7]),
            let day = number(bytes[8..<10]), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        let days = Self.days(fromCivil: year, month, day)
        guard bytes.count > 10 else {
            self.init(unixMilliseconds: days * 86_400_000)
            return
        }
        guard let inDay = Self.milliseconds(inDay: bytes[10...]) else { return nil }
        self.init(unixMilliseconds: days * 86_400_000 + inDay)
    }

    /// `T21:56:21.5+03:00` as milliseconds from that day's midnight in UTC.
    private static func milliseconds(inDay bytes: ArraySlice<UInt8>) -> Int64? {
        let part = Array(bytes)
        guard part.count >= 10, part[0] | 0x20 == UInt8(ascii: "t"), part[3] == UInt8(ascii: ":"), part[6] == UInt8(ascii: ":"),
            let hour = number(part[1..<3]), let minute = number(part[4..<6]), let second = number(part[7..<9]), hour < 24, minute < 60, second < 61
        else { return nil }
        let fraction = part[9...].first == UInt8(ascii: ".") ? part[10...].prefix { (0x30...0x39).contains($0) } : []
        let zone = Array(part[(9 + (fraction.isEmpty ? 0 : fraction.count + 1))...])
        guard let offset = Self.offset(zone) else { return nil }
        let thousandths = number(Array(fraction.prefix(3)) + Array(repeating: 0x30, count: max(0, 3 - fraction.count))) ?? 0
        return (hour * 3600 + minute * 60 + second - offset * 60) * 1000 + thousandths
    }

    /// Minutes east of UTC.
    private static func offset(_ zone: [UInt8]) -> Int64? {
        if zone.count == 1, zone[0] | 0x20 == UInt8(ascii: "z") { return 0 }
        guard zone.count == 6, zone[0] == UInt8(ascii: "+") || zone[0] == UInt8(ascii: "-"), zone[3] == UInt8(ascii: ":"),
            let hours = number(zone[1..<3]), let minutes = number(zone[4..<6]), hours < 24, minutes < 60
        else { return nil }
        return (zone[0] == UInt8(ascii: "-") ? -1 : 1) * (hours * 60 + minutes)
    }

    // Days ↔ civil date after howardhinnant.github.io/date_algorithms.html (proleptic Gregorian calendar).
    private static func civil(fromDays days: Int64) -> (Int64, Int64, Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    private static func days(fromCivil year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

private func padded(_ value: Int64, _ width: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, width - text.count)) + text
}

private func number(_ digits: some Collection<UInt8>) -> Int64? {
    guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
}
