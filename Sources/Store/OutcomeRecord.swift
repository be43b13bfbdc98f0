// SPDX-License-Identifier: Apache-2.0
public import CallModel
public import Essentials

/// What a CRM said became of a lead. Always recorded; shown as a conflict where the move is impossible.
public struct OutcomeRecord: Sendable, Equatable {
    public typealias ID = RowID<OutcomeRecord>

    public var id: ID = .new
    public var lead: LeadRecord.ID
    public var account: String
    public var remoteID: String?
    /// `nil` where the CRM's status has no mapping; `stage` then still tells.
    public var status: LeadStatus?
    /// The CRM's own word.
    public var stage: String?
    public var reason: String?
    /// Decimal texts with a point.
    public var amount: String?
    public var paid: String?
    public var currency: String?
    public var owner: String?
    /// When it changed there, and when we learned of it.
    public var at: Instant
    public var receivedAt: Instant
    public var raw: RawRecord.ID?
    public var conflict = false

    public init(lead: LeadRecord.ID, account: String, status: LeadStatus?, at: Instant, receivedAt: Instant) {
        self.lead = lead
        self.account = account
        self.status = status
        self.at = at
        self.receivedAt = receivedAt
    }
}
