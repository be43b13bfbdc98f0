// SPDX-License-Identifier: Apache-2.0
public import CallModel
public import Essentials

/// A person's open enquiry; calls of one number within the lead window attach to it.
public struct LeadRecord: Sendable, Equatable {
    public typealias ID = RowID<LeadRecord>

    public var id: ID = .new
    public var ulid: ULID
    public var person: PersonID?
    /// E.164; `nil` when withheld or erased.
    public var number: PhoneNumber?
    public var name: String?
    public var company: String?
    public var email: String?
    public var status: LeadStatus = .new
    public var reason: ReasonCode?
    public var group: String?
    public var line: String?
    public var lineName: String?
    public var channel: String?
    public var source: String?
    /// The last verdict: its word, rule, sentence, and the decision that holds it.
    public var then: Action?
    public var rule: String?
    public var say: String?
    public var priority: String?
    public var tags: [String] = []
    public var decision: DecisionRecord.ID?
    public var actBy: Instant?
    public var callbackAt: Instant?
    public var deferUntil: Instant?
    public var owner: String?
    public var createdAt: Instant
    public var updatedAt: Instant
    /// The last call of this person: the lead window counts from here.
    public var lastContactAt: Instant
    /// When a person first talked with the caller: the call was answered, or a callback reached them.
    public var firstContactAt: Instant?
    public var qualifiedAt: Instant?
    /// When the CRM last gave it back; stays when it moves on, so that the returned share can be counted.
    public var returnedAt: Instant?
    /// Calls attached beyond the first.
    public var repeats: Int = 0
    /// The earlier, final lead of the same person.
    public var previous: ID?
    /// For DUPLICATE: the lead it belongs to.
    public var duplicateOf: ID?
    /// Nothing of it is pushed: its line or source is watched only.
    public var watch = false
    /// The CRM account that has or gets it.
    public var account: String?
    /// Its id in that CRM, once known.
    public var remoteID: String?
    /// waiting, sending, delivered, held or dead; `nil`: nothing was ordered.
    public var remoteState: String?
    public var remoteError: String?
    /// What the CRM last said (see `OutcomeRecord`).
    public var outcomeStatus: LeadStatus?
    public var outcomeReason: String?
    /// Decimal text with a point, as the CRM gave it: "300000.00".
    public var outcomeAmount: String?
    public var outcomePaid: String?
    /// ISO 4217.
    public var outcomeCurrency: String?
    public var outcomeAt: Instant?
    public var erased = false

    public init(ulid: ULID, createdAt: Instant) {
        self.ulid = ulid
        self.createdAt = createdAt
        updatedAt = createdAt
        lastContactAt = createdAt
    }

    /// What a CRM sees: `cs-` and the ULID.
    public var key: String { "cs-\(ulid)" }

    /// The ULID in a `cs-…` key; `nil` for any other text.
    public static func ulid(ofKey key: String) -> ULID? { key.hasPrefix("cs-") ? ULID(key.dropFirst(3)) : nil }
}
