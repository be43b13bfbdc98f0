// SPDX-License-Identifier: Apache-2.0
public import CallModel
import RuleFiles

/// A fact that the operator may ask for: one with `ask:` in facts.yaml.
public struct Question: Sendable, Hashable {
    /// The name that rules, answers and the API use.
    public let fact: String
    let wordingOfLabel: Wording
    let wordingOfAsk: Wording
    public let kind: AnswerKind
    /// Stays in the service, with short retention, and never goes into a recipe (`private: yes`).
    public let isPrivate: Bool

    /// The fact's short name for a form or a list.
    public func label(_ language: Language) -> String { wordingOfLabel.text(language) }

    /// The question as the operator says it.
    public func ask(_ language: Language) -> String { wordingOfAsk.text(language) }
}

/// How a fact's value is put in.
public enum AnswerKind: Sendable, Hashable {
    case choice([Choice])
    case yesNo
    /// With two decimals at the most; the unit as facts.yaml gives it ("RUB"), if it does.
    case money(unit: String?)
    case number(unit: String?)
    case count
    case days
    case duration
    case time
    case weekday
    case date
    case phone
    case text
    /// Several words at once.
    case tags([Choice])

    /// The word used for the kind in the API.
    public var name: String {
        switch self {
        case .choice: "choice"
        case .yesNo: "yes/no"
        case .money: "money"
        case .number: "number"
        case .count: "count"
        case .days: "days"
        case .duration: "duration"
        case .time: "time"
        case .weekday: "weekday"
        case .date: "date"
        case .phone: "phone"
        case .text: "text"
        case .tags: "tags"
        }
    }
}

/// One declared value of a choice.
public struct Choice: Sendable, Hashable {
    /// The word that rules and the API use.
    public let value: String
    let wording: Wording

    /// The word as people see it (`show:`).
    public func label(_ language: Language) -> String { wording.text(language) }
}

/// Why an answer was not taken; `message` is for the person who typed it.
public struct AnswerProblem: Error, Sendable, Hashable, CustomStringConvertible {
    public let message: String
    public var description: String { message }
}

extension Question {
    /// - Returns: `nil` for a fact that nobody is asked for.
    init?(_ fact: FactDeclaration) {
        guard let ask = fact.ask else { return nil }
        self.fact = fact.name
        wordingOfLabel = fact.label
        wordingOfAsk = ask
        kind = AnswerKind(fact)
        isPrivate = fact.isPrivate
    }
}

extension AnswerKind {
    init(_ fact: FactDeclaration) {
        let choices = fact.words.map { Choice(value: $0.word, wording: $0.show) }
        switch fact.type {
        case .choice: self = .choice(choices)
        case .yesNo: self = .yesNo
        case .money: self = .money(unit: fact.unit)
        case .number: self = .number(unit: fact.unit)
        case .count: self = .count
        case .days: self = .days
        case .duration: self = .duration
        case .time: self = .time
        case .weekday: self = .weekday
        case .date: self = .date
        case .phone: self = .phone
        case .text: self = .text
        case .tags: self = .tags(choices)
        }
    }
}
