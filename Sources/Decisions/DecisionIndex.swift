// SPDX-License-Identifier: Apache-2.0

/// The compiled tables in the form that deciding reads: flat memory without reference counts.
///
/// A table of some hundred rows is decided by bitmaps: one word of rows after the other, joined over the columns. In a larger one
/// each row stands in the lists of one column, its *pivot*: the one whose cell admits fewest slots. Deciding reads the list of
/// each pivot column's slot and checks the other cells of the rows in it (RULES.md 6). Where no column is selective enough for
/// that, the bitmaps have a level above them that says which words are worth reading.
// @unchecked: nothing changes after `init`, and the memory is freed by `deinit` alone.
final class DecisionIndex: @unchecked Sendable {
    struct Lookup {
        enum Kind: UInt8 { case scale, single, test, day }

        let fact: Int
        let kind: Kind
        let starts: UnsafeBufferPointer<Int64>
        let direct: UnsafeBufferPointer<Int32>
        let offset: Int64
        let classes: UnsafeBufferPointer<Int32>
        let firstBit: Int
    }

    /// Rows by the slot of one column; ascending in each slot.
    struct Pivot {
        let column: Int
        let starts: UnsafeBufferPointer<Int32>
        let rows: UnsafeBufferPointer<Int32>
    }

    struct TableIndex {
        let usesBitmaps: Bool
        let columns: UnsafeBufferPointer<Int>
        let pivots: UnsafeBufferPointer<Pivot>
        /// Rows that no pivot leads to.
        let free: UnsafeBufferPointer<Int32>
    }

    /// A table of at most this many words is read from end to end.
    static let plainWordsMax = 8
    /// Rows that the pivots' longest lists may lead to together.
    static let candidatesMax = 160

    let lookups: UnsafeBufferPointer<Lookup>
    let rowStarts: UnsafeBufferPointer<Int32>
    let records: UnsafeBufferPointer<RowRecords.Record>
    private(set) var tables: [TableIndex] = []
    /// Some table needs the bitmaps.
    let needsBitmaps: Bool
    /// By column and class: which words of the bitmap have a bit; empty when no table is large enough.
    let summaries: [UInt64]
    let summaryWords: Int
    private var memory: [UnsafeMutableRawPointer] = []

    init(columns: [Column], facts: [Fact], records: RowRecords, tables ranges: [Range<Int>], words: [Range<Int>], uses: [[UInt64]], bitmaps: Bitmaps)
    {
        var memory: [UnsafeMutableRawPointer] = []
        func keep<T>(_ array: [T]) -> UnsafeBufferPointer<T> {
            let copy = UnsafeMutableBufferPointer<T>.allocate(capacity: array.count)
            _ = copy.initialize(from: array)
            if let base = copy.baseAddress { memory.append(UnsafeMutableRawPointer(base)) }
            return UnsafeBufferPointer(copy)
        }
        lookups = keep(
            columns.map { column in
                Lookup(
                    fact: column.fact, kind: Self.kind(of: column, facts: facts), starts: keep(column.starts), direct: keep(column.direct),
                    offset: column.offset, classes: keep((0..<column.slotCount).map { Int32(column.classOfSlot($0)) }), firstBit: column.firstBit)
            })
        rowStarts = keep(records.starts)
        self.records = keep(records.records)
        for (rows, words) in zip(ranges, words) {
            let asking = uses.indices.filter { column in words.contains { uses[column][$0] != 0 } }
            let pivots = words.count > Self.plainWordsMax ? Pivots(rows: rows, records: records, columns: columns) : nil
            let lists = pivots?.lists.map { Pivot(column: $0.column, starts: keep($0.starts), rows: keep($0.rows)) } ?? []
            tables.append(
                TableIndex(usesBitmaps: pivots == nil, columns: keep(asking), pivots: keep(lists), free: keep(pivots?.free ?? [])))
        }
        needsBitmaps = tables.contains(where: \.usesBitmaps)
        let wordCount = words.last?.upperBound ?? 0
        summaryWords = (wordCount + 63) / 64
        let isLarge = zip(tables, words).contains { $0.usesBitmaps && $1.count > Self.plainWordsMax }
        summaries = isLarge ? Self.summaries(of: bitmaps.words, wordCount: wordCount, summaryWords: summaryWords) : []
        self.memory = memory
    }

    deinit { for block in memory { block.deallocate() } }

    private static func kind(of column: Column, facts: [Fact]) -> Lookup.Kind {
        if column.fact == facts.count { return .day }
        if column.test != nil { return .test }
        if case .scale = facts[column.fact].domain { return .scale }
        return .single
    }

    private static func summaries(of bits: [UInt64], wordCount: Int, summaryWords: Int) -> [UInt64] {
        guard wordCount > 0 else { return [] }
        var summaries = [UInt64](repeating: 0, count: bits.count / wordCount * summaryWords)
        for (place, word) in bits.enumerated() where word != 0 {
            let (block, index) = (place / wordCount, place % wordCount)
            summaries[block * summaryWords + index >> 6] |= 1 << UInt64(index & 63)
        }
        return summaries
    }

    /// Whether all cells of a row hold.
    @inline(__always)
    func holds(_ row: Int, _ slots: UnsafePointer<Int32>) -> Bool {
        var next = Int(rowStarts[row])
        let end = Int(rowStarts[row + 1])
        while next < end {
            guard cellHolds(&next, slots) else { return false }
        }
        return true
    }

    /// One cell; moves on to the next.
    @inline(__always)
    func cellHolds(_ next: inout Int, _ slots: UnsafePointer<Int32>) -> Bool {
        var holds = false
        while true {
            let record = records[next]
            next += 1
            let slot = slots[Int(record.column)]
            if record.low <= slot, slot <= record.high { holds = true }
            if !record.hasAlternative { return holds }
        }
    }
}

/// The rows of one table, each in the lists of its most selective column.
struct Pivots {
    struct Lists {
        let column: Int
        var starts: [Int32]
        var rows: [Int32]
    }

    private(set) var lists: [Lists] = []
    private(set) var free: [Int32] = []

    /// - Returns: `nil` when lists would be long.
    init?(rows: Range<Int>, records: RowRecords, columns: [Column]) {
        var members: [Int: [(slot: Int32, row: Int32)]] = [:]
        for row in rows {
            guard let best = Self.narrowest(records[row], columns) else {
                free.append(Int32(row))
                continue
            }
            for record in records[row] where Int(record.column) == best && record.low <= record.high {
                for slot in record.low...record.high { members[best, default: []].append((slot, Int32(row))) }
            }
        }
        var longest = free.count
        for (column, pairs) in members.sorted(by: { $0.key < $1.key }) {
            var starts = [Int32](repeating: 0, count: columns[column].slotCount + 1)
            for pair in pairs { starts[Int(pair.slot) + 1] += 1 }
            longest += Int(starts.max() ?? 0)
            guard longest <= DecisionIndex.candidatesMax else { return nil }
            for slot in 1..<starts.count { starts[slot] += starts[slot - 1] }
            var next = starts
            var sorted = [Int32](repeating: 0, count: pairs.count)
            for pair in pairs {
                sorted[Int(next[Int(pair.slot)])] = pair.row
                next[Int(pair.slot)] += 1
            }
            lists.append(Lists(column: column, starts: starts, rows: sorted))
        }
    }

    /// A test's "holds" counts as many slots: lists and texts are asked of most calls in vain, but by many rows.
    private static let testWeight = 64
    private static let slotsMax = 256

    private static func narrowest(_ row: ArraySlice<RowRecords.Record>, _ columns: [Column]) -> Int? {
        var best: (column: Int, weight: Int)?
        var weight = 0
        for record in row {
            weight += columns[Int(record.column)].test == nil ? max(0, Int(record.high - record.low) + 1) : testWeight
            if record.hasAlternative { continue }
            if weight <= slotsMax, weight < best?.weight ?? .max { best = (Int(record.column), weight) }
            weight = 0
        }
        return best?.column
    }
}
