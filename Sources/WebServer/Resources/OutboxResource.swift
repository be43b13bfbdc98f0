// SPDX-License-Identifier: Apache-2.0
public import Essentials
public import WireFormats

/// What a CRM is owed for a lead: `Delivery` of docs/api.md.
public struct OutboxResource: Hashable, Sendable {
    public var id: ULID
    public var lead: ULID?
    public var account: String
    /// deliver, update or call.
    public var kind: String
    /// The state machine's own word: waiting, sending, delivered, refused, unknown, held, dead …
    public var state: String
    public var revision: Int64
    public var attempts: Int64
    public var nextAt: Instant?
    public var error: String?
    public var remoteID: String?
    public var createdAt: Instant

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
        ]
    }
}
