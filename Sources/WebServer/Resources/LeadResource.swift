// SPDX-License-Identifier: Apache-2.0
public import CallModel
public import Essentials
public import WireFormats

/// A lead as the API shows it: `Lead` of docs/api.md.
public struct LeadResource: Hashable, Sendable {
    /// Where the lead is in its CRM.
    public struct Remote: Hashable, Sendable {
        public enum State: String, Sendable, CaseIterable { case waiting, sending, delivered, held, dead }
        public var id: String?
        /// `nil`: nothing is owed.
        public var state: State?
        /// Why it is held or dead, or what the last attempt ran into.
        public var error: String?
        public init(id: String? = nil, state: State? = nil, error: String? = nil) {
            self.id = id
            self.state = state
            self.error = error
        }
    }

    /// What the CRM reported back last.
    public struct Outcome: Hashable, Sendable {
        public var status: String
        /// Decimal text with a point ("300000.00").
        public var amount: String?
        public var paid: String?
        public var currency: String?
        public var at: Instant
        public init(status: String, amount: String? = nil, paid: String? = nil, currency: String? = nil, at: Instant) {
            self.status = status
            self.amount = amount
            self.paid = paid
            self.currency = currency
            self.at = at
        }
    }

    public var id: ULID
    public var number: PhoneNumber?
    public var name: String?
    public var status: LeadStatus
    public var reason: ReasonCode?
    public var group: String?
    public var line: String?
    public var channel: String?
    public var then: Action?
    public var rule: String?
    public var say: String?
    public var priority: String?
    public var actBy: Instant?
    public var callbackAt: Instant?
    public var owner: String?
    public var createdAt: Instant
    public var updatedAt: Instant
    public var repeats = 0
    public var previous: ULID?
    public var account: String?
    public var remote: Remote?
    public var outcome: Outcome?
    /// Oldest first.
    public var calls: [ULID] = []

    public init(id: ULID, status: LeadStatus, createdAt: Instant, updatedAt: Instant) {
        self.id = id
        self.status = status
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// What a CRM knows the lead by.
    public var key: String { "cs-\(id)" }

    public var json: JSON {
        [
            "id": .string(id.description), "key": .string(key), "number": JSON(number?.e164), "name": JSON(name),
            "status": .string(status.rawValue), "reason": JSON(reason?.code), "group": JSON(group), "line": JSON(line),
            "channel": JSON(channel), "then": JSON(then?.rawValue), "rule": JSON(rule), "say": JSON(say), "priority": JSON(priority),
            "act_by": JSON(actBy?.rfc3339), "callback_at": JSON(callbackAt?.rfc3339), "owner": JSON(owner),
            "created_at": .string(createdAt.rfc3339), "updated_at": .string(updatedAt.rfc3339), "repeats": JSON(repeats),
            "previous": JSON(previous?.description), "account": JSON(account), "remote": remote?.json ?? .null,
            "outcome": outcome?.json ?? .null, "calls": .array(calls.map { .string($0.description) }),
        ]
    }
}

extension LeadResource.Remote {
    var json: JSON { ["id": JSON(id), "state": JSON(state?.rawValue), "error": JSON(error)] }
}

extension LeadResource.Outcome {
    var json: JSON {
        [
            "status": .string(status), "amount": JSON(amount), "paid": JSON(paid), "currency": JSON(currency), "at": .string(at.rfc3339),
        ]
    }
}

/// A lead with everything that belongs to it.
public struct LeadDetail: Sendable {
    public var lead: LeadResource
    /// Oldest first.
    public var calls: [CallResource]
    /// Newest first.
    public var decisions: [DecisionResource]
    public var briefing: BriefingResource?
    /// Newest first.
    public var deliveries: [OutboxResource]

    public init(
        lead: LeadResource, calls: [CallResource] = [], decisions: [DecisionResource] = [], briefing: BriefingResource? = nil,
        deliveries: [OutboxResource] = []
    ) {
        self.lead = lead
        self.calls = calls
        self.decisions = decisions
        self.briefing = briefing
        self.deliveries = deliveries
    }

    public var json: JSON {
        var members = lead.json.members ?? []
        members.append(JSON.Member("call_details", .array(calls.map(\.json))))
        members.append(JSON.Member("decisions", .array(decisions.map(\.json))))
        members.append(JSON.Member("briefing", briefing?.json ?? .null))
        members.append(JSON.Member("deliveries", .array(deliveries.map(\.json))))
        return .object(members)
    }
}
