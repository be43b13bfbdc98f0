// SPDX-License-Identifier: Apache-2.0

/// Tables compiled for one purpose, usually one moment: tables that give facts, then one or more chains of tables that decide.
///
/// All rows of all tables have one numbering; a bitmap says for each class of each column which rows still hold.
/// Deciding is looking up one class a column and joining the bitmaps; every analysis walks over the same classes.
public struct Program: Sendable {
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
}
