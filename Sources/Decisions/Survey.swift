// SPDX-License-Identifier: Apache-2.0

/// Which rule of the first chain every call hits, as one diagram: what can win, what falls to `otherwise`, what a fact is
/// good for.
public struct Survey: Sendable {
    let program: Program
    /// Label 0: no row holds; else the row's number and one.
    let diagram: Diagram
    /// Steps that it took.
    public let steps: Int

    /// The rules that some call reaches.
    public let reach: Reach

    init(program: Program, diagram: Diagram, steps: Int) {
        (self.program, self.diagram, self.steps) = (program, diagram, steps)
        var reach = Reach()
        for label in diagram.labels() {
            guard label > 0, let hit = program.rows[label - 1] else {
                reach.includesDefault = true
                continue
            }
            reach.rules[hit.table, default: []].insert(hit.rule)
        }
        self.reach = reach
    }

    /// Facts that rules ask for and that never change what is said.
    public func idleFacts() -> Set<Int> {
        var numbers: [Outcome?: Int] = [:]
        let said = diagram.relabelled { label in
            let outcome = label > 0 ? program.rows[label - 1]?.outcome : nil
            if let known = numbers[outcome] { return known }
            numbers[outcome] = numbers.count
            return numbers.count - 1
        }
        let asked = Set(diagram.variables.map(\.fact))
        return asked.subtracting(said.influences().map { diagram.variables[$0].fact })
    }

    /// The calls that hit a rule, as disjoint boxes.
    /// - Parameters:
    ///   - onlyKnown: leaves out calls in which a fact on the way has no value.
    ///   - limit: boxes at the most.
    public func regions(hitting rule: Int, of table: Int, onlyKnown: Bool, limit: Int) -> (regions: [Region], isCut: Bool) {
        let rows = Set(program.compiled[table].rows.filter { program.rows[$0]?.rule == rule }.map { $0 + 1 })
        let found = diagram.boxes(limit: limit, allowing: { !onlyKnown || $0.isKnown }, where: rows.contains)
        return (
            found.0.map { box in
                var region = program.region(box, diagram.variables)
                if onlyKnown { region.facts = region.facts.mapValues { $0.filter { $0 != .unknown && $0 != .declined } } }
                return region
            }, found.isCut
        )
    }

    /// Whether a call whose facts are all known hits a rule.
    public func isHitByKnown(_ rule: Int, of table: Int) -> Bool {
        diagram.labels(where: \.isKnown).contains { $0 > 0 && program.rows[$0 - 1]?.table == table && program.rows[$0 - 1]?.rule == rule }
    }
}

extension Program {
    /// - Returns: `nil` when the budget ran out.
    public func survey(budget: Int = analysisBudget) -> Survey? {
        let walk = Walk(program: self, variables: freeVariables(), budget: budget) { $0[0].map { $0 + 1 } ?? 0 }
        guard walk.run(from: Remainder(self)) else { return nil }
        return Survey(program: self, diagram: walk.diagram, steps: budget - walk.budget)
    }

    /// The rules of the first chain that some call reaches.
    /// - Returns: `nil` when the budget ran out.
    public func reach(budget: Int = analysisBudget) -> Reach? { survey(budget: budget)?.reach }
}
