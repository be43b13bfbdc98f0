// SPDX-License-Identifier: Apache-2.0

extension Program {
    /// Compiles tables.
    /// - Parameters:
    ///   - giving: tables that give facts, each after those whose facts it uses.
    ///   - chains: the deciding tables of each moment, in the order in which they are asked. Usually one chain; two to compare.
    public init(facts: [Fact], lists: [Membership], giving: [Table], chains: [[Table]]) {
        self.facts = facts
        self.lists = lists
        let all = giving + chains.flatMap { $0 }
        tables = all
        self.giving = Array(giving.indices)
        var next = giving.count
        self.chains = chains.map { chain in
            defer { next += chain.count }
            return Array(next..<(next + chain.count))
        }
        let plan = RowPlan(tables: all, facts: facts)
        rows = plan.rows.map { $0.map { Row(table: $0.table, rule: $0.rule, outcome: $0.outcome) } }
        wordCount = plan.wordCount
        let built = ColumnBuilder(plan: plan, facts: facts).build()
        columns = built.columns
        bits = built.bits
        uses = built.uses
        var every = [UInt64](repeating: 0, count: plan.wordCount)
        for row in plan.rows.indices where plan.rows[row] != nil { every[row >> 6] |= 1 << UInt64(row & 63) }
        everyRow = every
        var byFact = [[Int]](repeating: [], count: facts.count + 1)
        for (column, place) in built.columns.enumerated() { byFact[place.fact].append(column) }
        columnsOfFact = byFact
        compiled = all.indices.map { Self.compile(all[$0], words: plan.words[$0], rows: plan.rowsOfTable[$0], uses: built.uses) }
        usesDay = !byFact[facts.count].isEmpty || !lists.isEmpty || all.contains { $0.inForce != nil }
    }

    private static func compile(_ table: Table, words: Range<Int>, rows: Range<Int>, uses: [[UInt64]]) -> Compiled {
        Compiled(
            role: table.role, policy: table.policy, words: words, rows: rows,
            columns: uses.indices.filter { column in words.contains { uses[column][$0] != 0 } },
            limits: table.limits, start: table.start, inForce: table.inForce,
            hasTags: table.policy != .all && (table.rules.contains { !$0.outcome.tags.isEmpty } || table.otherwise?.tags.isEmpty == false))
    }
}

/// The rows of all tables in one numbering; each table begins on a word of its own.
struct RowPlan {
    struct Planned {
        let table: Int
        let rule: Int
        var cells: [(fact: Int, cell: Cell)]
        var outcome: Outcome
    }

    private(set) var rows: [Planned?] = []
    private(set) var words: [Range<Int>] = []
    private(set) var rowsOfTable: [Range<Int>] = []
    var wordCount: Int { rows.count / 64 }
    private let dayFact: Int

    init(tables: [Table], facts: [Fact]) {
        dayFact = facts.count
        for index in tables.indices { add(tables[index], index: index) }
    }

    private mutating func add(_ table: Table, index: Int) {
        var planned: [Planned] = []
        for (number, rule) in table.rules.enumerated() {
            var cells = rule.cells.sorted { $0.key < $1.key }.filter { $0.value != .anything }.map { (fact: $0.key, cell: $0.value) }
            if let days = rule.inForce { cells.append((dayFact, .values(IntervalSet([days])))) }
            planned += expand(Planned(table: index, rule: number, cells: cells, outcome: rule.outcome))
        }
        if table.policy == .best { planned = ranked(planned, by: table) }
        if let otherwise = table.otherwise {
            planned += expand(Planned(table: index, rule: table.rules.count, cells: [], outcome: otherwise))
        }
        if let days = table.inForce, case .decides = table.role {
            for row in planned.indices { planned[row].cells.append((dayFact, .values(IntervalSet([days])))) }
        }
        let first = rows.count
        rows += planned.map { $0 }
        rowsOfTable.append(first..<rows.count)
        while rows.count % 64 != 0 || rows.count == first { rows.append(nil) }
        words.append((first / 64)..<(rows.count / 64))
    }

    /// `best` is `first` over rows sorted by the rank of what they say; outcomes that are not ranked come last.
    private func ranked(_ planned: [Planned], by table: Table) -> [Planned] {
        func rank(_ row: Planned) -> Int {
            if case .gives = table.role { return table.ranking.firstIndex(of: row.outcome.number) ?? .max }
            guard case .word(let word) = row.outcome[.then] else { return .max }
            return table.ranking.firstIndex(of: word) ?? .max
        }
        return planned.enumerated().sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }.map(\.element)
    }

    /// A row whose outputs depend on the value of a choice becomes one row for each word that it can give.
    private func expand(_ row: Planned) -> [Planned] {
        guard let slot = row.outcome.terms.firstIndex(where: { if case .by = $0 { true } else { false } }),
            case .by(let fact, let words) = row.outcome.terms[slot]
        else { return [row] }
        let own = row.cells.first { $0.fact == fact }?.cell ?? .anything
        var parts: [(Term, Cell)] = []
        var seen: [Int64?] = []
        for word in words where !seen.contains(word) {
            seen.append(word)
            let values = words.indices.filter { words[$0] == word }.map { Int64($0) }
            parts.append((word.map { .word($0) } ?? .nothing, .values(IntervalSet(values: values))))
        }
        if own == .anything || own == .unknown || own == .declined { parts.append((.nothing, .unknown)) }
        return parts.flatMap { term, cell -> [Planned] in
            guard let cells = narrowed(row.cells, fact: fact, own: own, to: cell) else { return [] }
            var part = row
            part.outcome.terms[slot] = term
            part.cells = cells
            return expand(part)
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
