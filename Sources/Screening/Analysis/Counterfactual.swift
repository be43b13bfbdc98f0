// SPDX-License-Identifier: Apache-2.0
public import CallModel
import Decisions
import RuleFiles

/// The smallest single change of an answer that would have qualified a call, or that there is none (RULES.md 4.13, 4.14).
public enum Counterfactual: Sendable, Hashable {
    /// With another answer to one question.
    case change(Change)
    /// No other answer to a single question would do.
    case nothing

    public struct Change: Sendable, Hashable {
        /// The fact's name.
        public let fact: String
        /// The answer as it is, and the nearest one that qualifies, as cells say them ("299 999.99", "300 000").
        public let now: String
        public let needed: String
        /// "Budget is 250 000 RUB; with 300 000 RUB it would be qualified."
        public let sentence: Wording
    }

    public func sentence(_ language: Language) -> String {
        switch self {
        case .change(let change): change.sentence.text(language)
        case .nothing: Sentences(language: language).nothingQualifies
        }
    }
}

extension RuleSet {
    /// What would have qualified a call that a briefing refuses; the facts that nobody answered stay as they are.
    /// - Returns: `nil` for a call that is qualified or not decided yet, and for other moments.
    public func counterfactual(_ input: ScreeningInput) -> Counterfactual? {
        guard let moment = programs[input.moment] else { return nil }
        var loaded = load(input, for: moment)
        let verdict = decide(loaded, input, moment, .en)
        guard verdict.decided else { return nil }
        if !loaded.isOpen { _ = moment.program.decide(&loaded.facts) }
        let rule = folder.tables.first { $0.name == verdict.table }?.rules.first { $0.name == verdict.rule }
        return counterfactual(verdict, loaded.facts, moment, rule)
    }
}
