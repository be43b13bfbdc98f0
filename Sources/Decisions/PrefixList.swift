// SPDX-License-Identifier: Apache-2.0

/// Up to 15 digits as one number, ordered so that a block of numbers with a common beginning is one range.
public enum DigitKey {
    /// The digits padded to 15 places, then their count; `nil` unless there are 1…15 ASCII digits.
    public static func key(_ digits: some StringProtocol) -> Int64? {
        let bytes = digits.utf8
        guard (1...15).contains(bytes.count) else { return nil }
        var value: Int64 = 0
        for byte in bytes {
            guard (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int64(byte - 0x30)
        }
        return value * powers[15 - bytes.count] * 16 + Int64(bytes.count)
    }

    /// All numbers that begin with these digits, the digits alone included.
    public static func block(_ key: Int64) -> ClosedRange<Int64> {
        let length = Int(key & 15)
        return key...(((key >> 4) + powers[15 - length]) * 16 - 1)
    }

    /// The key of the first `length` digits; the key itself when it has no more.
    static func prefix(_ key: Int64, length: Int) -> Int64 {
        let unit = powers[15 - length]
        return (key >> 4) / unit * unit * 16 + Int64(length)
    }

    /// The digits of a key.
    public static func digits(_ key: Int64) -> String {
        let length = Int(key & 15)
        let text = String((key >> 4) / powers[15 - length])
        return String(repeating: "0", count: Swift.max(0, length - text.count)) + text
    }

    public static let domain: ClosedRange<Int64> = 1...(1_000_000_000_000_000 * 16 - 1)
    private static let powers: [Int64] = (0...15).reduce(into: []) { powers, _ in powers.append((powers.last ?? 0) * 10 + (powers.isEmpty ? 1 : 0)) }
}

/// Telephone blocks, found by the longest one that a number begins with. 24 bytes an entry.
public struct PrefixList: Hashable, Sendable {
    public struct Entry: Hashable, Sendable {
        public var key: Int64
        /// Last day on which the entry counts.
        public var until: Int64
        /// Whatever the list gives for the block, as the maker numbers it.
        public var payload: Int64

        public init(key: Int64, until: Int64 = .max, payload: Int64 = 0) {
            self.key = key
            self.until = until
            self.payload = payload
        }
    }

    private let entries: [Entry]
    /// Lengths that occur, longest first.
    private let lengths: [Int]

    public init(_ entries: [Entry]) {
        self.entries = entries.sorted { ($0.key, $0.until) < ($1.key, $1.until) }
        lengths = Set(entries.map { Int($0.key & 15) }).sorted(by: >)
    }

    public var count: Int { entries.count }

    /// The entry with the longest beginning of `number` that still counts on `day`.
    public func longest(_ number: Int64, on day: Int64) -> Entry? {
        let digits = Int(number & 15)
        for length in lengths where length <= digits {
            if let entry = last(DigitKey.prefix(number, length: length)), entry.until >= day { return entry }
        }
        return nil
    }

    /// The entry of this very key that lasts longest.
    private func last(_ key: Int64) -> Entry? {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].key <= key { low = middle + 1 } else { high = middle }
        }
        return low > 0 && entries[low - 1].key == key ? entries[low - 1] : nil
    }
}
