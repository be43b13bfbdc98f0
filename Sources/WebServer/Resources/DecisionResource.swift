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

    /// A rule that one fact kept from deciding.
    public struct NearMiss: Hashable, Sendable {
        public var rule: String
        public var cause: Cause
        public init(rule: String, cause: Cause) {
            self.rule = rule
            self.cause = cause
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
    /// In a sentence; `nil` when the rules that decided are no longer there to ask.
    public var why: BothLanguages?
    /// In the service's language, as `near`.
    public var because: [Cause] = []
    /// Rules that one fact kept from deciding; `value` is the fact's value then.
    public var near: [NearMiss] = []
    /// The smallest change that would have qualified the call (RULES.md 4.13).
    public var change: BothLanguages?
    /// The whole trace (RULES.md 4.9), where one decision is asked for.
    public var trace: JSON?

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
            "facts": .object(facts.map { JSON.Member($0.name, .string($0.value ?? "declined")) }), "explanation": explanation,
            "trace": trace ?? .null,
        ]
    }

    private var explanation: JSON {
        [
            "sentence": JSON(why?.en ?? say), "why": why?.json ?? .null, "because": .array(because.map(\.json)),
            "near": .array(near.map { ["rule": .string($0.rule), "cause": $0.cause.json] }), "change": change?.json ?? .null,
        ]
    }
}

extension DecisionResource.Cause {
    var json: JSON { ["fact": .string(fact), "value": .string(value), "test": .string(test)] }
}
