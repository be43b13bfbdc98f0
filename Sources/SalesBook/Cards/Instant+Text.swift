// SPDX-License-Identifier: Apache-2.0
import Essentials

extension Instant {
    /// RFC 3339 in UTC with milliseconds: `2026-11-23T12:30:00.000Z`.
    var text: String {
        let days = (unixSeconds >= 0 ? unixSeconds : unixSeconds - 86_399) / 86_400
        let second = unixSeconds - days * 86_400
        let millisecond = unixMilliseconds - unixSeconds * 1000
        return "\(Day(number: days))T\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2)).\(padded(millisecond, 3))Z"
    }

    /// Reads RFC 3339 with any fraction and offset; `nil` for anything else. A leap second counts as the second after it.
    init?(text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, let day = Day(String(decoding: bytes[0..<10], as: UTF8.self)), bytes[10] | 0x20 == UInt8(ascii: "t"),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"), let hour = decimal(bytes[11..<13]),
            let minute = decimal(bytes[14..<16]), let second = decimal(bytes[17..<19]), hour < 24, minute < 60, second <= 60
        else { return nil }
        var rest = bytes[19...]
        let milliseconds = Instant.fraction(&rest)
        guard let milliseconds, let offset = Instant.offset(rest) else { return nil }
        let seconds = day.number * 86_400 + hour * 3600 + minute * 60 + second - offset * 60
        self.init(unixMilliseconds: seconds * 1000 + milliseconds)
    }

    /// Takes `.123456` off the front and gives its milliseconds, cut; 0 where there is none.
    private static func fraction(_ rest: inout ArraySlice<UInt8>) -> Int64? {
        guard rest.first == UInt8(ascii: ".") else { return 0 }
        let digits = rest.dropFirst().prefix { (0x30...0x39).contains($0) }
        guard !digits.isEmpty, digits.count <= 12 else { return nil }
        rest = rest.dropFirst(1 + digits.count)
        return decimal(Array(digits.prefix(3)) + Array(repeating: 0x30, count: max(0, 3 - digits.count)))
    }

    /// `Z` or `+03:00`, as minutes east.
    private static func offset(_ rest: ArraySlice<UInt8>) -> Int64? {
        if rest.count == 1, let only = rest.first { return only | 0x20 == UInt8(ascii: "z") ? 0 : nil }
        let bytes = Array(rest)
        guard bytes.count == 6, bytes[3] == UInt8(ascii: ":"), let hours = decimal(bytes[1..<3]), let minutes = decimal(bytes[4..<6]),
            hours < 24, minutes < 60
        else { return nil }
        switch bytes[0] {
        case UInt8(ascii: "+"): return hours * 60 + minutes
        case UInt8(ascii: "-"): return -(hours * 60 + minutes)
        default: return nil
        }
    }
}

/// `decimal` of an array.
private func decimal(_ bytes: [UInt8]) -> Int64? { decimal(bytes[...]) }
