// SPDX-License-Identifier: Apache-2.0

/// What an open form still needs.
public struct Interview: Hashable, Sendable {
    /// Every completion gives the same then, reason and group.
    public var isDecided: Bool
    /// What all completions agree on; a term that they do not agree on is `.nothing`. Empty while undecided.
    public var outcome = Outcome()
    /// The hit that all completions share: its table and rule.
    public var table: Int?
    public var rule: Int?
    /// No table of the moment has a row that holds, in every completion.
    public var isDefault = false
    /// Facts to ask, best first; empty when decided.
    public var need: [Int] = []
    /// Every open fact that two completions can differ by.
    public var matters: Set<Int> = []
    /// Tags of rules that hold whatever is answered.
    public var tags: [Int64] = []
}

extension Program {
    /// Nodes that an interview may visit: some milliseconds. Beyond, every open fact of the first open row is asked.
    static let interviewBudget = 40_000

    /// Whether the facts decide although some are open, and what to ask next (RULES.md 4.13, 4.14). For the first chain.
    /// - Parameter facts: open ones are free to be any value of their type, or declined.
    public func interview(_ facts: FactVector) -> Interview {
        let variables = openFacts(facts).map { variable(of: $0, none: [.declined]) }
        let start = Remainder(self, facts: facts)
        var labels: [[Term]: Int] = [:]
        let walk = Walk(program: self, variables: variables, budget: Self.interviewBudget) { hits in
            let terms = self.verdictTerms(hits[0])
            if let known = labels[terms] { return known }
            labels[terms] = labels.count
            return labels.count - 1
        }
        guard walk.run(from: start) else { return undecided(start, walk, facts, matters: Set(variables.map(\.fact))) }
        if Diagram.label(walk.diagram.root) != nil { return decided(walk.outcomes, facts) }
        return undecided(start, walk, facts, matters: Set(walk.diagram.influences().map { variables[$0].fact }))
    }

    /// Open facts that a table asks for, those that most rows ask for first.
    private func openFacts(_ facts: FactVector) -> [Int] {
        let given = Set(giving.compactMap { givenFact($0) })
        let open = (0..<self.facts.count).filter { facts.states[$0] == .open && !columnsOfFact[$0].isEmpty && !given.contains($0) }
        let weights = open.map { fact in
            columnsOfFact[fact].reduce(0) { $0 + uses[$1].reduce(0) { $0 + $1.nonzeroBitCount } }
        }
        return zip(open, weights).sorted { ($1.1, $0.0) < ($0.1, $1.0) }.map(\.0)
    }

    /// What a briefing is decided by: then, reason and group.
    private func verdictTerms(_ row: Int?) -> [Term] {
        guard let row, let outcome = rows[row]?.outcome else { return [] }
        return [outcome[.then], outcome[.reason], outcome[.group]]
    }

    private func decided(_ outcomes: [[Int?]], _ facts: FactVector) -> Interview {
        var interview = Interview(isDecided: true)
        let hits = outcomes.map { $0[0].flatMap { rows[$0] } }
        guard let first = hits.first, let first else {
            interview.isDefault = true
            return interview
        }
        interview.outcome = first.outcome
        interview.table = first.table
        interview.rule = first.rule
        for hit in hits {
            guard let hit else { continue }
            for output in Output.allCases where hit.outcome[output] != first.outcome[output] {
                interview.outcome.terms[output.rawValue] = .nothing
            }
            if hit.table != first.table { interview.table = nil }
            if hit.table != first.table || hit.rule != first.rule { interview.rule = nil }
        }
        interview.tags = certainTags(facts, through: hits.compactMap { $0?.table }.max() ?? 0)
        if let table = interview.table, interview.rule == tables[table].rules.count {
            interview.tags = Set(interview.tags + (tables[table].otherwise?.tags ?? [])).sorted()
        }
        return interview
    }

    /// Tags of the rules that hold already, in the tables asked up to the hit.
    private func certainTags(_ facts: FactVector, through last: Int) -> [Int64] {
        var facts = facts
        for index in giving {
            if let fact = givenFact(index), facts.states[fact] == .unknown { facts.set(fact, .open) }
        }
        let tags = (chains.first ?? []).filter { $0 <= last }.flatMap { index in
            tables[index].rules.filter { rule in
                rule.inForce?.contains(facts.day) != false
                    && rule.cells.allSatisfy { $1.truth(of: $0, in: facts, lists: lists) == .yes }
            }.flatMap(\.outcome.tags)
        }
        return Set(tags).sorted()
    }

    private func undecided(_ start: Remainder, _ walk: Walk, _ facts: FactVector, matters: Set<Int>) -> Interview {
        var state = start
        state.settle(asked: walk.askedFrom[0], in: self)
        var lacking: [(row: [Int], facts: Set<Int>)] = []
        for row in (chains.first ?? []).flatMap({ state.rows(of: $0, in: self) }) where state.isUndecided(row) {
            guard let planned = rows[row] else { continue }
            let lacks = missing(row, state, walk)
            let name = [planned.table, planned.rule]
            if lacking.last?.row == name {
                lacking[lacking.count - 1].facts.formUnion(lacks)
            } else {
                lacking.append((name, lacks))
            }
        }
        var interview = Interview(isDecided: false)
        interview.matters = matters
        let asked = lacking.lazy.map { $0.facts.intersection(matters) }.first { !$0.isEmpty } ?? matters
        let counts = asked.map { fact in (fact, lacking.filter { $0.facts.contains(fact) }.count) }
        interview.need = counts.sorted { ($1.1, $0.0) < ($0.1, $1.0) }.map(\.0)
        return interview
    }

    /// The open facts that keep a row from being decided; a given fact stands for those that its own undecided rows lack.
    private func missing(_ row: Int, _ state: Remainder, _ walk: Walk) -> Set<Int> {
        let bit = UInt64(1) << UInt64(row & 63)
        var facts: Set<Int> = []
        for column in columns.indices where uses[column][row >> 6] & bit != 0 {
            let fact = columns[column].fact
            if walk.variables.contains(where: { $0.fact == fact }) {
                facts.insert(fact)
            } else if let place = giving.firstIndex(where: { givenFact($0) == fact }), state.isCollecting(place) {
                for other in state.rows(of: giving[place], in: self) where state.isUndecided(other) {
                    facts.formUnion(missing(other, state, walk))
                }
            }
        }
        return facts
    }
}
