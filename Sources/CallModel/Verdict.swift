// SPDX-License-Identifier: Apache-2.0
public import Essentials

/// A fact as the service or a person states it, before its declared type is known.
public enum FactInput: Hashable, Sendable {
    /// Text as a person would write it in a cell ("300 000", "site", "20 s"), or free text.
    case text(String)
    case integer(Int64)
    /// A number with decimals, as text with a decimal point ("49999.99").
    case decimal(String)
    case yesNo(Bool)
    case duration(Duration)
    case phone(PhoneNumber)
    case words([String])
    /// Not named, refused, or does not know: settled, never asked again (RULES.md 4.7).
    case declined
}

/// What the rules are asked: the facts of one call at one moment.
public struct ScreeningInput: Sendable {
    public var moment: Moment
    /// The event's time; gives `time`, `weekday`, `date` in `zone`, and is compared with list ends.
    public var at: Instant
    /// IANA name of the line's zone; `nil`: the rule set's own.
    public var zone: String?
    /// Whether the operator has closed the form. At `ring` and `hangup` it counts as closed whatever this says.
    public var closed: Bool
    /// Facts by declared name. A name that the set does not declare is ignored; a missing one is unknown.
    public var facts: [String: FactInput]

    public init(moment: Moment, at: Instant, zone: String? = nil, closed: Bool = false, facts: [String: FactInput] = [:]) {
        self.moment = moment
        self.at = at
        self.zone = zone
        self.closed = closed
        self.facts = facts
    }
}

/// What the rules said.
public struct Verdict: Hashable, Sendable {
    /// `nil` while the form is open and undecided: see `need`.
    public var then: Action?
    /// Name of the rule that hit; "otherwise" for the catch-all; `nil` when undecided or when no table decides the moment.
    public var rule: String?
    public var table: String?
    public var reason: ReasonCode?
    public var group: String?
    /// Target of divert or menu, or who is to get the call.
    public var to: String?
    /// By when a person must act.
    public var within: Duration?
    /// high, normal or low.
    public var priority: String?
    /// Sorted, each once.
    public var tags: [String]
    /// Sentence for people, in the language that was asked for.
    public var say: String?
    public var score: Int64?
    /// Every completion of the unknown facts gives this then, reason and group.
    public var decided: Bool
    /// Facts that still matter, best question first; empty when decided.
    public var need: [String]
    /// Rows of an `only one` or `agree` table contradicted each other; the first was taken.
    public var conflict: Bool
    /// Facts whose stated value could not be read as their type; they counted as unknown.
    public var unreadable: [String]

    public init(then: Action? = nil) {
        self.then = then
        tags = []
        decided = then != nil
        need = []
        conflict = false
        unreadable = []
    }
}
