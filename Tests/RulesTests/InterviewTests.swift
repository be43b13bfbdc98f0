// SPDX-License-Identifier: Apache-2.0
import Decisions
import Testing

/// Compiled tables against a plain reading of the rows, and the interview against trying every completion.
@Suite struct InterviewTests {
    /// Facts 0…3 take the values 0…3; fact 4 is given by a table that sums, 5 by one that takes the first row.
    static let facts = (0..<6).map { Fact(name: "f\($0)", domain: .scale($0 < 4 ? 0...3 : -100...100), isAskable: $0 < 4) }

    struct Sample {
        var giving: [Table]
        var chain: [Table]
        var program: Program { Program(facts: InterviewTests.facts, lists: [], giving: giving, chains: [chain]) }
    }

    // MARK: - Random tables

    static func cell(_ random: inout SplitMix, given: Bool = false) -> Cell {
        switch random.below(given ? 3 : 8) {
        case 0 where given: return .values(IntervalSet([Int64(random.below(9)) - 4...20]))
        case 1 where given: return .values(IntervalSet([-20...Int64(random.below(9)) - 4]))
        case 2 where given: return .known
        case 0: return .unknown
        case 1: return .known
        case 2: return .declined
        case 3: return .anything
        default:
            let values = (0..<4).filter { _ in random.below(2) == 0 }.map { Int64($0) }
            return .values(IntervalSet(values: values.isEmpty ? [Int64(random.below(4))] : values))
        }
    }

    static func rules(_ random: inout SplitMix, count: Int, uses: Range<Int>) -> [Rule] {
        (0..<count).map { number in
            var cells: [Int: Cell] = [:]
            for fact in uses where random.below(5) < 2 { cells[fact] = cell(&random, given: fact >= 4) }
            let key = Int64(random.below(3))
            let byWords: [Int64?] = [0, 1, nil, 1]
            let group: Term = random.below(4) == 0 ? .by(fact: random.below(4), words: byWords) : .word(key % 2)
            return Rule(
                name: "r\(number)", cells: cells,
                outcome: Outcome(terms: [.then: .word(key), .group: group, .priority: .word(Int64(number))], number: Int64(random.below(9)) - 4),
                inForce: nil)
        }
    }

    static func sample(_ random: inout SplitMix, gives: Bool) -> Sample {
        var giving: [Table] = []
        if gives {
            var sum = Table(
                name: "sum", role: .gives(4), policy: [.sum, .min, .max, .count][random.below(4)], rules: rules(&random, count: 3, uses: 0..<3))
            sum.start = Int64(random.below(3))
            if random.below(2) == 0 { sum.limits = -3...3 }
            giving.append(sum)
            giving.append(Table(name: "first", role: .gives(5), policy: .first, rules: rules(&random, count: 3, uses: 0..<5)))
            giving[1].rules = giving[1].rules.map { Rule(name: $0.name, cells: $0.cells, outcome: Outcome(number: $0.outcome.number)) }
            giving[0].rules = giving[0].rules.map { Rule(name: $0.name, cells: $0.cells, outcome: Outcome(number: $0.outcome.number)) }
        }
        let uses = gives ? 0..<6 : 0..<4
        let before = Table(name: "before", role: .decides, policy: .first, rules: rules(&random, count: 2, uses: uses))
        let last = Table(
            name: "last", role: .decides, policy: [.first, .onlyOne, .agree, .best][random.below(4)], asks: true,
            rules: rules(&random, count: 4, uses: uses), otherwise: Outcome(terms: [.then: .word(9)]))
        return Sample(giving: giving, chain: [before, last])
    }

    // MARK: - Reading rows one by one

    /// What a row says, `by` resolved; `nil` where a row does not hold.
    static func say(_ outcome: Outcome, _ facts: FactVector) -> [Term] {
        [Output.then, .reason, .group].map { output in
            guard case .by(let fact, let words) = outcome[output] else { return outcome[output] }
            return facts.value(fact).flatMap { words[Int($0)] }.map { .word($0) } ?? .nothing
        }
    }

    static func holds(_ rule: Rule, _ facts: FactVector) -> Bool { rule.cells.allSatisfy { $1.truth(of: $0, in: facts, lists: []) == .yes } }

    /// Facts with the given ones worked out by reading rows.
    static func given(_ sample: Sample, _ start: FactVector) -> FactVector {
        var facts = start
        for table in sample.giving {
            guard case .gives(let fact) = table.role else { continue }
            let numbers = table.rules.filter { holds($0, facts) }.map(\.outcome.number)
            let value: Int64? =
                switch table.policy {
                case .sum: numbers.reduce(table.start, +)
                case .min: numbers.min()
                case .max: numbers.max()
                case .count: numbers.reduce(0, +)
                default: numbers.first
                }
            if let value {
                facts.set(fact, to: table.limits.map { max($0.lowerBound, min($0.upperBound, value)) } ?? value)
            } else {
                facts.set(fact, .unknown)
            }
        }
        return facts
    }

    /// Table and row that hit, read from the rows.
    static func scan(_ sample: Sample, _ start: FactVector) -> (table: String, rule: Int, says: [Term])? {
        let facts = given(sample, start)
        for table in sample.chain {
            var rows = table.rules.indices.filter { holds(table.rules[$0], facts) }
            // No ranking is given, so that `best` keeps the order of the file.
            if rows.isEmpty, table.otherwise != nil { rows = [table.rules.count] }
            guard let row = rows.first else { continue }
            return (table.name, row, say(row < table.rules.count ? table.rules[row].outcome : table.otherwise ?? Outcome(), facts))
        }
        return nil
    }

    static func randomFacts(_ random: inout SplitMix, open: Bool) -> FactVector {
        var facts = FactVector(count: 6)
        for fact in 0..<4 {
            switch random.below(open ? 7 : 4) {
            case 0: facts.set(fact, .unknown)
            case 1: facts.set(fact, .declined)
            case 2, 3: facts.set(fact, to: Int64(random.below(4)))
            default: facts.set(fact, .open)
            }
        }
        return facts
    }

    // MARK: - Tests

    @Test(arguments: 0..<8) func compiledTablesAgreeWithTheirRows(_ seed: Int) {
        var random = SplitMix(state: UInt64(seed) &+ 1)
        for round in 0..<60 {
            let sample = Self.sample(&random, gives: round % 2 == 0)
            let program = sample.program
            for _ in 0..<20 {
                var facts = Self.randomFacts(&random, open: false)
                let expected = Self.scan(sample, facts)
                let hit = program.decide(&facts).hit
                #expect(hit.map { program.tables[$0.table].name } == expected?.table)
                #expect(hit?.rule == expected?.rule)
                #expect(hit.map { [$0.outcome[.then], $0.outcome[.reason], $0.outcome[.group]] } == expected?.says)
            }
        }
    }

    /// Every completion of the open facts: any value, or declined.
    static func completions(_ facts: FactVector) -> [FactVector] {
        var all = [facts]
        for fact in 0..<4 where facts.states[fact] == .open {
            all = all.flatMap { facts in
                (0..<5).map { choice in
                    var facts = facts
                    if choice == 4 { facts.set(fact, .declined) } else { facts.set(fact, to: Int64(choice)) }
                    return facts
                }
            }
        }
        return all
    }

    @Test(arguments: 0..<8) func decidedAndWhatMattersFollowFromAllCompletions(_ seed: Int) throws {
        var random = SplitMix(state: UInt64(seed) &+ 100)
        for round in 0..<40 {
            let sample = Self.sample(&random, gives: round % 2 == 0)
            let program = sample.program
            for _ in 0..<6 {
                let facts = Self.randomFacts(&random, open: true)
                let interview = program.interview(facts)
                let all = Self.completions(facts).map { ($0, Self.scan(sample, $0)) }
                let says = Set(all.map { $0.1?.says ?? [] })
                #expect(interview.isDecided == (says.count == 1))
                let matters = Self.matters(facts, all.map { ($0.0, $0.1?.says ?? []) })
                if says.count > 1 { #expect(interview.matters == matters) }
                #expect(interview.need.isEmpty == interview.isDecided)
                #expect(Set(interview.need).isSubset(of: matters))
                guard interview.isDecided else { continue }
                let rules = Set(all.map { "\($0.1?.table ?? "")/\($0.1?.rule ?? -1)" })
                #expect((interview.rule == nil) == (rules.count > 1 || interview.isDefault))
                #expect(interview.isDefault == (all[0].1 == nil && rules.count == 1))
            }
        }
    }

    /// Open facts for which two completions that differ only in it decide differently.
    static func matters(_ facts: FactVector, _ all: [(FactVector, [Term])]) -> Set<Int> {
        var matters: Set<Int> = []
        for fact in 0..<4 where facts.states[fact] == .open {
            var groups: [[String]: Set<[Term]>] = [:]
            for (completion, says) in all {
                let others = (0..<4).filter { $0 != fact }.map { "\(completion.states[$0])\(completion.values[$0])" }
                groups[others, default: []].insert(says)
            }
            if groups.values.contains(where: { $0.count > 1 }) { matters.insert(fact) }
        }
        return matters
    }

    /// For one table without given facts, `need` is read off the rows as RULES.md 4.14 words it.
    @Test(arguments: 0..<8) func needFollowsTheRows(_ seed: Int) throws {
        var random = SplitMix(state: UInt64(seed) &+ 1000)
        for _ in 0..<80 {
            var sample = Self.sample(&random, gives: false)
            sample.chain[0].rules = sample.chain[0].rules.map(Self.withoutBy)
            sample.chain[1].rules = sample.chain[1].rules.map(Self.withoutBy)
            let facts = Self.randomFacts(&random, open: true)
            let interview = sample.program.interview(facts)
            guard !interview.isDecided else { continue }
            let rows = sample.chain.flatMap(\.rules)
            let truths = rows.map { rule in rule.cells.map { $1.truth(of: $0, in: facts, lists: []) } }
            let firstYes = truths.firstIndex { $0.allSatisfy { $0 == .yes } } ?? rows.count
            let undecided = (0..<firstYes).filter { !truths[$0].contains(.no) && truths[$0].contains(.unknown) }
            let lacks = undecided.map { row in Set(rows[row].cells.filter { $1.truth(of: $0, in: facts, lists: []) == .unknown }.keys) }
            let asked = try #require(lacks.map { $0.intersection(interview.matters) }.first { !$0.isEmpty })
            let expected = asked.sorted { left, right in
                let (a, b) = (lacks.filter { $0.contains(left) }.count, lacks.filter { $0.contains(right) }.count)
                return a != b ? a > b : left < right
            }
            #expect(interview.need == expected)
        }
    }

    static func withoutBy(_ rule: Rule) -> Rule {
        var rule = rule
        rule.outcome.terms[Output.group.rawValue] = .word(1)
        return rule
    }
}

/// Repeatable random numbers.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
}
