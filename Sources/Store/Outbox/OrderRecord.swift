// SPDX-License-Identifier: Apache-2.0
public import Essentials
public import WireFormats

/// What an order asks a CRM to do; the names of a recipe's plans.
public enum OrderKind: String, Sendable, Hashable, CaseIterable, Codable {
    /// The lead enters the CRM.
    case deliver
    /// A later change of ours.
    case update
    /// A repeat call of a lead that is there already.
    case call
}

/// Where an order is. `unknown` and `reconciling` are states of its steps; a person reads them in `OrderRecord.steps`.
public enum OrderState: String, Sendable, Hashable, CaseIterable, Codable {
    /// Due at `dueAt`, as soon as it is the first of its lead.
    case waiting
    /// A worker has it under its fence.
    case claimed
    case delivered
    /// A person decides: its outcome is unknown and can't be looked up, or its account is unusable.
    case held
    /// Given up: refused for good, or tried too often. A person can retry or discard it.
    case dead
    /// A person dropped it.
    case discarded

    /// Nothing behind it waits for it any more.
    public var isFinished: Bool { self == .delivered || self == .discarded }
}

/// An order: what we owe one CRM for one lead, in one revision of what we know of it.
public struct OrderRecord: Sendable, Hashable {
    public typealias ID = RowID<OrderRecord>

    /// Row id; grows in the order in which orders were written.
    public var id: ID
    /// The id people and the API use.
    public var ulid: ULID
    public var lead: LeadRecord.ID
    /// `cs-<ULID of the lead>`, our key in the CRM.
    public var leadKey: String
    public var account: String
    public var kind: OrderKind
    /// 1 at first; grows each time a later revision replaced an unsent one.
    public var revision: Int64
    /// The lead dictionary's names and values, as they were when the order was written.
    public var payload: JSON
    public var recipeName: String
    public var recipeHash: String
    public var state: OrderState
    /// Counted tries that failed; being throttled and an account that is down are not counted.
    public var attempts: Int64
    /// When it is tried next, while it waits.
    public var dueAt: Instant
    /// The claim that holds it or held it last.
    public var fence: Int64
    /// Why it waits, is held or dead, for people; `nil`: nothing went wrong yet.
    public var lastError: String?
    public var createdAt: Instant
    public var updatedAt: Instant
    /// Some step of it may have reached the CRM: no later revision replaces it any more.
    public var isBegun: Bool
    /// Until when the claim holds; `nil` unless claimed.
    public var leaseUntil: Instant?
    /// Empty until the first claim.
    public var steps: [StepRecord]
}

extension OrderRecord {
    /// An order as it is first written: due at once, nothing of it tried.
    package init(
        id: ID, ulid: ULID, lead: LeadRecord.ID, leadKey: String, account: String, kind: OrderKind, payload: JSON,
        recipe: (name: String, hash: String), at now: Instant
    ) {
        self.init(
            id: id, ulid: ulid, lead: lead, leadKey: leadKey, account: account, kind: kind, revision: 1, payload: payload,
            recipeName: recipe.name, recipeHash: recipe.hash, state: .waiting, attempts: 0, dueAt: now, fence: 0, lastError: nil,
            createdAt: now, updatedAt: now, isBegun: false, leaseUntil: nil, steps: [])
    }
}

/// Where a step is (RELIABILITY.md, rule 4).
public enum StepState: String, Sendable, Hashable, CaseIterable, Codable {
    /// Nothing of it has been sent, or what was sent is known not to have acted.
    case open
    /// The intent is synced: from here on bytes may have left.
    case sending
    /// It may or may not have acted: `OnUnknown` of its operation says what follows.
    case unknown
    case done
    /// Passed over: its condition did not hold, or its outcome stayed unknown and does not matter.
    case skipped
}

/// A step of an order.
public struct StepRecord: Sendable, Hashable {
    public var ordinal: Int64
    public var name: String
    public var state: StepState
    /// The operation under way or sent last.
    public var operation: String?
    /// Looks after the unknown outcome that found nothing.
    public var looks: Int64
    /// Ids and values that the CRM gave, by name; an object.
    public var taken: JSON
    /// Class of the last answer or reason of the last failure.
    public var lastResult: String?

    public init(
        ordinal: Int64, name: String, state: StepState = .open, operation: String? = nil, looks: Int64 = 0, taken: JSON = .object([]),
        lastResult: String? = nil
    ) {
        self.ordinal = ordinal
        self.name = name
        self.state = state
        self.operation = operation
        self.looks = looks
        self.taken = taken
        self.lastResult = lastResult
    }
}
