// SPDX-License-Identifier: Apache-2.0
public import Essentials

/// One briefing of a lead: who asks, what was answered. A lead reopened gets a further one.
public struct BriefingRecord: Sendable, Equatable {
    public typealias ID = RowID<BriefingRecord>
    public enum State: String, Sendable, Codable { case open, closed }

    public var id: ID = .new
    public var lead: LeadRecord.ID
    public var call: CallRecord.ID?
    /// The person who holds it.
    public var operatorName: String
    public var state: State = .open
    public var openedAt: Instant
    public var lastAnswerAt: Instant?
    public var closedAt: Instant?
    /// The decision that closing it made.
    public var decision: DecisionRecord.ID?

    public init(lead: LeadRecord.ID, call: CallRecord.ID? = nil, operatorName: String, openedAt: Instant) {
        self.lead = lead
        self.call = call
        self.operatorName = operatorName
        self.openedAt = openedAt
    }
}

/// What was said to one question; belongs to the lead, so that a reopened briefing has it again.
public struct AnswerRecord: Sendable, Equatable {
    public enum Kind: String, Sendable, Codable {
        case value
        /// Not named, refused, does not know: settled, never asked again.
        case declined
        /// No fitting choice; `value` is what the caller said.
        case other
    }

    public var fact: String
    public var kind: Kind
    /// As typed; empty for `declined`.
    public var value: String
    public var operatorName: String
    public var at: Instant

    public init(fact: String, kind: Kind, value: String = "", operatorName: String, at: Instant) {
        self.fact = fact
        self.kind = kind
        self.value = value
        self.operatorName = operatorName
        self.at = at
    }
}
