// SPDX-License-Identifier: Apache-2.0

/// The rows of all tables in one numbering; each table begins on a word of its own.
struct RowPlan {
    struct Planned {
        let table: Int
        let rule: Int
        /// At most one cell a fact and test, by ascending fact.
        var cells: [(fact: Int, cell: Cell)]
        var outcome: Outcome
        /// The rule became several rows, one for each word that its outputs can give.
        var isPart = false
    }

    private(set) var rows: [Planned?] = []
    private(set) var words: [Range<Int>] = []
    private(set) var rowsOfTable: [Range<Int>] = []
    var wordCount: Int { rows.count / 64 }
    private let dayFact: Int

    init(tables: [Table], facts: [Fact]) {
        dayFact = facts.count
        rows.reserveCapacity(tables.reduce(0) { $0 + $1.rules.count + 64 })
        for index in tables.indices { add(tables[index], index: index) }
    }

    private mutating func add(_ table: Table, index: Int) {
        var planned: [Planned] = []
        planned.reserveCapacity(table.rules.count + 1)
        let tableDays: ClosedRange<Int64>?
        if case .decides = table.role { tableDays = table.inForce } else { tableDays = nil }
        for (number, rule) in table.rules.enumerated() {
            let days = [rule.inForce, tableDays].compactMap { $0 }
            expand(Planned(table: index, rule: number, cells: cells(rule.cells, days: days), outcome: rule.outcome), into: &planned)
        }
        if table.policy == .best { planned = ranked(planned, by: table) }
        if let otherwise = table.otherwise {
            let cells = cells([:], days: tableDays.map { [$0] } ?? [])
            expand(Planned(table: index, rule: table.rules.count, cells: cells, outcome: otherwise), into: &planned)
        }
        let first = rows.count
        for row in planned { rows.append(row) }
        rowsOfTable.append(first..<rows.count)
        while rows.count % 64 != 0 || rows.count == first { rows.append(nil) }
        words.append((first / 64)..<(rows.count / 64))
    }

    private func cells(_ cells: [Int: Cell], days: [ClosedRange<Int64>]) -> [(fact: Int, cell: Cell)] {
        var sorted: [(fact: Int, cell: Cell)] = []
        sorted.reserveCapacity(cells.count + 1)
        for (fact, cell) in cells {
            if case .anything = cell { continue }
            let place = sorted.firstIndex { $0.fact > fact } ?? sorted.count
            sorted.insert((fact, cell), at: place)
        }
        if let first = days.first {
            // The rule's days and the table's: in force is what both are.
            let set = days.dropFirst().reduce(IntervalSet([first])) { $0.intersection(IntervalSet([$1])) }
            sorted.append((dayFact, .values(set)))
        }
        return sorted
    }

    /// `best` is `first` over rows sorted by the rank of what they say; outcomes that are not ranked come last.
    private func ranked(_ planned: [Planned], by table: Table) -> [Planned] {
        func rank(_ row: Planned) -> Int {
            if case .gives = table.role { return table.ranking.firstIndex(of: row.outcome.number) ?? .max }
            guard case .word(let word) = row.outcome[.then] else { return .max }
            return table.ranking.firstIndex(of: word) ?? .max
        }
        return planned.enumerated().map { (rank: rank($0.element), offset: $0.offset, row: $0.element) }
            .sorted { ($0.rank, $0.offset) < ($1.rank, $1.offset) }.map(\.row)
    }

    /// A row whose outputs depend on the value of a choice becomes one row for each word that it can give.
    private func expand(_ row: Planned, into rows: inout [Planned]) {
        guard let slot = row.outcome.terms.firstIndex(where: { if case .by = $0 { true } else { false } }),
            case .by(let fact, let words) = row.outcome.terms[slot]
        else { return rows.append(row) }
        let own = row.cells.first { $0.fact == fact }?.cell ?? .anything
        var parts: [(Term, Cell)] = []
        var seen: [Int64?] = []
        for word in words where !seen.contains(word) {
            seen.append(word)
            let values = words.indices.filter { words[$0] == word }.map { Int64($0) }
            parts.append((word.map { .word($0) } ?? .nothing, .values(IntervalSet(values: values))))
        }
        if own == .anything || own == .unknown || own == .declined { parts.append((.nothing, .unknown)) }
        for (term, cell) in parts {
            guard let cells = narrowed(row.cells, fact: fact, own: own, to: cell) else { continue }
            var part = row
            part.outcome.terms[slot] = term
            part.cells = cells
            part.isPart = true
            expand(part, into: &rows)
        }
    }

    /// The cells of a row with one more condition on `fact`; `nil` when both can't hold.
    private func narrowed(_ cells: [(fact: Int, cell: Cell)], fact: Int, own: Cell, to cell: Cell) -> [(fact: Int, cell: Cell)]? {
        let others = cells.filter { $0.fact != fact }
        switch (own, cell) {
        case (.anything, _), (.known, .values): return others + [(fact, cell)]
        case (.values(let left), .values(let right)):
            let both = left.intersection(right)
            return both.isEmpty ? nil : others + [(fact, .values(both))]
        case (.test, .values): return cells + [(fact, cell)]
        case (.unknown, .unknown), (.declined, .unknown): return cells
        default: return nil
        }
    }
}
