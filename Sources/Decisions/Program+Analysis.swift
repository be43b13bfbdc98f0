// SPDX-License-Identifier: Apache-2.0

/// What a search over all calls found.
public enum CallSearch: Hashable, Sendable {
    /// A call, as far as any cell can tell: facts that are not named may be anything. The day has the index of no fact.
    case found(call: [Int: Sample], hits: [Program.Hit?])
    /// Proved: there is none.
    case none
    /// The budget ran out before all calls had been looked at.
    case gaveUp
}

/// Which rules can win.
public struct Reach: Hashable, Sendable {
    /// By table: the rules that some call hits; the number of rules stands for `otherwise`.
    public var rules: [Int: Set<Int>] = [:]
    /// Some calls are left to the service's default.
    public var includesDefault = false
}

extension Program {
    /// Nodes that an analysis visits at the most.
    public static let analysisBudget = 300_000

    /// All facts free: known, unknown or declined.
    private func freeVariables() -> [Walk.Variable] {
        let given = Set(givenFacts)
        let free = (0...facts.count).filter { !columnsOfFact[$0].isEmpty && !given.contains($0) }
        let weights = free.map { fact in
            columnsOfFact[fact].reduce(0) { $0 + uses[$1].reduce(0) { $0 + $1.nonzeroBitCount } }
        }
        return zip(free, weights).sorted { ($1.1, $0.0) < ($0.1, $1.0) }.map { fact, _ in
            var masks: Set<[UInt64]> = []
            let all = options(of: fact, none: fact == facts.count ? [] : [.unknown, .declined])
            return Walk.Variable(fact: fact, options: all.filter { masks.insert($0.mask).inserted })
        }
    }

    /// Looks for a call that the chains answer in a certain way.
    /// - Parameter isWanted: the hit of each chain, `nil` where none of its rows holds.
    public func findCall(budget: Int = analysisBudget, where isWanted: @escaping ([Hit?]) -> Bool) -> CallSearch {
        let variables = freeVariables()
        var walk = Walk(program: self, variables: variables, budget: budget) { isWanted(self.hits($0)) ? 1 : 0 }
        guard let root = walk.run(from: Remainder(self)) else { return .gaveUp }
        guard let path = walk.path(from: root, to: { $0 == 1 }) else { return .none }
        let call = Dictionary(path.map { (variables[$0.variable].fact, variables[$0.variable].options[$0.option].sample) }) { first, _ in first }
        return .found(call: call, hits: hits(following: path, in: variables))
    }

    /// The rules of the first chain that some call reaches.
    /// - Returns: `nil` when the budget ran out.
    public func reach(budget: Int = analysisBudget) -> Reach? {
        var walk = Walk(program: self, variables: freeVariables(), budget: budget) { $0[0] ?? -1 }
        guard walk.run(from: Remainder(self)) != nil else { return nil }
        var reach = Reach()
        for outcome in walk.outcomes {
            guard let row = outcome[0], let hit = rows[row] else {
                reach.includesDefault = true
                continue
            }
            reach.rules[hit.table, default: []].insert(hit.rule)
        }
        return reach
    }

    /// Pairs of rules of one table that some call meets together, by index; exact for facts that tables do not give.
    public func overlaps(in table: Int) -> [(Int, Int)] {
        let variables = freeVariables()
        let rules = compiled[table].rows.filter { (rows[$0]?.rule ?? .max) < tables[table].rules.count }
        var pairs: Set<[Int]> = []
        for first in rules {
            for second in rules where second > first {
                guard let left = rows[first]?.rule, let right = rows[second]?.rule, left != right, meet(first, second, variables) else { continue }
                pairs.insert([min(left, right), max(left, right)])
            }
        }
        return pairs.sorted { $0.lexicographicallyPrecedes($1) }.map { ($0[0], $0[1]) }
    }

    private func meet(_ first: Int, _ second: Int, _ variables: [Walk.Variable]) -> Bool {
        variables.allSatisfy { variable in
            variable.options.contains { option in
                option.mask[first >> 6] & 1 << UInt64(first & 63) != 0 && option.mask[second >> 6] & 1 << UInt64(second & 63) != 0
            }
        }
    }

    private func hits(_ numbers: [Int?]) -> [Hit?] {
        numbers.map { number in
            number.flatMap { rows[$0] }.map { Hit(table: $0.table, rule: $0.rule, outcome: $0.outcome) }
        }
    }

    /// What the calls on a way through the diagram hit; facts beside the way make no difference to what was looked for, and
    /// take their first option.
    private func hits(following path: [(variable: Int, option: Int)], in variables: [Walk.Variable]) -> [Hit?] {
        var state = Remainder(self)
        for (index, variable) in variables.enumerated() {
            let option = path.first { $0.variable == index }?.option ?? 0
            state.possible.formIntersection(variable.options[option].mask)
        }
        state.settle(asked: [UInt64](repeating: 0, count: wordCount), in: self)
        return hits(state.hits(in: self) ?? chains.map { _ in nil })
    }
}
