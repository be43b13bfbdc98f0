// SPDX-License-Identifier: Apache-2.0
public import CallModel
import Decisions

/// The words that outcomes give, by the numbers that tables know them by.
public struct Lexicon: Hashable, Sendable {
    public private(set) var words: [String] = []
    public private(set) var sayings: [Wording] = []
    private var numbers: [String: Int64] = [:]
    private var sayingNumbers: [Wording: Int64] = [:]

    /// The number of a word, given when it is first seen.
    public mutating func number(of word: String) -> Int64 {
        if let known = numbers[word] { return known }
        words.append(word)
        numbers[word] = Int64(words.count - 1)
        return Int64(words.count - 1)
    }

    /// The number of a sentence, given when it is first seen.
    public mutating func number(of saying: Wording) -> Int64 {
        if let known = sayingNumbers[saying] { return known }
        sayings.append(saying)
        sayingNumbers[saying] = Int64(sayings.count - 1)
        return Int64(sayings.count - 1)
    }

    public init() {}

    public func word(_ number: Int64) -> String { words[Int(number)] }
    /// The number of a word that some outcome gives.
    public func known(_ word: String) -> Int64? { numbers[word] }

    /// Actions go by their place among all.
    public static func number(of action: Action) -> Int64 { Int64(Action.allCases.firstIndex(of: action) ?? 0) }
    public static func action(_ number: Int64) -> Action { Action.allCases[Int(number)] }
}

/// Turns declarations into tables that can be compiled.
struct TableMaker {
    let facts: [FactDeclaration]
    let lists: [ListDeclaration]
    private(set) var lexicon = Lexicon()
    private(set) var memberships: [Membership]
    /// Names of the lists, by index into `memberships`.
    private(set) var listNames: [String]
    private var ofChoice: [[Int]: Int] = [:]

    init(facts: [FactDeclaration], lists: [ListDeclaration]) {
        self.facts = facts
        self.lists = lists
        memberships = lists.map { $0.membership() }
        listNames = lists.map(\.name)
    }

    mutating func table(_ source: TableDeclaration) -> Table {
        let role: Table.Role = source.givenFact.map { .gives($0) } ?? .decides
        var rules: [Rule] = []
        for rule in source.rules {
            for cell in rule.cells { addMemberships(for: cell) }
            let cells = Dictionary(rule.cells.map { ($0.fact, resolved($0)) }) { first, _ in first }
            rules.append(Rule(name: rule.name, cells: cells, outcome: outcome(rule.outcome, of: source), inForce: rule.inForce))
        }
        var table = Table(
            name: source.name, role: role, policy: source.policy, asks: source.asks, rules: rules,
            otherwise: source.otherwise.map { outcome($0, of: source) })
        table.start = source.start
        table.limits = source.limits
        table.ranking = source.givenFact == nil ? source.outputs.map { Lexicon.number(of: $0) } : source.ranking
        table.inForce = source.inForce
        return table
    }

    /// Lists of words that a choice asks get a form by the numbers of its words.
    private mutating func addMemberships(for declared: CellDeclaration) {
        guard case .test(let test) = declared.cell, facts[declared.fact].type == .choice else { return }
        for case .list(let list, _) in test.atoms where ofChoice[[list, declared.fact]] == nil {
            memberships.append(lists[list].membership(for: facts[declared.fact]))
            listNames.append(lists[list].name)
            ofChoice[[list, declared.fact]] = memberships.count - 1
        }
    }

    /// A cell that asks the lists by their index into `memberships`.
    func resolved(_ declared: CellDeclaration) -> Cell {
        guard case .test(var test) = declared.cell, facts[declared.fact].type == .choice else { return declared.cell }
        for place in test.atoms.indices {
            guard case .list(let list, let isMember) = test.atoms[place] else { continue }
            test.atoms[place] = .list(ofChoice[[list, declared.fact]] ?? list, isMember: isMember)
        }
        return .test(test)
    }

    private mutating func outcome(_ source: OutcomeDeclaration, of table: TableDeclaration) -> Outcome {
        var terms = [Term](repeating: .nothing, count: Output.allCases.count)
        func set(_ output: Output, _ term: Term?) { if let term { terms[output.rawValue] = term } }
        if let then = source.then { set(.then, .word(Lexicon.number(of: then))) }
        set(.reason, term(source.reason) { $0.reason })
        set(.group, term(source.group) { $0.group })
        set(.to, term(source.to) { $0.target })
        switch source.within {
        case .duration(let milliseconds): set(.within, .word(milliseconds))
        case .before(let milliseconds, let fact):
            set(.within, .before(milliseconds: milliseconds, fact: fact, isDate: facts[fact].type == .date))
        case nil: break
        }
        if let priority = source.priority { set(.priority, .word(lexicon.number(of: priority))) }
        if let say = source.say { set(.say, .word(lexicon.number(of: say))) }
        let tags = table.policy == .all ? [] : source.tags.map { lexicon.number(of: $0) }
        return Outcome(inOrder: terms, tags: tags, number: source.number ?? (table.policy == .count ? one(of: table) : 0))
    }

    /// What a rule adds in a table that counts.
    private func one(of table: TableDeclaration) -> Int64 {
        (0..<(table.givenFact.map { facts[$0].type.places } ?? 0)).reduce(1) { one, _ in one * 10 }
    }

    private mutating func term(_ word: OutcomeDeclaration.Word?, _ declared: (DeclaredWord) -> String?) -> Term? {
        switch word {
        case .word(let word): return .word(lexicon.number(of: word))
        case .by(let fact):
            let words = facts[fact].words.map(declared)
            return .by(fact: fact, words: words.map { $0.map { lexicon.number(of: $0) } })
        case nil: return nil
        }
    }
}
