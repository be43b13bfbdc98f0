// SPDX-License-Identifier: Apache-2.0
import CallModel
import Decisions
import RuleFiles

/// What a rule says, in words: `dropped (BUDGET_LOW)`, `qualified, group key clients, high, within 5 min`.
struct OutcomeWording {
    let facts: [FactDeclaration]
    let lexicon: Lexicon

    func text(_ hit: Program.Hit?, _ moment: Moment, _ language: Language) -> String {
        guard let hit else {
            let verdict = RuleSet.defaultVerdict(moment)
            return Sentences(language: language).action(verdict.then) + (verdict.reason.map { " (\($0.code))" } ?? "")
        }
        return text(hit.outcome, language)
    }

    func text(_ outcome: Outcome, _ language: Language) -> String {
        var action: Action?
        if case .word(let number) = outcome[.then] { action = Lexicon.action(number) }
        return Self.text(
            action, reason: word(outcome[.reason], language), to: word(outcome[.to], language), group: word(outcome[.group], language),
            priority: word(outcome[.priority], language), within: within(outcome[.within], language), language)
    }

    static func text(
        _ action: Action?, reason: String?, to target: String?, group: String?, priority: String?, within: String?, _ language: Language
    ) -> String {
        var text = Sentences(language: language).action(action)
        if let reason { text += " (\(reason))" }
        if let target { text += language == .ru ? ", кому: \(target)" : ", to \(target)" }
        if let group { text += language == .ru ? ", группа \(group)" : ", group \(group)" }
        if let priority { text += language == .ru ? ", важность: \(Self.russian[priority] ?? priority)" : ", \(priority) priority" }
        if let within { text += language == .ru ? ", срок \(within)" : ", within \(within)" }
        return text
    }

    private static let russian = ["high": "высокая", "normal": "обычная", "low": "низкая"]

    private func word(_ term: Term, _ language: Language) -> String? {
        switch term {
        case .word(let number): return lexicon.word(number)
        case .by(let fact, _): return (language == .ru ? "по: " : "by ") + facts[fact].label.text(language)
        case .nothing, .before: return nil
        }
    }

    private func within(_ term: Term, _ language: Language) -> String? {
        switch term {
        case .word(let milliseconds): return WithinText.text(milliseconds)
        case .before(let milliseconds, let fact, _):
            return "\(WithinText.text(milliseconds)) \(language == .ru ? "до" : "before") \(facts[fact].label.text(language))"
        case .nothing, .by: return nil
        }
    }
}
