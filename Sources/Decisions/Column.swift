// SPDX-License-Identifier: Apache-2.0

/// One fact as the compiled tables see it: its values fall into a few classes that no cell tells apart.
///
/// Classes 0 and 1 are the two ways of having no value. A column of ranges cuts the scale where some cell begins or
/// ends and joins pieces that the same rows hold for; a column of one test has the classes "fails" and "holds".
struct Column: Sendable {
    static let unknownClass = 0
    static let declinedClass = 1
    static let firstValueClass = 2
    /// Classes of a column that is one test.
    static let failsClass = 2
    static let holdsClass = 3

    let fact: Int
    /// `nil`: a column of ranges.
    let test: CellTest?
    /// Where the pieces of the scale begin, ascending; the first is the domain's own beginning.
    let starts: [Int64]
    /// Class of each piece.
    let classOfPiece: [Int32]
    /// Piece by value, for short scales; `offset` is the first value.
    let direct: [Int32]
    let offset: Int64
    let classCount: Int
    /// Where this column's bitmaps begin: one block of `Program.wordCount` words a class.
    let firstBit: Int

    /// Slots (see `RowRecords`) that a value can be in.
    var slotCount: Int { test == nil ? Self.firstValueClass + starts.count : Self.holdsClass + 1 }

    /// The class of a value; values outside of the domain count as the nearest end.
    func valueClass(_ value: Int64) -> Int { Int(classOfPiece[piece(of: value)]) }

    /// Index of the piece that holds a value.
    func piece(of value: Int64) -> Int {
        if !direct.isEmpty {
            return Int(direct[Int(Swift.max(0, Swift.min(Int64(direct.count - 1), value &- offset)))])
        }
        return starts.withUnsafeBufferPointer { Self.piece(of: value, in: $0) }
    }

    /// The last place whose start is not above the value; 0 when all are. Without branches that depend on the data.
    @inline(__always)
    static func piece(of value: Int64, in starts: UnsafeBufferPointer<Int64>) -> Int {
        guard var low = starts.baseAddress else { return 0 }
        let first = low
        var count = starts.count
        while count > 1 {
            let half = count >> 1
            low = low[half] <= value ? low + half : low
            count -= half
        }
        return low - first
    }

    /// Class of a slot.
    func classOfSlot(_ slot: Int) -> Int {
        test == nil && slot >= Self.firstValueClass ? Int(classOfPiece[slot - Self.firstValueClass]) : slot
    }

    /// The values of each class of values, from the first on, within `domain`.
    func valuesOfClasses(in domain: ClosedRange<Int64>) -> [IntervalSet] {
        var ranges = [[ClosedRange<Int64>]](repeating: [], count: classCount - Column.firstValueClass)
        for piece in classOfPiece.indices {
            let end = piece + 1 < starts.count ? starts[piece + 1] - 1 : Swift.max(starts[piece], domain.upperBound)
            ranges[Int(classOfPiece[piece]) - Column.firstValueClass].append(starts[piece]...end)
        }
        return ranges.map { IntervalSet($0) }
    }
}
