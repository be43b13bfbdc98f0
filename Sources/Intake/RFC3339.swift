// SPDX-License-Identifier: Apache-2.0
import Essentials

extension Instant {
    /// `2026-03-02T10:00:00.000Z`; years outside 0…9999 are clamped to that range (RFC 3339, 5.6).
    var rfc3339: String {
        let (day, milliseconds) = Self.split(min(max(unixMilliseconds, -62_167_219_200_000), 253_402_300_799_999))
        let (year, month, dayOfMonth) = Self.civil(day)
        let seconds = milliseconds / 1000
        let date = [Self.padded(year, 4), Self.padded(month, 2), Self.padded(dayOfMonth, 2)].joined(separator: "-")
        let time = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { Self.padded($0, 2) }.joined(separator: ":")
        return "\(date)T\(time).\(Self.padded(milliseconds % 1000, 3))Z"
    }

    /// Reads `2026-03-02T13:00:00+03:00`, with or without fractions of a second; `nil` for anything else.
    init?(rfc3339 text: String) {
        let match = text.wholeMatch(of: /(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))/)
        guard let match, let year = Int64(match.1), let month = Int64(match.2), let day = Int64(match.3), let hour = Int64(match.4),
            let minute = Int64(match.5), let second = Int64(match.6), (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60,
            second <= 60
        else { return nil }
        let fraction = match.7.flatMap { Int64(($0 + "00").prefix(3)) } ?? 0
        let offset = (match.9.flatMap { Int64($0) } ?? 0) * 60 + (match.10.flatMap { Int64($0) } ?? 0)
        let minutes = hour * 60 + minute - (match.8 == "-" ? -offset : offset)
        let seconds = Self.day(year, month, day) * 86_400 + minutes * 60 + second
        self.init(unixMilliseconds: seconds * 1000 + fraction)
    }

    /// Days from 1970-01-01, by Howard Hinnant's `days_from_civil`.
    private static func day(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func split(_ milliseconds: Int64) -> (day: Int64, rest: Int64) {
        let day = milliseconds >= 0 ? milliseconds / 86_400_000 : (milliseconds - 86_399_999) / 86_400_000
        return (day, milliseconds - day * 86_400_000)
    }

    /// Year, month and day of a day number from 1970-01-01, by Howard Hinnant's `civil_from_days` (chrono-compatible low-level date algorithms).
    private static func civil(_ day: Int64) -> (Int64, Int64, Int64) {
        let z = day + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
