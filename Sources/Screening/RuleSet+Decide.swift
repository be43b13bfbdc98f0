// SPDX-License-Identifier: Apache-2.0
public import CallModel
import Decisions
import Essentials
import RuleFiles

extension RuleSet {
    /// What the rules say to these facts. Never throws; a moment without a table gets the service's default
    /// (`answer`; `callback` with MISSED), and then `table` is `nil`.
    /// - Parameter language: of `say`, which is the rule's own sentence; `explain` writes one where the rule has none.
    public func decide(_ input: ScreeningInput, language: Language = .en) -> Verdict {
        guard let moment = programs[input.moment] else { return Self.defaultVerdict(input.moment) }
        return decide(load(input, for: moment), input, moment, language)
    }

    func decide(_ loaded: LoadedFacts, _ input: ScreeningInput, _ moment: MomentProgram, _ language: Language) -> Verdict {
        var loaded = loaded
        var verdict: Verdict
        if loaded.isOpen {
            verdict = self.verdict(moment.program.interview(loaded.facts), input, moment, loaded.facts, language)
        } else {
            let decision = moment.program.decide(&loaded.facts)
            verdict = self.verdict(decision, input, moment, loaded.facts, language)
        }
        verdict.unreadable = loaded.unreadable
        return verdict
    }

    /// The open facts that can still make a difference: two completions that differ only in such a fact decide differently.
    /// Empty when the form is closed or the call is decided. `need` of the verdict names the ones to ask first.
    public func matters(_ input: ScreeningInput) -> Set<String> {
        guard let moment = programs[input.moment] else { return [] }
        let loaded = load(input, for: moment)
        guard loaded.isOpen else { return [] }
        return Set(moment.program.interview(loaded.facts).matters.map { folder.facts[$0].name })
    }

    static func defaultVerdict(_ moment: Moment) -> Verdict {
        var verdict = Verdict(then: moment == .ring ? .answer : .callback)
        if moment != .ring { verdict.reason = "MISSED" }
        return verdict
    }

    func verdict(
        _ decision: Decision, _ input: ScreeningInput, _ moment: MomentProgram, _ facts: FactVector, _ language: Language
    ) -> Verdict {
        guard let hit = decision.hit else { return Self.defaultVerdict(input.moment) }
        var verdict = Verdict()
        fill(&verdict, hit.outcome, facts, language)
        verdict.decided = true
        verdict.table = moment.program.tables[hit.table].name
        verdict.rule = ruleName(moment.program.tables[hit.table], hit.rule)
        verdict.tags = tags(decision.tags)
        verdict.conflict = decision.conflict
        if let score = moment.score { verdict.score = facts.value(score).map { $0 / scoreUnit(score) } }
        return verdict
    }

    private func verdict(
        _ interview: Interview, _ input: ScreeningInput, _ moment: MomentProgram, _ facts: FactVector, _ language: Language
    ) -> Verdict {
        if interview.isDefault { return Self.defaultVerdict(input.moment) }
        var verdict = Verdict()
        verdict.tags = tags(interview.tags)
        guard interview.isDecided else {
            verdict.need = interview.need.map { folder.facts[$0].name }
            return verdict
        }
        fill(&verdict, interview.outcome, facts, language)
        verdict.decided = true
        verdict.table = interview.table.map { moment.program.tables[$0].name }
        if let table = interview.table, let rule = interview.rule { verdict.rule = ruleName(moment.program.tables[table], rule) }
        return verdict
    }

    func ruleName(_ table: Table, _ rule: Int) -> String { rule < table.rules.count ? table.rules[rule].name : "otherwise" }

    private func tags(_ numbers: [Int64]) -> [String] { numbers.isEmpty ? [] : Set(numbers.map { folder.lexicon.word($0) }).sorted() }

    private func fill(_ verdict: inout Verdict, _ outcome: Outcome, _ facts: FactVector, _ language: Language) {
        if case .word(let number) = outcome[.then] { verdict.then = Lexicon.action(number) }
        verdict.reason = word(outcome[.reason]).map { ReasonCode($0) }
        verdict.group = word(outcome[.group])
        verdict.to = word(outcome[.to])
        verdict.priority = word(outcome[.priority])
        verdict.within = within(outcome[.within], facts)
        if case .word(let number) = outcome[.say] { verdict.say = folder.lexicon.sayings[Int(number)].text(language) }
    }

    private func word(_ term: Term) -> String? { if case .word(let number) = term { folder.lexicon.word(number) } else { nil } }

    /// Never negative: a day that has passed means at once.
    func within(_ term: Term, _ facts: FactVector) -> Duration? {
        switch term {
        case .word(let milliseconds): return .milliseconds(milliseconds)
        case .before(let milliseconds, let fact, let isDate):
            guard let value = facts.value(fact) else { return nil }
            let days = min(isDate ? value - facts.day : value, 1_000_000)
            return .milliseconds(max(0, days * 86_400_000 - milliseconds))
        case .nothing, .by: return nil
        }
    }
}
