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
        rows = plan.rows.map { $0.map { Row(table: $0.table, rule: $0.rule, outcome: $0.outcome, isPart: $0.isPart) } }
        wordCount = plan.wordCount
        let built = ColumnBuilder(plan: plan, facts: facts).build()
        columns = built.columns
        uses = built.uses
        bitmaps = Bitmaps(columns: built.columns, uses: built.uses, records: built.records, wordCount: plan.wordCount)
        index = DecisionIndex(
            columns: built.columns, facts: facts, records: built.records, tables: plan.rowsOfTable, words: plan.words, uses: built.uses,
            bitmaps: bitmaps)
        plainBits = index.needsBitmaps ? bitmaps.words : []
        var every = [UInt64](repeating: 0, count: plan.wordCount)
        for row in plan.rows.indices where plan.rows[row] != nil { every[row >> 6] |= 1 << UInt64(row & 63) }
        everyRow = every
        var byFact = [[Int]](repeating: [], count: facts.count + 1)
        for (column, place) in built.columns.enumerated() { byFact[place.fact].append(column) }
        columnsOfFact = byFact
        let asking = index.tables.map { Array($0.columns) }
        compiled = all.indices.map { Self.compile(all[$0], words: plan.words[$0], rows: plan.rowsOfTable[$0], columns: asking[$0]) }
        usesDay =
            !byFact[facts.count].isEmpty || all.contains { $0.inForce != nil } || Self.dayTerms(all)
            || built.columns.contains { column in (column.test?.atoms ?? []).contains { $0.hangsOnDay(lists) } }
    }

    /// Some rule counts its deadline back from a date.
    private static func dayTerms(_ tables: [Table]) -> Bool {
        tables.contains { table in
            table.otherwise.map(\.hangsOnDay) == true || table.rules.contains { $0.outcome.hangsOnDay }
        }
    }

    private static func compile(_ table: Table, words: Range<Int>, rows: Range<Int>, columns: [Int]) -> Compiled {
        Compiled(
            role: table.role, policy: table.policy, words: words, rows: rows, columns: columns, limits: table.limits, start: table.start,
            inForce: table.inForce,
            hasTags: table.policy != .all && (table.rules.contains { !$0.outcome.tags.isEmpty } || table.otherwise?.tags.isEmpty == false))
    }
}

extension Outcome {
    fileprivate var hangsOnDay: Bool { if case .before = self[.within] { true } else { false } }
}

extension CellTest.Atom {
    fileprivate func hangsOnDay(_ lists: [Membership]) -> Bool {
        if case .list(let list, _) = self, lists.indices.contains(list) { lists[list].hasEnds } else { false }
    }
}
