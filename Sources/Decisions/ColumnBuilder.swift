// SPDX-License-Identifier: Apache-2.0

/// Cuts facts into classes and writes down what each row asks of them.
struct ColumnBuilder {
    struct Built {
        var columns: [Column] = []
        /// By column: the rows that ask it anything.
        var uses: [[UInt64]] = []
        var records: RowRecords
        var bitCount = 0
    }

    /// A scale of at most this many values gets a table from value to piece.
    private static let directMax: Int64 = 2048

    let plan: RowPlan
    let facts: [Fact]

    func build() -> Built {
        var built = Built(records: RowRecords(rows: plan.rows.count))
        let (ranged, tested) = gather()
        var columnOfFact = [Int](repeating: -1, count: facts.count + 1)
        var columnOfTest: [TestPlace: Int] = [:]
        var pending: [Int: Cuts] = [:]
        for fact in 0...facts.count {
            if !ranged[fact].isEmpty {
                columnOfFact[fact] = built.columns.count
                let cuts = Cuts(ranged[fact], domain: scale(of: fact))
                pending[fact] = cuts
                addRanges(of: fact, cuts, ranged[fact], to: &built)
            }
            for (test, rows) in tested[fact] ?? [] {
                columnOfTest[TestPlace(fact: fact, test: test)] = built.columns.count
                addTest(of: fact, test, rows: rows, to: &built)
            }
        }
        for row in plan.rows {
            for (fact, cell) in row?.cells ?? [] {
                if case .test(let test) = cell {
                    let column = columnOfTest[TestPlace(fact: fact, test: test)] ?? 0
                    built.records.add(column, Column.holdsClass, Column.holdsClass)
                } else {
                    record(cell, column: columnOfFact[fact], cuts: pending[fact], in: &built.records)
                }
            }
            built.records.endRow()
        }
        return built
    }

    private struct TestPlace: Hashable {
        let fact: Int
        let test: CellTest
    }

    /// By fact: the cells of ranges; the different tests with the rows that ask them.
    private func gather() -> (ranged: [[(row: Int, cell: Cell)]], tested: [Int: [(test: CellTest, rows: [Int])]]) {
        var ranged = [[(row: Int, cell: Cell)]](repeating: [], count: facts.count + 1)
        var tested: [Int: [(test: CellTest, rows: [Int])]] = [:]
        var places: [TestPlace: Int] = [:]
        for (number, row) in plan.rows.enumerated() {
            for (fact, cell) in row?.cells ?? [] {
                guard case .test(let test) = cell else {
                    ranged[fact].append((number, cell))
                    continue
                }
                let key = TestPlace(fact: fact, test: test)
                if let place = places[key] {
                    tested[fact]?[place].rows.append(number)
                } else {
                    places[key] = tested[fact]?.count ?? 0
                    tested[fact, default: []].append((test, [number]))
                }
            }
        }
        return (ranged, tested)
    }

    private func mask(of rows: some Sequence<Int>) -> [UInt64] {
        var mask = [UInt64](repeating: 0, count: plan.wordCount)
        for row in rows { mask[row >> 6] |= 1 << UInt64(row & 63) }
        return mask
    }

    private func addTest(of fact: Int, _ test: CellTest, rows: [Int], to built: inout Built) {
        built.columns.append(
            Column(
                fact: fact, test: test, starts: [], classOfPiece: [], direct: [], offset: 0, classCount: 4, firstBit: built.bitCount))
        built.uses.append(mask(of: rows))
        built.bitCount += 4 * plan.wordCount
    }

    private func addRanges(of fact: Int, _ cuts: Cuts, _ cells: [(row: Int, cell: Cell)], to built: inout Built) {
        let (classOfPiece, classCount) = cuts.classes(of: cells)
        built.columns.append(
            Column(
                fact: fact, test: nil, starts: cuts.starts, classOfPiece: classOfPiece, direct: direct(cuts),
                offset: cuts.domain.lowerBound, classCount: classCount, firstBit: built.bitCount))
        built.uses.append(mask(of: cells.lazy.map(\.row)))
        built.bitCount += classCount * plan.wordCount
    }

    private func record(_ cell: Cell, column: Int, cuts: Cuts?, in records: inout RowRecords) {
        guard let cuts else { return }
        switch cell {
        case .unknown: records.add(column, Column.unknownClass, Column.declinedClass)
        case .declined: records.add(column, Column.declinedClass, Column.declinedClass)
        case .known: records.add(column, Column.firstValueClass, Column.firstValueClass + cuts.starts.count - 1)
        case .values(let set):
            let pieces = set.ranges.compactMap { cuts.pieces(of: $0) }
            records.add(column, pieces.map { ($0.lowerBound + Column.firstValueClass)...($0.upperBound + Column.firstValueClass) })
        case .anything, .test: break
        }
    }

    /// The scale that a fact's ranges cut; texts and tags have one value as far as ranges go.
    private func scale(of fact: Int) -> ClosedRange<Int64> {
        guard fact < facts.count else { return .min ... .max }
        if case .scale(let range) = facts[fact].domain { return range }
        return 0...0
    }

    private func direct(_ cuts: Cuts) -> [Int32] {
        let (span, overflow) = cuts.domain.upperBound.subtractingReportingOverflow(cuts.domain.lowerBound)
        guard !overflow, span < Self.directMax else { return [] }
        var table: [Int32] = []
        var piece = 0
        for value in cuts.domain {
            while piece + 1 < cuts.starts.count, cuts.starts[piece + 1] <= value { piece += 1 }
            table.append(Int32(piece))
        }
        return table
    }
}
