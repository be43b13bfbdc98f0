// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// For each class of each column, one bit a row: whether the row's cell holds there. Built when first asked for: large tables
/// decide by lists, and only an analysis reads their bitmaps.
final class Bitmaps: Sendable {
    private struct Source {
        let columns: [Column]
        let uses: [[UInt64]]
        let records: RowRecords
    }

    private let source: Source
    private let wordCount: Int
    private let built = Mutex<[UInt64]?>(nil)

    init(columns: [Column], uses: [[UInt64]], records: RowRecords, wordCount: Int) {
        source = Source(columns: columns, uses: uses, records: records)
        self.wordCount = wordCount
    }

    /// The blocks of all columns: `wordCount` words a class, from `Column.firstBit` on.
    var words: [UInt64] {
        built.withLock { built in
            if let built { return built }
            let words = build()
            built = words
            return words
        }
    }

    private func build() -> [UInt64] {
        let size = source.columns.reduce(0) { $0 + $1.classCount * wordCount }
        return [UInt64](unsafeUninitializedCapacity: size) { words, count in
            for (number, column) in source.columns.enumerated() {
                for valueClass in 0..<column.classCount {
                    let first = column.firstBit + valueClass * wordCount
                    for word in 0..<wordCount { words[first + word] = ~source.uses[number][word] }
                }
            }
            for row in 0..<(source.records.starts.count - 1) {
                let (word, bit) = (row >> 6, UInt64(1) << UInt64(row & 63))
                for record in source.records[row] where record.low <= record.high {
                    let column = source.columns[Int(record.column)]
                    for slot in Int(record.low)...Int(record.high) {
                        words[column.firstBit + column.classOfSlot(slot) * wordCount + word] |= bit
                    }
                }
            }
            count = size
        }
    }
}
