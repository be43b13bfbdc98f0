// SPDX-License-Identifier: Apache-2.0
import Essentials

extension TimeFormat {
    /// The instant that `text` names in this format; `nil` for anything else, and for times before 1970 or after 9999.
    /// - Parameter zone: for texts that name no zone; `nil`: such texts are not read.
    func read(_ text: String, zone: LocalZone?) -> Instant? {
        var text = text
        return text.withUTF8 { bytes -> Instant? in
            var reader = DigitReader(bytes)
            switch self {
            case .unixSeconds: return reader.decimal(unit: 1000)
            case .unixMilliseconds: return reader.decimal(unit: 1)
            case .unixMicroseconds: return reader.microseconds()
            case .iso8601: return reader.iso(zone)
            case .rfc2822: return reader.rfc2822()
            case .compact: return reader.compact()
            }
        }
    }

    /// The last millisecond of the year 9999.
    static let latest: Int64 = 253_402_300_799_999
}

/// Walks over the ASCII digits of a time.
private struct DigitReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    private var isAtEnd: Bool { position == bytes.count }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    /// Exactly `count` digits, or 1…`count` of them.
    private mutating func number(_ count: Int, exactly: Bool = true) -> Int64? {
        var value: Int64 = 0
        let start = position
        while position < bytes.count, position - start < count, (0x30...0x39).contains(bytes[position]) {
            value = value * 10 + Int64(bytes[position] - 0x30)
            position += 1
        }
        return position == start || exactly && position - start != count ? nil : value
    }

    /// Milliseconds after a decimal point; further digits are passed over.
    private mutating func fraction() -> Int64? {
        guard take(UInt8(ascii: ".")) || take(UInt8(ascii: ",")) else { return 0 }
        var (value, scale): (Int64, Int64) = (0, 100)
        let start = position
        while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
            value += Int64(bytes[position] - 0x30) * scale
            scale /= 10
            position += 1
        }
        return position > start ? value : nil
    }

    mutating func decimal(unit: Int64) -> Instant? {
        guard let whole = number(14, exactly: false), let decimals = fraction(), isAtEnd else { return nil }
        return instant(whole * unit + (unit == 1000 ? decimals : 0))
    }

    mutating func microseconds() -> Instant? {
        guard let whole = number(17, exactly: false), isAtEnd else { return nil }
        return instant(whole / 1000)
    }

    mutating func iso(_ zone: LocalZone?) -> Instant? {
        guard let year = number(4), take(UInt8(ascii: "-")), let month = number(2), take(UInt8(ascii: "-")), let day = number(2),
            take(UInt8(ascii: "T")) || take(UInt8(ascii: "t")) || take(UInt8(ascii: " ")),
            let hour = number(2), take(UInt8(ascii: ":")), let minute = number(2)
        else { return nil }
        var second: Int64 = 0
        if take(UInt8(ascii: ":")) {
            guard let seconds = number(2) else { return nil }
            second = seconds
        }
        guard let decimals = fraction(), let local = civil(year, month, day, hour, minute, second) else { return nil }
        if isAtEnd { return zone.flatMap { instant($0.instant(local: local + decimals).unixMilliseconds) } }
        guard let offset = offset(), isAtEnd else { return nil }
        return instant(local + decimals - offset)
    }

    /// `Z`, `+03`, `+0300` or `+03:00`, in milliseconds.
    private mutating func offset() -> Int64? {
        while take(0x20) {}
        if take(UInt8(ascii: "Z")) || take(UInt8(ascii: "z")) { return 0 }
        let isNegative = take(UInt8(ascii: "-"))
        guard isNegative || take(UInt8(ascii: "+")), let hours = number(2) else { return nil }
        var minutes: Int64 = 0
        let hasColon = take(UInt8(ascii: ":"))
        if hasColon || !isAtEnd {
            guard let value = number(2) else { return nil }
            minutes = value
        }
        guard hours < 24, minutes < 60 else { return nil }
        return (hours * 60 + minutes) * (isNegative ? -60_000 : 60_000)
    }

    mutating func compact() -> Instant? {
        guard let year = number(4), let month = number(2), let day = number(2), take(UInt8(ascii: "T")),
            let hour = number(2), let minute = number(2), let second = number(2), take(UInt8(ascii: "Z")), isAtEnd
        else { return nil }
        return civil(year, month, day, hour, minute, second).flatMap(instant)
    }

    mutating func rfc2822() -> Instant? {
        while position < bytes.count, !(0x30...0x39).contains(bytes[position]) { position += 1 }
        guard let day = number(2, exactly: false), take(0x20), let month = monthName(), take(0x20), let year = number(4), take(0x20),
            let hour = number(2), take(UInt8(ascii: ":")), let minute = number(2), take(UInt8(ascii: ":")), let second = number(2)
        else { return nil }
        guard let local = civil(year, month, day, hour, minute, second), take(0x20) else { return nil }
        if take(UInt8(ascii: "G")) { return take(UInt8(ascii: "M")) && take(UInt8(ascii: "T")) && isAtEnd ? instant(local) : nil }
        guard let offset = offset(), isAtEnd else { return nil }
        return instant(local - offset)
    }

    private mutating func monthName() -> Int64? {
        guard position + 3 <= bytes.count else { return nil }
        let name = bytes[position..<position + 3]
        position += 3
        let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        return names.firstIndex { $0.utf8.elementsEqual(name) }.map { Int64($0 + 1) }
    }

    private func instant(_ milliseconds: Int64) -> Instant? {
        (0...TimeFormat.latest).contains(milliseconds) ? Instant(unixMilliseconds: milliseconds) : nil
    }
}

/// Milliseconds from 1970 to a date and time of the proleptic Gregorian calendar; `nil` for a date that isn't there.
///
/// Days by Howard Hinnant's `days_from_civil`. A leap second counts as the first of the next minute.
func civil(_ year: Int64, _ month: Int64, _ day: Int64, _ hour: Int64, _ minute: Int64, _ second: Int64) -> Int64? {
    guard (1...9999).contains(year), (1...12).contains(month), (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
    else { return nil }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let length = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][Int(month - 1)]
    guard day >= 1, day <= Int64(length) else { return nil }
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    let days = era * 146_097 + dayOfEra - 719_468
    return (days * 86_400 + hour * 3_600 + minute * 60 + second) * 1000
}

extension DurationFormat {
    /// The length that `text` names; `nil` for anything else, for negative ones and for more than 100 days (no call lasts so long).
    func read(_ text: String) -> Duration? {
        if self == .clock { return clock(text) }
        guard let value = Double(text), value.isFinite, value >= 0 else { return nil }
        let milliseconds =
            switch self {
            case .seconds, .clock: value * 1000
            case .milliseconds: value
            case .microseconds: value / 1000
            }
        return milliseconds <= 8_640_000_000 ? .milliseconds(Int64(milliseconds)) : nil
    }

    private func clock(_ text: String) -> Duration? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int64($0) }
        guard (2...3).contains(parts.count) else { return nil }
        var seconds: Int64 = 0
        for part in parts {
            guard let part, (0..<10_000).contains(part) else { return nil }
            seconds = seconds * 60 + part
        }
        return .seconds(seconds)
    }
}
