// SPDX-License-Identifier: Apache-2.0

/// Tables compiled for one purpose, usually one moment: tables that give facts, then one or more chains of tables that decide.
///
/// All rows of all tables have one numbering; a bitmap says for each class of each column which rows still hold.
/// Deciding is looking up one class a column and joining the bitmaps; every analysis walks over the same classes. A class, so that
/// deciding does not count the references of its dozen arrays. Immutable.
public final class Program: Sendable {
    /// A row of a chain's decision.
    public struct Hit: Hashable, Sendable {
        /// Index into `tables`.
        public let table: Int
        /// Index of the rule in its table; the number of rules: `otherwise`.
        public let rule: Int
        /// The rule's outputs; those that depend on the value of a choice are resolved.
        public let outcome: Outcome
    }

    struct Compiled: Sendable {
        let role: Table.Role
        let policy: HitPolicy
        let words: Range<Int>
        /// First row's number and one past the last.
        let rows: Range<Int>
        let columns: [Int]
        let limits: ClosedRange<Int64>?
        let start: Int64
        let inForce: ClosedRange<Int64>?
        let hasTags: Bool
    }

    struct Row: Sendable {
        let table: Int
        let rule: Int
        let outcome: Outcome
        /// One of several rows that the rule became.
        let isPart: Bool
    }

    public let facts: [Fact]
    public let tables: [Table]
    let lists: [Membership]
    /// Deciding tables, each chain in the order in which they are asked.
    let chains: [[Int]]
    /// Giving tables, each after those that it uses.
    let giving: [Int]
    let compiled: [Compiled]
    let columns: [Column]
    /// Indexed by fact; the last is the day.
    let columnsOfFact: [[Int]]
    /// Row number → row; the padding between tables is `nil`.
    let rows: [Row?]
    let wordCount: Int
    let bitmaps: Bitmaps
    let index: DecisionIndex
    /// By column: the rows that ask it anything.
    let uses: [[UInt64]]
    /// Rows that exist.
    let everyRow: [UInt64]
    /// The event's day decides something: rules with dates or lists that end.
    public let usesDay: Bool

    /// The bitmaps where deciding reads them, else empty.
    let plainBits: [UInt64]

    /// One block of `wordCount` words a class. Take it into a constant before a loop: each access counts a reference.
    var bits: [UInt64] { plainBits.isEmpty ? bitmaps.words : plainBits }

    /// The facts that some table asks for or gives its outputs by.
    public var usedFacts: Set<Int> { Set(columns.map(\.fact)).subtracting([facts.count]) }

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
}
