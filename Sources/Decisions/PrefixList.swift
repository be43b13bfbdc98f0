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
        return key(value, count: bytes.count)
    }

    /// The key of a number that has `count` digits, leading zeros among them.
    /// - Parameter count: 1…15.
    public static func key(_ number: Int64, count: Int) -> Int64 { number * powers[15 - count] * 16 + Int64(count) }

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

/// Telephone blocks, found by the longest one that a number begins with. 17 bytes an entry, 21 where entries end.
///
/// The keys are sorted, so that everything in a block stands behind the block itself. The entry at or before a number is therefore
/// inside of the longest block that the number begins with, and that block is reached over the entry's parents: the blocks
/// around it, at most fifteen.
public struct PrefixList: Hashable, Sendable {
    public struct Entry: Hashable, Sendable {
        public var key: Int64
        /// Last day on which the entry counts.
        public var until: Int64
        /// Whatever the list gives for the block, as the maker numbers it: 0…2³²-1.
        public var payload: Int64

        public init(key: Int64, until: Int64 = .max, payload: Int64 = 0) {
            self.key = key
            self.until = until
            self.payload = payload
        }
    }

    private let keys: SortedKeys
    private let payloads: [UInt32]
    /// Last days; empty when no entry ends.
    private let untils: [Int32]
    /// By entry: the entry of the next shorter block around it, or -1.
    private let parents: [Int32]

    public init(_ entries: [Entry]) {
        self.init(
            keys: entries.map(\.key), untils: entries.contains { $0.until != .max } ? entries.map { Self.day($0.until) } : [],
            payloads: entries.map { UInt32(clamping: $0.payload) })
    }

    /// The same from columns, for long lists.
    /// - Parameters:
    ///   - untils: last days, `Int32.max` without one; empty when no entry ends.
    ///   - payloads: as many as keys; empty: the place of each key.
    public init(keys: [Int64], untils: [Int32] = [], payloads: [UInt32] = []) {
        var order = [UInt32](unsafeUninitializedCapacity: keys.count) { buffer, count in
            for place in keys.indices { buffer[place] = UInt32(place) }
            count = keys.count
        }
        func isBefore(_ left: UInt32, _ right: UInt32) -> Bool {
            let (first, second) = (keys[Int(left)], keys[Int(right)])
            if first != second { return first < second }
            // Of one key the entry that lasts longest counts; it must come last.
            let (end, other) = untils.isEmpty ? (0, 0) : (untils[Int(left)], untils[Int(right)])
            return end != other ? end < other : left < right
        }
        if zip(order, order.dropFirst()).contains(where: { !isBefore($0, $1) }) { order.sort(by: isBefore) }
        let last = order.indices.filter { $0 + 1 == order.count || keys[Int(order[$0])] != keys[Int(order[$0 + 1])] }
        let sorted = last.map { keys[Int(order[$0])] }
        parents = Self.parents(of: sorted)
        self.keys = SortedKeys(sorted)
        self.payloads = last.map { payloads.isEmpty ? order[$0] : payloads[Int(order[$0])] }
        self.untils = untils.isEmpty ? [] : last.map { untils[Int(order[$0])] }
    }

    /// A last day in the form of the columns; days beyond the year 5 million never come.
    public static func day(_ until: Int64) -> Int32 { Int32(clamping: until) }

    private static func parents(of keys: [Int64]) -> [Int32] {
        var parents: [Int32] = []
        parents.reserveCapacity(keys.count)
        var around: [(end: Int64, place: Int32)] = []
        for (place, key) in keys.enumerated() {
            while let inner = around.last, inner.end < key { around.removeLast() }
            parents.append(around.last?.place ?? -1)
            around.append((DigitKey.block(key).upperBound, Int32(place)))
        }
        return parents
    }

    /// Different keys.
    public var count: Int { keys.count }
    /// Some entry has a last day.
    public var hasEnds: Bool { !untils.isEmpty }

    /// Memory of all entries together.
    public var sizeBytes: Int { keys.sizeBytes + payloads.count * 4 + untils.count * 4 + parents.count * 4 }

    /// An entry; ascending by key.
    public subscript(place: Int) -> Entry {
        Entry(key: keys[place], until: untils.isEmpty || untils[place] == .max ? .max : Int64(untils[place]), payload: Int64(payloads[place]))
    }

    /// The entry with the longest beginning of `number` that still counts on `day`.
    public func longest(_ number: Int64, on day: Int64) -> Entry? {
        var place = keys.lastPlace(atMost: number)
        while place >= 0 {
            if number <= DigitKey.block(keys[place]).upperBound {
                let entry = self[place]
                if entry.until >= day { return entry }
            }
            place = Int(parents[place])
        }
        return nil
    }
}

/// Ascending numbers, searched over a few levels of guides: every 16th key of one level is the level above, so that a search
/// in ten million keys reads about two lines of memory that no cache holds.
struct SortedKeys: Hashable, Sendable {
    private static let width = 16
    /// The keys, then each level of guides; the last has at most 16.
    private let levels: [[Int64]]

    init(_ keys: [Int64]) {
        var levels = [keys]
        while let last = levels.last, last.count > Self.width {
            levels.append(stride(from: 0, to: last.count, by: Self.width).map { last[$0] })
        }
        self.levels = levels
    }

    var count: Int { levels[0].count }
    var sizeBytes: Int { levels.reduce(0) { $0 + $1.count * 8 } }
    subscript(place: Int) -> Int64 { levels[0][place] }

    /// The place of the greatest key that is not above `key`; -1: all are above it.
    func lastPlace(atMost key: Int64) -> Int {
        var place = 0
        for level in levels.reversed() {
            let found = level.withUnsafeBufferPointer { keys in
                let (start, end) = (place * Self.width, min(place * Self.width + Self.width, keys.count))
                var below = 0
                for index in start..<end { below += keys[index] <= key ? 1 : 0 }
                return start + below - 1
            }
            // Above the first key of the level there is nothing: only then is nothing below either.
            guard found >= 0 else { return -1 }
            place = found
        }
        return count == 0 ? -1 : place
    }
}
