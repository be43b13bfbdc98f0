// SPDX-License-Identifier: Apache-2.0
public import CallModel
public import Essentials

/// Where a call is, as the page of live calls shows it.
public enum CallState: String, Sendable, CaseIterable, Codable { case ringing, talking, ended }

/// A call as stored: columns that lists, counts and rules ask for, and beside them the fold's own state.
///
/// Identity is (source, PBX's call id, generation): PBXs use their ids again.
public struct CallRecord: Sendable, Equatable {
    public typealias ID = RowID<CallRecord>

    public var id: ID = .new
    public var ulid: ULID
    public var source: String
    public var pbxCallID: String
    /// 0 for the first call of that id, then 1, 2 …
    public var generation: Int = 0
    /// Set together with `number`, from `Transaction.person(of:)`.
    public var person: PersonID?
    /// E.164; `nil` when withheld, unreadable or erased.
    public var number: PhoneNumber?
    public var withheld = false
    /// What came instead of a public number (an extension, a SIP name).
    public var callerText: String?
    public var callerName: String?
    /// The called number as configured or as it came; `lineName` is `unknown` for an undeclared one.
    public var line: String?
    public var lineName: String?
    public var channel: String?
    public var agent: String?
    public var digits: String?
    public var direction: Direction = .inbound
    public var state: CallState = .ringing
    public var outcome: CallOutcome?
    public var startedAt: Instant
    public var answeredAt: Instant?
    public var endedAt: Instant?
    public var wait: Duration?
    public var talk: Duration?
    public var lead: LeadRecord.ID?
    /// The decision of moment `ring`, whose answer a second ask gets again.
    public var ringDecision: DecisionRecord.ID?
    public var ringThen: Action?
    public var ringRule: String?
    public var ringReason: ReasonCode?
    /// Decided and recorded, but the caller was let through (watch mode).
    public var watch = false
    /// Names of what the fold misses: "no answered event" and the like.
    public var incomplete: [String] = []
    public var recording: String?
    /// What the PBX or tracker sent along (UTM marks and the like).
    public var extra: [String: String] = [:]
    public var updatedAt: Instant
    /// The fold (`CallModel.Call`) in the form its owner gives it; read back as it was written.
    public var fold: [UInt8] = []
    /// Its person was erased: personal columns and the fold are empty.
    public var erased = false

    public init(ulid: ULID, source: String, pbxCallID: String, startedAt: Instant) {
        self.ulid = ulid
        self.source = source
        self.pbxCallID = pbxCallID
        self.startedAt = startedAt
        updatedAt = startedAt
    }
}
