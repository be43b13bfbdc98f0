// SPDX-License-Identifier: Apache-2.0

/// What every row asks of every column, in a form that is checked without looking at cells again.
///
/// A fact's value has a *slot* in each of its columns: 0 unknown, 1 declined, then the pieces of the scale, or 2 "fails" and 3
/// "holds" for a column that is one test. A cell is one or more ranges of slots.
struct RowRecords: Sendable {
    struct Record: Sendable {
        let column: Int32
        let low: Int32
        let high: Int32
        /// The next record is another range of the same cell.
        var hasAlternative: Bool
    }

    /// By row: where its records begin; one more at the end.
    private(set) var starts: [Int32] = [0]
    private(set) var records: [Record] = []

    init(rows: Int) { starts.reserveCapacity(rows + 1) }

    subscript(row: Int) -> ArraySlice<Record> { records[Int(starts[row])..<Int(starts[row + 1])] }

    mutating func endRow() { starts.append(Int32(records.count)) }

    /// One cell of the row that is being written.
    mutating func add(_ column: Int, _ ranges: [ClosedRange<Int>]) {
        if ranges.isEmpty { return records.append(Record(column: Int32(column), low: 1, high: 0, hasAlternative: false)) }
        for (place, range) in ranges.enumerated() {
            add(column, range.lowerBound, range.upperBound, hasAlternative: place + 1 < ranges.count)
        }
    }

    mutating func add(_ column: Int, _ low: Int, _ high: Int, hasAlternative: Bool = false) {
        records.append(Record(column: Int32(column), low: Int32(low), high: Int32(high), hasAlternative: hasAlternative))
    }
}
