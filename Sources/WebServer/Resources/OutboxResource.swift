// SPDX-License-Identifier: Apache-2.0
public import Essentials
public import WireFormats

/// What a CRM is owed for a lead: `Delivery` of docs/api.md.
public struct OutboxResource: Hashable, Sendable {
    /// One request of it, in the order of its recipe.
    public struct Step: Hashable, Sendable {
        public var name: String
        /// open, sending, unknown, done or skipped.
        public var state: String
        public var result: String?
        public init(name: String, state: String, result: String? = nil) {
            self.name = name
            self.state = state
            self.result = result
        }
    }

    public var id: ULID
    public var lead: ULID?
    public var account: String
    /// deliver, update or call.
    public var kind: String
    /// waiting, sending, delivered, held, dead or discarded.
    public var state: String
    public var revision: Int64
    public var attempts: Int64
    public var nextAt: Instant?
    public var error: String?
    public var remoteID: String?
    public var createdAt: Instant
    /// Empty in lists, and before the first try.
    public var steps: [Step] = []
    /// What was tried, oldest first, each in a line for people; empty in lists.
    public var history: [String] = []
    /// What the CRM is told, by the names of the lead dictionary; `nil` in lists.
    public var fields: JSON?

    public init(
        id: ULID, lead: ULID?, account: String, kind: String, state: String, revision: Int64, attempts: Int64, createdAt: Instant
    ) {
        self.id = id
        self.lead = lead
        self.account = account
        self.kind = kind
        self.state = state
        self.revision = revision
        self.attempts = attempts
        self.createdAt = createdAt
    }

    public var json: JSON {
        [
            "id": .string(id.description), "lead": JSON(lead?.description), "account": .string(account), "kind": .string(kind),
            "state": .string(state), "revision": JSON(revision), "attempts": JSON(attempts), "next_at": JSON(nextAt?.rfc3339),
            "error": JSON(error), "remote_id": JSON(remoteID), "created_at": .string(createdAt.rfc3339),
            "steps": .array(steps.map { ["name": .string($0.name), "state": .string($0.state), "result": JSON($0.result)] }),
            "history": .array(history.map(JSON.string)), "fields": fields ?? .null,
        ]
    }
}
