// SPDX-License-Identifier: Apache-2.0

/// One request of a CRM, with how its answer is read and how an unknown outcome is left.
public struct Operation: Sendable {
    public let name: String
    public let method: String
    /// Sending it twice leaves one record.
    public let isIdempotent: Bool
    public let onUnknown: OnUnknown
    /// How many leads one request may carry; `nil`: one.
    public let batch: Batch?
    /// Names of what its answers yield, the record's own id first.
    public var yields: [String] { (pick?.take ?? []).map(\.name) + take.map(\.name) + (items?.take ?? []).map(\.name) }
    let path: Template
    let query: [NamedTemplate]
    /// A tree that is the whole query, as JSON (Megaplan).
    let queryJSON: Template?
    let headers: [NamedTemplate]
    let body: BodyTemplate
    /// Takes the place of the recipe's auth.
    let auth: [AuthWay]?
    let take: [(name: String, place: AnswerPlace)]
    let pick: Pick?
    let items: Items?
    let classify: [ClassRow]

    /// All that its request is filled with.
    var placeholders: [Placeholder] {
        path.placeholders + query.flatMap(\.value.placeholders) + (queryJSON?.placeholders ?? []) + headers.flatMap(\.value.placeholders)
            + body.placeholders
    }
}

/// Many leads in one request.
public struct Batch: Sendable, Hashable {
    /// The operation that it does many times: its step is what each lead of the batch had as its next one.
    public var of: String
    /// Leads in one request at the most.
    public var max: Int
    /// One bad lead refuses all: a refused batch is halved until the bad one stands alone.
    public var isAtomic: Bool

    public init(of operation: String, max: Int, isAtomic: Bool) {
        self.of = operation
        self.max = max
        self.isAtomic = isAtomic
    }
}

/// How an unknown outcome of an operation is left (RELIABILITY.md, rule 4).
public enum OnUnknown: Sendable, Hashable {
    /// Send it again with the same key: the other side keeps one. Only for idempotent operations.
    case `repeat`
    /// Look whether it is there.
    case lookUp(LookUp)
    /// Go on without it and show that it may be missing (notes, tasks).
    case skip
    /// A person decides.
    case hold
}

/// Looking for what an unknown outcome may have left behind.
public struct LookUp: Sendable, Hashable {
    /// What follows when no look found it.
    public enum Then: String, Sendable, Hashable, CaseIterable { case `repeat`, hold, skip }

    public var operation: String
    /// How long the CRM's search may lag behind its writes.
    public var after: Duration
    /// When to look once more; `nil`: one empty look is proof.
    public var again: Duration?
    public var then: Then

    public init(operation: String, after: Duration, again: Duration?, then: Then) {
        self.operation = operation
        self.after = after
        self.again = again
        self.then = then
    }
}
