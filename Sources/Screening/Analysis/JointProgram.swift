// SPDX-License-Identifier: Apache-2.0
import CallModel
import Decisions
import RuleFiles

/// Two rule folders over one numbering of facts, words and lists, so that their tables can be asked side by side.
///
/// Facts of one name and type are one fact, its words the words of both; a fact that the folders work out differently is
/// two. A list whose entries changed is two lists.
struct JointProgram {
    let old: RuleSet
    let new: RuleSet
    private(set) var facts: [FactDeclaration]
    private(set) var memberships: [Membership]
    private(set) var listNames: [String]
    private(set) var lexicon: Lexicon
    /// Facts and lists of `new` → joint ones.
    private var factOfNew: [Int: Int] = [:]
    private var listOfNew: [Int: Int] = [:]
    /// For choices and tags: words of `new` → joint ones.
    private var wordOfNew: [Int: [Int]] = [:]

    init(old: RuleSet, new: RuleSet) {
        (self.old, self.new) = (old, new)
        facts = old.folder.facts
        memberships = old.folder.memberships
        listNames = old.folder.listNames
        lexicon = old.folder.lexicon
        for (index, list) in new.folder.memberships.enumerated() { join(list, named: new.folder.listNames[index], as: index) }
        for (index, fact) in new.folder.facts.enumerated() { join(fact, as: index) }
    }

    private mutating func join(_ list: Membership, named name: String, as index: Int) {
        if let known = memberships.indices.first(where: { listNames[$0] == name && memberships[$0] == list }) {
            listOfNew[index] = known
        } else {
            listOfNew[index] = memberships.count
            memberships.append(list)
            listNames.append(name)
        }
    }

    private mutating func join(_ fact: FactDeclaration, as index: Int) {
        guard let known = old.folder.factIndex(of: fact.name), facts[known].type == fact.type else { return add(fact, as: index) }
        factOfNew[index] = known
        guard fact.type == .choice || fact.type == .tags else { return }
        wordOfNew[index] = fact.words.map { word in
            if let number = facts[known].number(of: word.word) { return number }
            facts[known].addWord(word.word)
            return facts[known].words.count - 1
        }
    }

    private mutating func add(_ fact: FactDeclaration, as index: Int) {
        factOfNew[index] = facts.count
        facts.append(fact)
        if fact.type == .choice || fact.type == .tags { wordOfNew[index] = Array(fact.words.indices) }
    }

    // MARK: - Programs

    /// The tables of a moment, the old ones as the first chain; `nil` when neither folder decides it.
    mutating func program(_ moment: Moment) -> Program? {
        let (before, after) = (old.programs[moment], new.programs[moment])
        guard before != nil || after != nil else { return nil }
        splitGivenByOldOnly(before, after)
        var giving = before?.givingTables ?? []
        for table in after?.givingTables ?? [] {
            guard case .gives(let fact) = table.role else { continue }
            let joint = self.table(table)
            if giving.contains(joint) { continue }
            // Worked out in another way than before: a fact of its own.
            add(new.folder.facts[fact], as: fact)
            giving.append(self.table(table))
        }
        let chains = [before?.chain ?? [byDefault(moment)], after?.chain.map { self.table($0) } ?? [byDefault(moment)]]
        return Program(
            facts: facts.map { Fact(name: $0.name, domain: $0.domain, isAskable: $0.ask != nil) }, lists: memberships, giving: giving, chains: chains)
    }

    /// A fact that only the old tables work out is for the new ones a fact like any other.
    private mutating func splitGivenByOldOnly(_ before: MomentProgram?, _ after: MomentProgram?) {
        let given = Set((after?.givingTables ?? []).compactMap { if case .gives(let fact) = $0.role { fact } else { nil } })
        for table in before?.givingTables ?? [] {
            guard case .gives(let fact) = table.role, let index = factOfNew.first(where: { $0.value == fact })?.key, !given.contains(index) else {
                continue
            }
            add(new.folder.facts[index], as: index)
        }
    }

    /// What the service says where no table does.
    private mutating func byDefault(_ moment: Moment) -> Table {
        let verdict = RuleSet.defaultVerdict(moment)
        var terms: [Output: Term] = [:]
        if let then = verdict.then { terms[.then] = .word(Lexicon.number(of: then)) }
        if let reason = verdict.reason { terms[.reason] = .word(lexicon.number(of: reason.code)) }
        return Table(name: "", role: .decides, policy: .first, rules: [], otherwise: Outcome(terms: terms))
    }

    // MARK: - Tables of the new folder in joint numbers

    private mutating func table(_ table: Table) -> Table {
        var joint = table
        var fact: Int?
        if case .gives(let given) = table.role {
            fact = given
            joint.role = .gives(factOfNew[given] ?? given)
        }
        joint.rules = table.rules.map { rule in
            var cells: [Int: Cell] = [:]
            for (index, cell) in rule.cells { cells[factOfNew[index] ?? index] = self.cell(cell, of: index) }
            return Rule(name: rule.name, cells: cells, outcome: outcome(rule.outcome, giving: fact), inForce: rule.inForce)
        }
        joint.otherwise = table.otherwise.map { outcome($0, giving: fact) }
        if let fact, let words = wordOfNew[fact] { joint.ranking = table.ranking.map { Self.mapped($0, words) } }
        return joint
    }

    private static func mapped(_ value: Int64, _ words: [Int]) -> Int64 { words.indices.contains(Int(value)) ? Int64(words[Int(value)]) : value }

    private func set(_ set: IntervalSet, of fact: Int) -> IntervalSet {
        guard let words = wordOfNew[fact], new.folder.facts[fact].type == .choice else { return set }
        return IntervalSet(values: words.indices.filter { set.contains(Int64($0)) }.map { Int64(words[$0]) })
    }

    private func bits(_ bits: UInt64, of fact: Int) -> UInt64 {
        guard let words = wordOfNew[fact] else { return bits }
        return words.indices.reduce(0) { bits & 1 << UInt64($1) == 0 ? $0 : $0 | 1 << UInt64(words[$1]) }
    }

    private func cell(_ cell: Cell, of fact: Int) -> Cell {
        switch cell {
        case .values(let set): return .values(self.set(set, of: fact))
        case .test(var test):
            test.atoms = test.atoms.map { atom in
                switch atom {
                case .values(let set): .values(self.set(set, of: fact))
                case .list(let list, let isMember): .list(listOfNew[list] ?? list, isMember: isMember)
                case .hasAny(let bits): .hasAny(self.bits(bits, of: fact))
                case .hasAll(let bits): .hasAll(self.bits(bits, of: fact))
                case .hasNone(let bits): .hasNone(self.bits(bits, of: fact))
                default: atom
                }
            }
            return .test(test)
        default: return cell
        }
    }

    private mutating func outcome(_ outcome: Outcome, giving fact: Int?) -> Outcome {
        var joint = outcome
        for output in [Output.reason, .group, .to, .priority] { joint.terms[output.rawValue] = term(outcome[output]) }
        if case .before(let milliseconds, let day, let isDate) = outcome[.within] {
            joint.terms[Output.within.rawValue] = .before(milliseconds: milliseconds, fact: factOfNew[day] ?? day, isDate: isDate)
        }
        if case .word(let say) = outcome[.say] {
            joint.terms[Output.say.rawValue] = .word(lexicon.number(of: new.folder.lexicon.sayings[Int(say)]))
        }
        joint.tags = outcome.tags.map { lexicon.number(of: new.folder.lexicon.word($0)) }
        guard let fact, let words = wordOfNew[fact] else { return joint }
        joint.number =
            new.folder.facts[fact].type == .tags
            ? Int64(bitPattern: bits(UInt64(bitPattern: outcome.number), of: fact)) : Self.mapped(outcome.number, words)
        return joint
    }

    private mutating func term(_ term: Term) -> Term {
        switch term {
        case .word(let word): return .word(lexicon.number(of: new.folder.lexicon.word(word)))
        case .by(let fact, let words):
            let index = factOfNew[fact] ?? fact
            var joint = [Int64?](repeating: nil, count: facts[index].words.count)
            for (place, word) in words.enumerated() {
                let target = wordOfNew[fact].map { $0[place] } ?? place
                joint[target] = word.map { lexicon.number(of: new.folder.lexicon.word($0)) }
            }
            return .by(fact: index, words: joint)
        case .nothing, .before: return term
        }
    }

    // MARK: - Calls

    /// The facts of a call in joint numbers, from a call of the old folder and the same of the new one: a fact that both
    /// know is taken from the old one.
    func facts(_ before: FactVector, _ after: FactVector) -> FactVector {
        var joint = FactVector(count: facts.count)
        joint.day = before.day == 0 ? after.day : before.day
        func copy(_ index: Int, to target: Int, from source: FactVector, type: FactType, words: [Int]?) {
            switch source.states[index] {
            case .known:
                if type == .text { return joint.set(target, to: source.text(index)) }
                let value = source.values[index]
                if type == .tags {
                    return joint.set(target, to: words == nil ? value : Int64(bitPattern: bits(UInt64(bitPattern: value), of: index)))
                }
                joint.set(target, to: words.map { Self.mapped(value, $0) } ?? value)
            case .declined: joint.set(target, .declined)
            case .unknown, .open: break
            }
        }
        for index in new.folder.facts.indices {
            copy(index, to: factOfNew[index] ?? index, from: after, type: new.folder.facts[index].type, words: wordOfNew[index])
        }
        for index in old.folder.facts.indices where before.states[index] != .unknown {
            copy(index, to: index, from: before, type: old.folder.facts[index].type, words: nil)
        }
        return joint
    }
}
