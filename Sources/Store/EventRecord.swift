// SPDX-License-Identifier: Apache-2.0
public import CallModel
public import Essentials

/// One event of a PBX, recorded once for each (source, dedupe key, generation).
public struct EventRecord: Sendable, Equatable {
    public typealias ID = RowID<EventRecord>

    public var id: ID = .new
    public var source: String
    public var dedupeKey: String
    public var generation: Int = 0
    public var call: CallRecord.ID?
    public var kind: EventKind
    public var asks = false
    /// The PBX's own time.
    public var at: Instant?
    public var arrivedAt: Instant
    /// SHA-256 of what its dialect read from: the same key with another hash is a conflict to flag.
    public var contentHash: [UInt8]
    public var raw: RawRecord.ID?
    /// The reply that was sent, in intake's own form, so that a repeated webhook gets it byte for byte.
    public var answer: [UInt8]?

    public init(source: String, dedupeKey: String, kind: EventKind, arrivedAt: Instant, contentHash: [UInt8]) {
        self.source = source
        self.dedupeKey = dedupeKey
        self.kind = kind
        self.arrivedAt = arrivedAt
        self.contentHash = contentHash
    }
}

/// What became of an event that was to be inserted.
public enum EventInsertion: Sendable, Equatable {
    case inserted(EventRecord.ID)
    /// The key is there already: the event as first recorded, with its answer.
    case duplicate(EventRecord)
}

/// A request as it came, kept for a while (30 days by default) so that a better dialect can read it again.
public struct RawRecord: Sendable, Equatable {
    public typealias ID = RowID<RawRecord>

    public var id: ID = .new
    public var source: String
    public var arrivedAt: Instant
    /// Method, target and headers without secrets, in intake's own form.
    public var head: [UInt8]
    public var body: [UInt8]
    /// Why an authenticated request could not be read; `nil`: it was.
    public var problem: String?
    /// Whose numbers stand in it, once known: erased with them.
    public var person: PersonID?

    public init(source: String, arrivedAt: Instant, head: [UInt8], body: [UInt8], problem: String? = nil) {
        self.source = source
        self.arrivedAt = arrivedAt
        self.head = head
        self.body = body
        self.problem = problem
    }
}
