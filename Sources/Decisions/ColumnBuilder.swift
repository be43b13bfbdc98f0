// SPDX-License-Identifier: Apache-2.0

/// Cuts facts into classes and fills the bitmaps of `Program`.
struct ColumnBuilder {
    struct Built {
        var columns: [Column] = []
        var bits: [UInt64] = []
        var uses: [[UInt64]] = []
    }

    /// A scale of at most this many values gets a table from value to class.
    private static let directMax: Int64 = 2048

    let plan: RowPlan
    let facts: [Fact]

    func build() -> Built {
        var ranged: [Int: [(row: Int, cell: Cell)]] = [:]
        var tested: [Int: [(test: CellTest, rows: [Int])]] = [:]
        var places: [CellTest: [Int: Int]] = [:]
        for (number, row) in plan.rows.enumerated() {
            for (fact, cell) in row?.cells ?? [] {
                guard case .test(let test) = cell else {
                    ranged[fact, default: []].append((number, cell))
                    continue
                }
                if let place = places[test]?[fact] {
                    tested[fact]?[place].rows.append(number)
                } else {
                    places[test, default: [:]][fact] = tested[fact]?.count ?? 0
                    tested[fact, default: []].append((test, [number]))
                }
            }
        }
        var built = Built()
        for fact in 0...facts.count {
            if let cells = ranged[fact] { addRanges(of: fact, cells, to: &built) }
            for (test, rows) in tested[fact] ?? [] { addTest(of: fact, test, rows: rows, to: &built) }
        }
        return built
    }

    private func mask(of rows: some Sequence<Int>) -> [UInt64] {
        var mask = [UInt64](repeating: 0, count: plan.wordCount)
        for row in rows { mask[row >> 6] |= 1 << UInt64(row & 63) }
        return mask
    }

    private func addTest(of fact: Int, _ test: CellTest, rows: [Int], to built: inout Built) {
        let using = mask(of: rows)
        let first = built.bits.count
        for valueClass in 0...Column.holdsClass {
            built.bits += valueClass == Column.holdsClass ? using.map { _ in ~0 } : using.map { ~$0 }
        }
        built.columns.append(
            Column(fact: fact, test: test, starts: [], classOfPiece: [], direct: [], offset: 0, classCount: 4, firstBit: first))
        built.uses.append(using)
    }

    private func addRanges(of fact: Int, _ cells: [(row: Int, cell: Cell)], to built: inout Built) {
        let domain = scale(of: fact)
        let using = mask(of: Set(cells.map(\.row)))
        let starts = cuts(cells.map(\.cell), domain: domain)
        let blocks = fill(cells, starts: starts, domain: domain, unused: using.map { ~$0 })
        let first = built.bits.count
        built.bits += blocks.unknown + blocks.declined
        var classes: [ArraySlice<UInt64>: Int32] = [:]
        var classOfPiece: [Int32] = []
        for piece in starts.indices {
            let block = blocks.pieces[(piece * plan.wordCount)..<((piece + 1) * plan.wordCount)]
            if let known = classes[block] {
                classOfPiece.append(known)
            } else {
                let number = Int32(Column.firstValueClass + classes.count)
                classes[block] = number
                classOfPiece.append(number)
                built.bits += block
            }
        }
        let direct = directTable(starts: starts, classOfPiece: classOfPiece, domain: domain)
        built.columns.append(
            Column(
                fact: fact, test: nil, starts: starts, classOfPiece: classOfPiece, direct: direct, offset: domain.lowerBound,
                classCount: Column.firstValueClass + classes.count, firstBit: first))
        built.uses.append(using)
    }

    /// The scale that a fact's ranges cut; texts and tags have one value as far as ranges go.
    private func scale(of fact: Int) -> ClosedRange<Int64> {
        guard fact < facts.count else { return .min ... .max }
        if case .scale(let range) = facts[fact].domain { return range }
        return 0...0
    }

    private func cuts(_ cells: [Cell], domain: ClosedRange<Int64>) -> [Int64] {
        var starts: Set<Int64> = [domain.lowerBound]
        for case .values(let set) in cells {
            for range in set.ranges where range.overlaps(domain) {
                starts.insert(Swift.max(range.lowerBound, domain.lowerBound))
                if range.upperBound < domain.upperBound { starts.insert(range.upperBound + 1) }
            }
        }
        return starts.sorted()
    }

    private struct Blocks {
        var unknown: [UInt64]
        var declined: [UInt64]
        var pieces: [UInt64]
    }

    /// One bitmap for each way of having no value and for each piece of the scale.
    private func fill(_ cells: [(row: Int, cell: Cell)], starts: [Int64], domain: ClosedRange<Int64>, unused: [UInt64]) -> Blocks {
        var blocks = Blocks(unknown: unused, declined: unused, pieces: [])
        blocks.pieces.reserveCapacity(starts.count * plan.wordCount)
        for _ in starts { blocks.pieces += unused }
        for (row, cell) in cells {
            let (word, bit) = (row >> 6, UInt64(1) << UInt64(row & 63))
            switch cell {
            case .unknown:
                blocks.unknown[word] |= bit
                blocks.declined[word] |= bit
            case .declined: blocks.declined[word] |= bit
            case .known: for piece in starts.indices { blocks.pieces[piece * plan.wordCount + word] |= bit }
            case .values(let set):
                for range in set.ranges where range.overlaps(domain) {
                    var piece = index(of: Swift.max(range.lowerBound, domain.lowerBound), in: starts)
                    while piece < starts.count, starts[piece] <= range.upperBound {
                        blocks.pieces[piece * plan.wordCount + word] |= bit
                        piece += 1
                    }
                }
            case .anything, .test: break
            }
        }
        return blocks
    }

    private func index(of start: Int64, in starts: [Int64]) -> Int {
        var (low, high) = (0, starts.count)
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] < start { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func directTable(starts: [Int64], classOfPiece: [Int32], domain: ClosedRange<Int64>) -> [Int32] {
        let (span, overflow) = domain.upperBound.subtractingReportingOverflow(domain.lowerBound)
        guard !overflow, span < Self.directMax else { return [] }
        var table: [Int32] = []
        var piece = 0
        for value in domain {
            while piece + 1 < starts.count, starts[piece + 1] <= value { piece += 1 }
            table.append(classOfPiece[piece])
        }
        return table
    }
}
