// SPDX-License-Identifier: Apache-2.0
public import CallModel
import Decisions
import RuleFiles

extension RuleSet {
    /// Near misses that an explanation names at the most.
    private static let nearMax = 3

    /// Why `decide` says what it says to these facts; computed from nothing but them. The sentence is the rule's own `say`,
    /// or one made of the cells that decided.
    public func explain(_ input: ScreeningInput, language: Language) -> Explanation {
        let sentences = Sentences(language: language)
        guard let moment = programs[input.moment] else {
            return Explanation(sentence: sentences.byDefault(Self.defaultVerdict(input.moment)), because: [], near: [], counterfactual: nil)
        }
        var loaded = load(input, for: moment)
        let verdict = decide(loaded, input, moment, language)
        if !loaded.isOpen { _ = moment.program.decide(&loaded.facts) }
        guard verdict.decided else {
            let asked = verdict.need.first.map { label(of: $0, language: language) }
            return Explanation(sentence: sentences.undecided(asking: asked), because: [], near: [], counterfactual: nil)
        }
        let table = folder.tables.first { $0.name == verdict.table }
        let rule = table?.rules.first { $0.name == verdict.rule }
        let because = (rule?.cells ?? []).filter { $0.cell != .anything }.map { reason($0, loaded.facts, language) }
        let near = table.map { nearMisses(in: $0, but: verdict.rule, loaded.facts, moment, language) } ?? []
        return Explanation(
            sentence: verdict.say ?? sentences.decided(verdict, because), because: because, near: near,
            counterfactual: counterfactual(verdict, loaded.facts, moment, rule)?.sentence(language))
    }

    func reason(_ cell: CellDeclaration, _ facts: FactVector, _ language: Language) -> Explanation.Because {
        let fact = folder.facts[cell.fact]
        return Explanation.Because(
            fact: fact.name, label: fact.label.text(language), value: value(of: cell.fact, facts, language),
            test: CellWording(fact: fact, language: language).cell(cell.text))
    }

    func value(of fact: Int, _ facts: FactVector, _ language: Language) -> String {
        switch facts.states[fact] {
        case .unknown, .open: return language == .ru ? "неизвестно" : "unknown"
        case .declined: return language == .ru ? "не назвал" : "declined"
        case .known: break
        }
        if folder.facts[fact].type == .text { return facts.text(fact) }
        return CellWording(fact: folder.facts[fact], language: language).value(facts.value(fact) ?? 0)
    }

    /// Rules that all cells but one allow, in the order of the table.
    private func nearMisses(
        in table: TableDeclaration, but hit: String?, _ facts: FactVector, _ moment: MomentProgram, _ language: Language
    ) -> [Explanation.NearMiss] {
        var near: [Explanation.NearMiss] = []
        for rule in table.rules where rule.name != hit && rule.inForce?.contains(facts.day) != false {
            let failing = rule.cells.filter { truth(of: $0, facts) != .yes }
            guard failing.count == 1, let cell = failing.first else { continue }
            let reason = reason(cell, facts, language)
            near.append(Explanation.NearMiss(rule: rule.name, fact: reason.fact, now: reason.value, test: reason.test))
            if near.count == Self.nearMax { break }
        }
        return near
    }

    func truth(of cell: CellDeclaration, _ facts: FactVector) -> Truth {
        folder.resolved(cell).truth(of: cell.fact, in: facts, lists: folder.memberships)
    }
}
