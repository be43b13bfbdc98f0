// SPDX-License-Identifier: Apache-2.0
public import Decisions

/// The entries of a list, column by column. Of a list of more than a million telephone numbers only what deciding needs is kept,
/// each number once and sorted, so that ten million of them fit.
public struct ListRows: Hashable, Sendable, RandomAccessCollection {
    /// The entry as its kind's number; 0 for words.
    private var values: [Int64] = []
    private var lines: [Int32] = []
    /// The text of each entry, but of telephone numbers, whose digits are in `values`.
    private var keys: [String] = []
    /// Empty while no entry ends.
    private var untils: [Int32] = []
    /// By column under `gives:`: the place of each entry's text in `texts`.
    private var given: [[UInt32]] = []
    private var texts: [String] = []
    private var places: [String: UInt32] = [:]

    /// Telephone numbers as tables ask them; an entry's payload is its place under `given`.
    public private(set) var prefixes = PrefixList([])
    private var isSorted = false

    /// Beyond this, entries have no order and no lines.
    private static let ordinaryMax = 1_000_000

    public init() {}

    public var startIndex: Int { 0 }
    public var endIndex: Int { isSorted ? prefixes.count : values.count }

    public subscript(place: Int) -> ListDeclaration.Row {
        if isSorted {
            let entry = prefixes[place]
            return ListDeclaration.Row(
                line: 0, key: "+" + DigitKey.digits(entry.key), value: entry.key, until: entry.until,
                given: given.map { texts[Int($0[Int(entry.payload)])] })
        }
        return ListDeclaration.Row(
            line: lines[place], key: keys.isEmpty ? "+" + DigitKey.digits(values[place]) : keys[place], value: values[place],
            until: until(place), given: given.map { texts[Int($0[place])] })
    }

    private func until(_ place: Int) -> Int64 { untils.isEmpty || untils[place] == .max ? .max : Int64(untils[place]) }

    /// - Parameter isPhone: of every entry of the list.
    mutating func append(_ row: ListDeclaration.Row, isPhone: Bool) {
        values.append(row.value)
        lines.append(row.line)
        if !isPhone { keys.append(row.key) }
        if row.until != .max, untils.isEmpty { untils = [Int32](repeating: .max, count: values.count - 1) }
        if row.until != .max || !untils.isEmpty { untils.append(Int32(clamping: row.until)) }
        while given.count < row.given.count { given.append([]) }
        for (column, text) in row.given.enumerated() { given[column].append(place(of: text)) }
    }

    /// Call it when all entries are there.
    mutating func finish(isPhone: Bool) {
        places = [:]
        guard isPhone else { return }
        prefixes = PrefixList(keys: values, untils: untils)
        guard values.count > Self.ordinaryMax else { return }
        isSorted = true
        (values, lines, untils) = ([], [], [])
    }

    private mutating func place(of text: String) -> UInt32 {
        if let known = places[text] { return known }
        texts.append(text)
        places[text] = UInt32(texts.count - 1)
        return UInt32(texts.count - 1)
    }

    /// Every different text of a column under `gives:`, once, with the place of each entry's text among them.
    public func column(_ number: Int) -> (texts: [String], places: [UInt32]) { (texts, number < given.count ? given[number] : []) }

    /// A number that is the same for the same entries in any order, and almost surely another for others.
    public var fingerprint: UInt64 {
        var sum: UInt64 = 0
        let texts = self.texts.map { Self.mixed($0.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }) }
        for place in indices {
            let (value, until, row) = isSorted ? sorted(place) : (values[place], until(place), place)
            var entry = Self.mixed(UInt64(bitPattern: value)) &+ Self.mixed(UInt64(bitPattern: until) ^ 0xA5A5)
            if !keys.isEmpty { entry ^= keys[place].utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 } }
            for column in given { entry = Self.mixed(entry) ^ texts[Int(column[row])] }
            sum &+= Self.mixed(entry)
        }
        return Self.mixed(sum &+ UInt64(count))
    }

    private func sorted(_ place: Int) -> (Int64, Int64, Int) {
        let entry = prefixes[place]
        return (entry.key, entry.until, Int(entry.payload))
    }

    /// The last step of SplitMix64.
    private static func mixed(_ number: UInt64) -> UInt64 {
        var mixed = number &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
