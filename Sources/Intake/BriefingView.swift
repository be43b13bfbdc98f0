// SPDX-License-Identifier: Apache-2.0
public import CallModel
public import Essentials
public import Screening
public import Store

/// A briefing as one person sees it: what is known, what was answered, what to ask next, and what the rules would say.
public struct BriefingView: Sendable {
    public enum State: String, Sendable {
        case open
        case closed
        /// Open, and somebody else holds it.
        case readOnly = "read-only"
    }

    /// A fact that needs no asking.
    public struct Known: Sendable, Hashable {
        public let fact: String
        public let label: Wording
        /// In words.
        public let value: Wording
    }

    /// A question of the form, in the order of facts.yaml.
    public struct Asked: Sendable {
        public let question: Question
        /// `nil`: not asked yet.
        public let answer: AnswerRecord?
        /// The verdict still hangs on it.
        public let matters: Bool
        public let isNext: Bool
    }

    public let lead: LeadRecord
    /// The call that is briefed: the lead's latest.
    public let call: CallRecord?
    public let holder: String
    public let state: State
    public let known: [Known]
    public let questions: [Asked]
    /// What the rules say now: to the open form while it is open, to the closed one afterwards.
    public let preview: Verdict
    /// The sentence why.
    public let why: Wording
    /// The decision that closing made.
    public let decision: ULID?

    /// The question to ask next; `nil`: none is needed.
    public var next: String? { preview.need.first }
}
