// SPDX-License-Identifier: Apache-2.0
import CallModel
import Decisions
import RuleFiles

/// The tables of one moment, compiled, with what has to be worked out for them. A class, because deciding a call should
/// not count the references of a dozen arrays.
final class MomentProgram: Sendable {
    let program: Program
    /// What `program` was compiled from.
    let givingTables: [Table]
    let chain: [Table]
    /// Where the chain stands in `tables`.
    var chainPlaces: Range<Int> { givingTables.count..<tables.count }
    /// Tables of `program` → tables of the folder.
    let tables: [Int]
    /// The form may be open: its last table says `when unknown: ask`.
    let asks: Bool
    /// Facts that the clock gives and that some table uses.
    let clockFacts: [(fact: Int, kind: ClockFact)]
    /// Lists whose facts some table uses.
    let lookups: [Int]
    let score: Int?
    /// The event's time makes a difference.
    var needsTime: Bool { program.usesDay || !clockFacts.isEmpty || !lookups.isEmpty }

    enum ClockFact: String, CaseIterable {
        case time, weekday, date
        case callerTime = "caller time"

        var type: FactType {
            switch self {
            case .time, .callerTime: .time
            case .weekday: .weekday
            case .date: .date
            }
        }
    }

    static func all(of folder: RuleFolder, lookups: [ListLookup]) -> [Moment: MomentProgram] {
        folder.chains.mapValues { MomentProgram(folder, chain: $0, lookups: lookups) }
    }

    init(_ folder: RuleFolder, chain: [Int], lookups: [ListLookup]) {
        let score = folder.factIndex(of: "score")
        let giving = Self.needed(by: chain, score: score, in: folder)
        tables = giving + chain
        givingTables = giving.map { folder.compiled[$0] }
        self.chain = chain.map { folder.compiled[$0] }
        program = Program(
            facts: folder.factsForTables, lists: folder.memberships, giving: givingTables, chains: [self.chain])
        asks = chain.last.map { folder.tables[$0].asks } ?? false
        self.score = giving.contains { folder.tables[$0].givenFact == score && score != nil } ? score : nil
        let used = program.usedFacts
        clockFacts = ClockFact.allCases.compactMap { kind in
            guard let fact = folder.factIndex(of: kind.rawValue), folder.facts[fact].type == kind.type, used.contains(fact) else { return nil }
            return (fact, kind)
        }
        let needsZone = clockFacts.contains { $0.kind == .callerTime }
        self.lookups = lookups.indices.filter { index in
            lookups[index].columns.contains { used.contains($0.fact) } || (needsZone && lookups[index].zones != nil)
        }
    }

    /// Giving tables that the chain uses, directly or through each other, and the one that gives the score.
    private static func needed(by chain: [Int], score: Int?, in folder: RuleFolder) -> [Int] {
        var facts: Set<Int> = score.map { [$0] } ?? []
        for table in chain { facts.formUnion(Self.facts(of: folder.tables[table])) }
        var needed: Set<Int> = []
        for index in folder.giving.reversed() {
            guard let given = folder.tables[index].givenFact, facts.contains(given) else { continue }
            needed.insert(index)
            facts.formUnion(Self.facts(of: folder.tables[index]))
        }
        return folder.giving.filter(needed.contains)
    }

    /// The facts that a table asks, or gives its outputs by.
    private static func facts(of table: TableDeclaration) -> Set<Int> {
        var facts = Set(table.rules.flatMap { $0.cells.map(\.fact) })
        for outcome in table.rules.map(\.outcome) + (table.otherwise.map { [$0] } ?? []) {
            for case .by(let fact)? in [outcome.reason, outcome.group, outcome.to] { facts.insert(fact) }
            if case .before(_, let fact)? = outcome.within { facts.insert(fact) }
        }
        return facts
    }
}

/// A prefix list that gives facts, ready to be asked.
struct ListLookup: Sendable {
    let list: Int
    /// The telephone fact that is looked up.
    let phone: Int
    let prefixes: PrefixList
    /// For each given fact: the value of every different text, and by list row the place of its text.
    let columns: [(fact: Int, values: [FactLoading.Loaded?], places: [UInt32])]
    let zones: (texts: [String], places: [UInt32])?

    init?(_ list: ListDeclaration, in folder: RuleFolder) {
        guard !list.gives.isEmpty, let phone = folder.factIndex(of: list.of), let index = folder.lists.firstIndex(of: list) else { return nil }
        self.list = index
        self.phone = phone
        prefixes = list.rows.prefixes
        let loading = FactLoading(folder: folder)
        columns = list.gives.enumerated().compactMap { column, name in
            guard let fact = folder.factIndex(of: name), name != "zone" || folder.facts[fact].type == .choice else { return nil }
            let given = list.rows.column(column)
            return (fact, given.texts.map { $0.isEmpty ? nil : loading.load(.text($0), into: folder.facts[fact]) }, given.places)
        }
        zones = list.gives.firstIndex(of: "zone").map { list.rows.column($0) }
    }

    /// The row of the longest beginning of the number.
    func row(_ facts: FactVector) -> Int? {
        guard let number = facts.value(phone) else { return nil }
        return prefixes.longest(number, on: facts.day).map { Int($0.payload) }
    }
}
