// SPDX-License-Identifier: Apache-2.0
public import CallModel
public import Essentials
public import WireFormats

/// A stored decision with the facts it used and why: `Decision` of docs/api.md.
public struct DecisionResource: Hashable, Sendable {
    /// One test of the rule that hit, and the value that met it.
    public struct Cause: Hashable, Sendable {
        public var fact: String
        public var value: String
        public var test: String
        public init(fact: String, value: String, test: String) {
            self.fact = fact
            self.value = value
            self.test = test
        }
    }

    /// A fact as it was when the decision was made; `nil` stands for "not named".
    public struct Fact: Hashable, Sendable {
        public var name: String
        public var value: String?
        public init(name: String, value: String?) {
            self.name = name
            self.value = value
        }
    }

    public var id: ULID
    public var call: ULID?
    public var lead: ULID?
    public var moment: Moment
    public var at: Instant
    public var ruleSet: String?
    public var ruleSetHash: String?
    public var then: Action?
    public var rule: String?
    public var reason: ReasonCode?
    public var group: String?
    public var to: String?
    public var say: String?
    public var isWatchOnly = false
    /// Who decided against the rules, and what was noted.
    public var overriddenBy: String?
    public var note: String?
    public var facts: [Fact] = []
    public var why: BothLanguages?
    public var because: [Cause] = []
    /// The smallest change that would have qualified the call (RULES.md 4.13).
    public var change: BothLanguages?

    public init(id: ULID, moment: Moment, at: Instant) {
        self.id = id
        self.moment = moment
        self.at = at
    }

    public var json: JSON {
        [
            "id": .string(id.description), "call": JSON(call?.description), "lead": JSON(lead?.description),
            "moment": .string(moment.rawValue), "at": .string(at.rfc3339), "rule_set": JSON(ruleSet), "rule_set_hash": JSON(ruleSetHash),
            "then": JSON(then?.rawValue), "rule": JSON(rule), "reason": JSON(reason?.code), "group": JSON(group), "to": JSON(to),
            "say": JSON(say), "watch": .bool(isWatchOnly), "overridden_by": JSON(overriddenBy), "note": JSON(note),
            "facts": .array(facts.map { ["name": .string($0.name), "value": JSON($0.value)] }), "why": why?.json ?? .null,
            "because": .array(because.map { ["fact": .string($0.fact), "value": .string($0.value), "test": .string($0.test)] }),
            "change": change?.json ?? .null,
        ]
    }
}
