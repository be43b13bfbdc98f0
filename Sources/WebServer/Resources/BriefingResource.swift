// SPDX-License-Identifier: Apache-2.0
public import CallModel
public import Essentials
public import WireFormats

/// A text in the two languages of the console.
public struct BothLanguages: Hashable, Sendable {
    public var en: String
    public var ru: String
    public init(en: String, ru: String) {
        self.en = en
        self.ru = ru
    }
    public init(_ text: String) { self.init(en: text, ru: text) }
    public var json: JSON { ["en": .string(en), "ru": .string(ru)] }
}

/// A first briefing as the API shows it: `Briefing` of docs/api.md.
public struct BriefingResource: Hashable, Sendable {
    public enum State: String, Sendable, CaseIterable {
        case open
        case closed
        /// Another person holds it.
        case readOnly = "read-only"
    }

    /// Something that is known without asking.
    public struct Known: Hashable, Sendable {
        public var fact: String
        public var label: BothLanguages
        /// In words.
        public var value: BothLanguages
        public init(fact: String, label: BothLanguages, value: BothLanguages) {
            self.fact = fact
            self.label = label
            self.value = value
        }
    }

    public struct Choice: Hashable, Sendable {
        public var value: String
        public var label: BothLanguages
        public init(value: String, label: BothLanguages) {
            self.value = value
            self.label = label
        }
    }

    public struct Question: Hashable, Sendable {
        public enum State: String, Sendable, CaseIterable { case open, answered, declined, other }
        public var fact: String
        public var ask: BothLanguages
        public var label: BothLanguages
        /// choice, yes/no, tags, money, number, count, days, date, duration, phone or text.
        public var kind: String
        public var choices: [Choice] = []
        public var unit: String?
        public var state: State = .open
        /// The answer as a person would write it; for `other` what the caller said.
        public var value: String?
        /// Two completions that differ only here decide differently (RULES.md 4.14).
        public var matters = false
        public var isNext = false
        public init(fact: String, ask: BothLanguages, label: BothLanguages, kind: String) {
            self.fact = fact
            self.ask = ask
            self.label = label
            self.kind = kind
        }
    }

    /// What the rules would say now.
    public struct Preview: Hashable, Sendable {
        public var isDecided: Bool
        public var then: Action?
        public var reason: ReasonCode?
        public var group: String?
        public var rule: String?
        public var why: BothLanguages?
        /// Facts that still matter, best question first.
        public var need: [String]
        public init(
            isDecided: Bool, then: Action? = nil, reason: ReasonCode? = nil, group: String? = nil, rule: String? = nil,
            why: BothLanguages? = nil, need: [String] = []
        ) {
            self.isDecided = isDecided
            self.then = then
            self.reason = reason
            self.group = group
            self.rule = rule
            self.why = why
            self.need = need
        }
    }

    public var lead: ULID
    public var call: ULID?
    public var holder: String?
    public var state: State
    public var known: [Known] = []
    public var questions: [Question] = []
    public var next: String?
    public var preview: Preview
    /// The stored decision, once closed.
    public var decision: ULID?
    public var status: LeadStatus

    public init(lead: ULID, call: ULID?, holder: String?, state: State, preview: Preview, status: LeadStatus) {
        self.lead = lead
        self.call = call
        self.holder = holder
        self.state = state
        self.preview = preview
        self.status = status
    }

    public var json: JSON {
        [
            "lead": .string(lead.description), "call": JSON(call?.description), "operator": JSON(holder), "state": .string(state.rawValue),
            "known": .array(known.map(\.json)), "questions": .array(questions.map(\.json)), "next": JSON(next), "preview": preview.json,
            "decision": JSON(decision?.description), "status": .string(status.rawValue),
        ]
    }
}

extension BriefingResource.Known {
    /// `value` is one text, for programs; `words` has both languages.
    var json: JSON { ["fact": .string(fact), "label": label.json, "value": .string(value.en), "words": value.json] }
}

extension BriefingResource.Question {
    var json: JSON {
        [
            "fact": .string(fact), "ask": ask.json, "label": label.json, "kind": .string(kind),
            "choices": .array(choices.map { ["value": .string($0.value), "label": $0.label.json] }), "unit": JSON(unit),
            "state": .string(state.rawValue), "value": JSON(value), "matters": .bool(matters), "next": .bool(isNext),
        ]
    }
}

extension BriefingResource.Preview {
    var json: JSON {
        [
            "decided": .bool(isDecided), "then": JSON(then?.rawValue), "reason": JSON(reason?.code), "group": JSON(group),
            "rule": JSON(rule), "why": why?.json ?? .null, "need": .array(need.map(JSON.string)),
        ]
    }
}
