// SPDX-License-Identifier: Apache-2.0
import CallModel
import Decisions
import RuleFiles

extension RuleSet {
    /// - Returns: `nil` for decisions that are no refusal of a briefing.
    func counterfactual(_ verdict: Verdict, _ facts: FactVector, _ moment: MomentProgram, _ rule: RuleDeclaration?) -> Counterfactual? {
        guard let then = verdict.then, then.status != nil, then != .qualify, moment.asks else { return nil }
        for fact in candidates(facts, rule) {
            guard let value = qualifying(fact, facts, moment) else { continue }
            return .change(change(of: fact, from: facts.value(fact) ?? 0, to: value))
        }
        return .nothing
    }

    private func change(of fact: Int, from now: Int64, to value: Int64) -> Counterfactual.Change {
        let cells = CellWording(fact: folder.facts[fact].withoutUnit, language: .en)
        func sentence(_ language: Language) -> String {
            let wording = CellWording(fact: folder.facts[fact], language: language)
            return Sentences(language: language).wouldQualify(
                label: name(of: fact, language), now: wording.value(now), with: wording.value(value))
        }
        return Counterfactual.Change(
            fact: folder.facts[fact].name, now: cells.value(now), needed: cells.value(value),
            sentence: Wording([.en: sentence(.en), .ru: sentence(.ru)]))
    }

    private func name(of fact: Int, _ language: Language) -> String { folder.facts[fact].label.text(language) }

    /// Known answers: first those on a scale, then those that the hit rule tests, then the others in the order of facts.yaml.
    private func candidates(_ facts: FactVector, _ rule: RuleDeclaration?) -> [Int] {
        let known = folder.facts.indices.filter { facts.states[$0] == .known && folder.facts[$0].ask != nil }
        let tested = (rule?.cells ?? []).map(\.fact)
        func rank(_ fact: Int) -> (Int, Int, Int) {
            (folder.facts[fact].type.hasOrder ? 0 : 1, tested.firstIndex(of: fact) ?? .max, fact)
        }
        return known.sorted { rank($0) < rank($1) }
    }

    /// The nearest value of one fact with which the call is qualified, all else being equal.
    private func qualifying(_ fact: Int, _ facts: FactVector, _ moment: MomentProgram) -> Int64? {
        guard let now = facts.value(fact) else { return nil }
        let others = moment.program.valueClasses(of: fact).compactMap { $0.nearest(to: now) }.filter { $0 != now }
        let isOrdered = folder.facts[fact].type.hasOrder
        let sorted = isOrdered ? others.sorted { distance($0, now) < distance($1, now) } : others.sorted()
        return sorted.first { value in
            var changed = facts
            changed.set(fact, to: value)
            for table in moment.program.givenFacts { changed.set(table, .unknown) }
            guard case .word(let number)? = moment.program.decide(&changed).hit?.outcome[.then] else { return false }
            return Lexicon.action(number) == .qualify
        }
    }

    private func distance(_ value: Int64, _ now: Int64) -> UInt64 {
        value >= now ? UInt64(bitPattern: value &- now) : UInt64(bitPattern: now &- value)
    }
}
