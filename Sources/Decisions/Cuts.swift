// SPDX-License-Identifier: Apache-2.0

/// The pieces of a scale that the cells of one fact tell apart.
struct Cuts {
    let domain: ClosedRange<Int64>
    /// Where pieces begin, ascending.
    let starts: [Int64]

    init(_ cells: [(row: Int, cell: Cell)], domain: ClosedRange<Int64>) {
        self.domain = domain
        var starts = [domain.lowerBound]
        for case (_, .values(let set)) in cells {
            for range in set.ranges where range.overlaps(domain) {
                starts.append(Swift.max(range.lowerBound, domain.lowerBound))
                if range.upperBound < domain.upperBound { starts.append(range.upperBound + 1) }
            }
        }
        starts.sort()
        var last = 0
        for place in starts.indices.dropFirst() where starts[place] != starts[last] {
            last += 1
            starts[last] = starts[place]
        }
        starts.removeLast(starts.count - last - 1)
        self.starts = starts
    }

    /// The pieces of a range that begins and ends where pieces do; `nil`: it lies outside of the scale.
    func pieces(of range: ClosedRange<Int64>) -> ClosedRange<Int>? {
        guard range.overlaps(domain) else { return nil }
        return starts.withUnsafeBufferPointer { starts in
            let first = Column.piece(of: Swift.max(range.lowerBound, domain.lowerBound), in: starts)
            let last = range.upperBound >= domain.upperBound ? starts.count - 1 : Column.piece(of: range.upperBound, in: starts)
            return first...last
        }
    }

    /// Pieces that the same rows hold for are one class, numbered from the first class of values on in the order of the scale.
    ///
    /// The rows of a piece are compared by the exclusive or of 128 random bits a row. Two different sets of rows out of a thousand
    /// million agree by chance once in some 10²⁰ programs.
    func classes(of cells: [(row: Int, cell: Cell)]) -> (classOfPiece: [Int32], classCount: Int) {
        var changes = [RowSetKey](repeating: RowSetKey(), count: starts.count + 1)
        for case (let row, .values(let set)) in cells {
            let key = RowSetKey(row: row)
            for range in set.ranges {
                guard let pieces = pieces(of: range) else { continue }
                changes[pieces.lowerBound].toggle(key)
                changes[pieces.upperBound + 1].toggle(key)
            }
        }
        var numbers: [RowSetKey: Int32] = [:]
        numbers.reserveCapacity(starts.count)
        var current = RowSetKey()
        let classes = starts.indices.map { piece -> Int32 in
            current.toggle(changes[piece])
            if let known = numbers[current] { return known }
            let number = Int32(Column.firstValueClass + numbers.count)
            numbers[current] = number
            return number
        }
        return (classes, Column.firstValueClass + numbers.count)
    }
}

/// Stands for a set of rows: the exclusive or of what its rows are mixed to (SplitMix64).
struct RowSetKey: Hashable {
    private var first: UInt64 = 0
    private var second: UInt64 = 0

    init() {}

    init(row: Int) {
        first = Self.mixed(UInt64(row) &* 2 &+ 1)
        second = Self.mixed(UInt64(row) &* 2 &+ 2)
    }

    mutating func toggle(_ other: RowSetKey) {
        first ^= other.first
        second ^= other.second
    }

    private static func mixed(_ number: UInt64) -> UInt64 {
        var mixed = number &* 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    func hash(into hasher: inout Hasher) { hasher.combine(first) }
}
