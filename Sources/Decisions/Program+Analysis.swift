// SPDX-License-Identifier: Apache-2.0

/// A set of calls: facts that are not named may be anything, a named one any of its samples. The number of facts stands for
/// the event's day.
public struct Region: Hashable, Sendable {
    public var facts: [Int: [Sample]]

    public init(facts: [Int: [Sample]]) { self.facts = facts }

    /// One call of it, as far as any cell can tell: of each fact a known value, if there is one.
    public var example: [Int: Sample] {
        facts.compactMapValues { samples in samples.first { $0 != .unknown && $0 != .declined } ?? samples.first }
    }
}

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
    /// Steps that an analysis takes at the most: about a second of an optimised build.
    public static let analysisBudget = 4_000_000

    /// Facts that calls differ by, those that most rows ask for first: known, unknown or declined.
    func freeVariables() -> [Walk.Variable] {
        let given = Set(givenFacts)
        let free = (0...facts.count).filter { !columnsOfFact[$0].isEmpty && !given.contains($0) }
        let weights = free.map { fact in
            columnsOfFact[fact].reduce(0) { $0 + uses[$1].reduce(0) { $0 + $1.nonzeroBitCount } }
        }
        return zip(free, weights).sorted { ($1.1, $0.0) < ($0.1, $1.0) }.map { fact, _ in
            variable(of: fact, none: fact == facts.count ? [] : [.unknown, .declined])
        }
    }

    /// Texts, tags and lists are tried in as many ways as is practical; beyond, what is found is right but may not be all.
    public var isEveryCaseTried: Bool {
        columnsOfFact.allSatisfy { columns in
            let atoms = columns.compactMap { self.columns[$0].test }.flatMap(\.atoms)
            var (lists, inner, ends, tags) = (Set<Int>(), 0, 0, UInt64(0))
            for atom in atoms {
                switch atom {
                case .list(let index, _): lists.insert(index)
                case .contains: inner += 1
                case .startsWith, .endsWith: ends += 1
                case .hasAny(let bits), .hasAll(let bits), .hasNone(let bits): tags |= bits
                case .values, .equals: break
                }
            }
            return lists.count <= 8 && inner <= 2 && ends <= 40 && tags.nonzeroBitCount <= 10
        }
    }

    /// Looks for a call that the chains answer in a certain way.
    /// - Parameters:
    ///   - rows: of each of these sets of rules (table and rule by index) one must be possible for the call.
    ///   - isWanted: the hit of each chain, `nil` where none of its rows holds.
    public func findCall(
        budget: Int = analysisBudget, among rows: [[(table: Int, rule: Int)]] = [], where isWanted: @escaping ([Hit?]) -> Bool
    ) -> CallSearch {
        let variables = freeVariables()
        let walk = Walk(program: self, variables: variables, budget: budget) { _ in 0 }
        let required = rows.map { self.mask(of: $0) }
        switch walk.search(from: Remainder(self), required: required, isWanted: { isWanted(self.hits($0)) }) {
        case .none: return .none
        case .gaveUp: return randomCall(variables, tries: 4096, required: required, where: isWanted)
        case .found(let way, let numbers):
            let call = way.map { (variables[$0.variable].fact, variables[$0.variable].options[$0.option].sample) }
            return .found(call: Dictionary(call) { first, _ in first }, hits: hits(numbers))
        }
    }

    /// Whether some call hits a rule of the first chain.
    public func findCall(hitting rule: Int, of table: Int, budget: Int = analysisBudget) -> CallSearch {
        findCall(budget: budget, among: [[(table, rule)]]) { $0[0]?.table == table && $0[0]?.rule == rule }
    }

    /// Calls taken at random, where there are too many to look at all of them; the same ones every time.
    private func randomCall(
        _ variables: [Walk.Variable], tries: Int, required: [[UInt64]], where isWanted: ([Hit?]) -> Bool
    ) -> CallSearch {
        var random = Scatter()
        for _ in 0..<tries {
            var state = Remainder(self)
            var call: [Int: Sample] = [:]
            for variable in variables {
                let fitting = variable.options.filter { option in required.allSatisfy { $0.intersects(option.mask) } }
                guard let option = (fitting.isEmpty ? variable.options : fitting).randomElement(using: &random) else { continue }
                call[variable.fact] = option.sample
                state.possible.formIntersection(option.mask)
            }
            state.settle(asked: [UInt64](repeating: 0, count: wordCount), in: self)
            let reached = hits(state.hits(in: self) ?? chains.map { _ in nil })
            if isWanted(reached) { return .found(call: call, hits: reached) }
        }
        return .gaveUp
    }

    /// The rows of some rules.
    func mask(of rules: [(table: Int, rule: Int)]) -> [UInt64] {
        var mask = [UInt64](repeating: 0, count: wordCount)
        for (table, rule) in rules {
            for row in compiled[table].rows where rows[row]?.rule == rule { mask[row >> 6] |= 1 << UInt64(row & 63) }
        }
        return mask
    }

    func hits(_ numbers: [Int?]) -> [Hit?] {
        numbers.map { number in
            number.flatMap { rows[$0] }.map { Hit(table: $0.table, rule: $0.rule, outcome: $0.outcome) }
        }
    }

    func region(_ box: Diagram.Box, _ variables: [Walk.Variable]) -> Region {
        Region(
            facts: Dictionary(
                box.options.map { taken in
                    (variables[taken.variable].fact, taken.options.flatMap { variables[taken.variable].options[$0].samples })
                }, uniquingKeysWith: { first, _ in first }))
    }
}

/// Random numbers that are the same every time (SplitMix64).
struct Scatter: RandomNumberGenerator {
    private var state: UInt64 = 20_260_302

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
