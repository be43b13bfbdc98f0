// SPDX-License-Identifier: Apache-2.0
import Decisions
import Foundation
import Testing

/// What the index finds against reading every row: random tables of all sizes, shapes and hit policies. `RULES_SCANS=100` runs
/// a hundred times as many.
@Suite struct IndexTests {
    static let facts = [
        Fact(name: "number", domain: .scale(DigitKey.domain)), Fact(name: "service", domain: .scale(0...6)),
        Fact(name: "budget", domain: .scale(0...100_000)), Fact(name: "time", domain: .scale(0...1439)), Fact(name: "note", domain: .text),
        Fact(name: "marks", domain: .tags), Fact(name: "start", domain: .scale(0...400)), Fact(name: "given", domain: .scale(-1_000_000...1_000_000)),
    ]
    static let texts = ["", "hello", "hello there", "spam", "no spam here"]

    /// How the cells of a table are spread.
    enum Shape: CaseIterable { case keyed, ranges, choices, mixed }

    static func lists(_ random: inout SplitMix) -> [Membership] {
        let entries = (0..<60).map { _ in
            PrefixList.Entry(
                key: key(&random, digits: 1 + random.below(6)), until: random.below(3) == 0 ? Int64(random.below(40)) : .max,
                payload: Int64(random.below(1000)))
        }
        return [.digits(PrefixList(entries)), .words([.max, .min, 20, .max]), .texts(["spam": .max, "hello": 10])]
    }

    static func key(_ random: inout SplitMix, digits: Int) -> Int64 {
        DigitKey.key((0..<digits).map { _ in String(random.below(4)) }.joined()) ?? 1
    }

    static func range(_ random: inout SplitMix, _ limit: Int, narrow: Bool) -> ClosedRange<Int64> {
        let low = random.below(limit)
        return Int64(low)...Int64(min(limit, low + random.below(narrow ? 5 : limit)))
    }

    static func cell(_ fact: Int, _ shape: Shape, _ random: inout SplitMix) -> Cell {
        switch random.below(12) {
        case 0: return .unknown
        case 1: return [.known, .declined, .anything][random.below(3)]
        default: break
        }
        switch fact {
        case 0:
            switch random.below(shape == .keyed ? 8 : 3) {
            case 0: return .test(CellTest([.list(0, isMember: random.below(3) > 0)], isNegated: random.below(4) == 0))
            case 1: return .values(IntervalSet([DigitKey.block(key(&random, digits: 1 + random.below(4)))]))
            default: return .values(IntervalSet(key(&random, digits: 6)))
            }
        case 1:
            if random.below(6) == 0 { return .test(CellTest([.list(1, isMember: true), .values(IntervalSet(5))])) }
            return .values(IntervalSet(values: (0..<(1 + random.below(3))).map { _ in Int64(random.below(7)) }))
        case 2: return .values(IntervalSet([range(&random, 100_000, narrow: shape == .keyed), range(&random, 100_000, narrow: true)]))
        case 3:
            let split = range(&random, 1439, narrow: false)
            return .values(random.below(2) == 0 ? IntervalSet([split]) : IntervalSet([split]).complement(in: 0...1439))
        case 4:
            let part = texts[random.below(texts.count)]
            let atoms: [CellTest.Atom] = [.equals(part), .contains(part), .startsWith(part), .endsWith(part), .list(2, isMember: true)]
            return .test(CellTest([atoms[random.below(5)]], isNegated: random.below(4) == 0))
        case 5:
            let bits = UInt64(random.below(8))
            return .test(CellTest([[.hasAny(bits), .hasAll(bits), .hasNone(bits)][random.below(3)]]))
        case 6: return .values(IntervalSet([range(&random, 400, narrow: shape == .keyed)]))
        default: return .values(IntervalSet([Int64(random.below(40)) - 20...Int64(20 + random.below(40))]))
        }
    }

    static func rules(_ count: Int, _ shape: Shape, uses: [Int], _ random: inout SplitMix) -> [Rule] {
        (0..<count).map { number in
            var cells: [Int: Cell] = [:]
            if shape == .keyed { cells[0] = cell(0, shape, &random) }
            for fact in uses where random.below(uses.count) < 2 { cells[fact] = cell(fact, shape, &random) }
            let words: [Int64?] = [0, 1, nil, 1, 2, nil, 0]
            return Rule(
                name: "r\(number)", cells: cells,
                outcome: Outcome(
                    terms: [.then: .word(Int64(random.below(3))), .group: random.below(9) == 0 ? .by(fact: 1, words: words) : .word(1)],
                    tags: random.below(4) == 0 ? [Int64(random.below(5))] : [], number: Int64(random.below(9)) - 4),
                inForce: random.below(20) == 0 ? range(&random, 40, narrow: false) : nil)
        }
    }

    static func call(_ random: inout SplitMix, known: [Int64]) -> FactVector {
        var facts = FactVector(count: Self.facts.count)
        facts.day = Int64(random.below(40))
        for fact in 0..<7 {
            switch (random.below(8), fact) {
            case (0, _): facts.set(fact, .declined)
            case (1, _): facts.set(fact, random.below(2) == 0 ? .open : .unknown)
            case (_, 0): facts.set(0, to: random.below(2) == 0 ? known[random.below(known.count)] : key(&random, digits: 6))
            case (_, 4): facts.set(4, to: texts[random.below(texts.count)])
            case (_, 5): facts.set(5, to: Int64(random.below(8)))
            case (_, 1): facts.set(1, to: Int64(random.below(7)))
            default: facts.set(fact, to: Int64(random.below([0, 0, 100_000, 1440, 0, 0, 400][fact])))
            }
        }
        return facts
    }

    // MARK: - Reading every row

    static func holds(_ rule: Rule, _ facts: FactVector, _ lists: [Membership]) -> Bool {
        rule.inForce?.contains(facts.day) != false && rule.cells.allSatisfy { $1.truth(of: $0, in: facts, lists: lists) == .yes }
    }

    /// Table, rule, tags and conflict, in the words of RULES.md 4.4 and 4.14.
    struct Answer: Equatable {
        var table: Int?
        var rule: Int?
        var tags: Set<Int64> = []
        var conflict = false
    }

    static func scan(_ giving: Table, _ chain: [Table], _ facts: inout FactVector, _ lists: [Membership]) -> Answer {
        var answer = Answer()
        let numbers = giving.rules.filter { holds($0, facts, lists) }
        answer.tags = Set(numbers.flatMap(\.outcome.tags))
        let value: Int64? =
            switch giving.policy {
            case .sum: numbers.reduce(giving.start) { $0 + $1.outcome.number }
            case .count: numbers.reduce(0) { $0 + $1.outcome.number }
            case .min: numbers.map(\.outcome.number).min() ?? giving.otherwise?.number
            case .max: numbers.map(\.outcome.number).max() ?? giving.otherwise?.number
            default: numbers.first?.outcome.number ?? giving.otherwise?.number
            }
        if let value {
            facts.set(7, to: giving.limits.map { max($0.lowerBound, min($0.upperBound, value)) } ?? value)
        } else {
            facts.set(7, .unknown)
        }
        for (place, table) in chain.enumerated() {
            let holding = table.rules.indices.filter { holds(table.rules[$0], facts, lists) }
            answer.tags.formUnion(holding.flatMap { table.rules[$0].outcome.tags })
            guard let hit = best(holding, table) else { continue }
            answer.table = place + 1
            answer.rule = hit
            switch table.policy {
            case .onlyOne: answer.conflict = holding.count > 1
            case .agree: answer.conflict = Set(holding.map { said(table.rules[$0], facts) }).count > 1
            default: break
            }
            break
        }
        return answer
    }

    static func best(_ holding: [Int], _ table: Table) -> Int? {
        guard table.policy == .best else { return holding.first ?? (table.otherwise == nil ? nil : table.rules.count) }
        func rank(_ rule: Int) -> Int {
            guard case .word(let word) = table.rules[rule].outcome[.then] else { return .max }
            return table.ranking.firstIndex(of: word) ?? .max
        }
        return holding.min { (rank($0), $0) < (rank($1), $1) } ?? (table.otherwise == nil ? nil : table.rules.count)
    }

    static func said(_ rule: Rule, _ facts: FactVector) -> [Term] {
        let group: Term
        if case .by(_, let words) = rule.outcome[.group] {
            group = facts.value(1).flatMap { words[Int($0)] }.map { .word($0) } ?? .nothing
        } else {
            group = rule.outcome[.group]
        }
        return [rule.outcome[.then], group, .word(rule.outcome.number)]
    }

    @Test(arguments: [3, 60, 300, 700, 3000]) func theIndexFindsWhatReadingEveryRowFinds(_ size: Int) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        let rounds = Int(ProcessInfo.processInfo.environment["RULES_SCANS"] ?? "") ?? 1
        var random = SplitMix(state: seed)
        var (hits, calls) = (0, 0)
        for _ in 0..<rounds {
            for shape in Shape.allCases {
                for policy in [HitPolicy.first, .onlyOne, .agree, .best] {
                    let lists = Self.lists(&random)
                    var giving = Table(
                        name: "given", role: .gives(7), policy: [.sum, .count, .min, .max, .first][random.below(5)],
                        rules: Self.rules(size / 3 + 1, shape, uses: [1, 2, 4, 5], &random))
                    giving.start = 3
                    if random.below(2) == 0 { giving.limits = -10...10 }
                    let before = Table(name: "before", role: .decides, policy: .first, rules: Self.rules(2, .mixed, uses: Array(0..<7), &random))
                    var last = Table(
                        name: "last", role: .decides, policy: policy, rules: Self.rules(size, shape, uses: Array(0..<8), &random),
                        otherwise: random.below(2) == 0 ? nil : Outcome(terms: [.then: .word(2)]))
                    last.ranking = [2, 0, 1]
                    let program = Program(facts: Self.facts, lists: lists, giving: [giving], chains: [[before, last]])
                    let known = last.rules.compactMap { rule -> Int64? in
                        if case .values(let set)? = rule.cells[0] { set.ranges.first?.lowerBound } else { nil }
                    }
                    for _ in 0..<(size > 1000 ? 4 : 12) {
                        var (indexed, plain) = (Self.call(&random, known: known + [17]), FactVector(count: 0))
                        plain = indexed
                        // Closed, an open fact counts as unknown.
                        for fact in 0..<7 where plain.states[fact] == .open { plain.set(fact, .unknown) }
                        let decision = program.decide(&indexed)
                        let expected = Self.scan(giving, [before, last], &plain, lists)
                        calls += 1
                        hits += decision.hit == nil ? 0 : 1
                        let answer = Answer(
                            table: decision.hit?.table, rule: decision.hit?.rule, tags: Set(decision.tags), conflict: decision.conflict)
                        try #require(answer == expected, "seed \(seed), size \(size), \(shape), \(policy)")
                        try checkTrace(of: program, last, plain, answer, lists)
                        try #require(indexed.value(7) == plain.value(7), "seed \(seed), size \(size), \(shape), \(policy)")
                    }
                }
            }
        }
        print("index: seed \(seed), \(size) rows, \(calls) calls, \(hits) hits")
    }

    /// A trace names the facts of the hit rule, and the first three rules that one cell keeps from holding.
    private func checkTrace(of program: Program, _ last: Table, _ facts: FactVector, _ answer: Answer, _ lists: [Membership]) throws {
        var start = facts
        start.set(7, .unknown)
        let trace = program.trace(&start)
        try #require(trace.hit?.rule == answer.rule && trace.hit?.table == answer.table && trace.conflict == answer.conflict)
        guard let hit = trace.hit, hit.table == 2 else { return }
        let tested = hit.rule < last.rules.count ? last.rules[hit.rule].cells.filter { $0.value != .anything }.keys.sorted() : []
        try #require(trace.because == tested)
        let near = last.rules.enumerated().compactMap { number, rule -> RowTrace.Near? in
            guard number != hit.rule, rule.inForce?.contains(facts.day) != false else { return nil }
            let missing = rule.cells.filter { $1.truth(of: $0, in: facts, lists: lists) != .yes }
            return missing.count == 1 ? missing.first.map { RowTrace.Near(rule: number, fact: $0.key) } : nil
        }
        try #require(trace.near == Array(near.prefix(3)))
    }

    @Test func theLongestPrefixIsFoundAmongAllOthers() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix(state: seed)
        for count in [0, 1, 15, 17, 300, 5000] {
            let entries = (0..<count).map { place in
                PrefixList.Entry(
                    key: Self.key(&random, digits: 1 + random.below(9)), until: random.below(4) == 0 ? Int64(random.below(40)) : .max,
                    payload: Int64(place))
            }
            let list = PrefixList(entries)
            for _ in 0..<200 {
                let (number, day) = (Self.key(&random, digits: 1 + random.below(11)), Int64(random.below(40)))
                let held = entries.filter { DigitKey.block($0.key).contains(number) && $0.until >= day }
                let longest = held.max { ($0.key & 15, $0.until, $0.payload) < ($1.key & 15, $1.until, $1.payload) }
                try #require(list.longest(number, on: day) == longest, "seed \(seed), \(count) entries")
            }
        }
        print("prefixes: seed \(seed), 1200 look-ups")
    }
}
