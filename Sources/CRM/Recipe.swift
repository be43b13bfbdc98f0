// SPDX-License-Identifier: Apache-2.0

/// How one CRM is spoken to: a YAML file, read and checked (docs/recipes.md). Immutable; knows no account and no lead.
///
/// Pure: it builds requests from values and reads answers into values. Sending, waiting and remembering are Delivery's.
public struct Recipe: Sendable {
    public let name: String
    /// Hex SHA-256 of the file's bytes. Orders are pinned to it: what was begun with one text is finished with it.
    public let hash: String
    /// The file itself, kept so that a pinned order can still be finished after an upgrade.
    public let text: String
    /// What an account of this CRM must or may say, in the order of the file.
    public let accountFields: [AccountField]
    /// Steps by kind of order (`deliver`, `update`, `call`); a kind that is missing is nothing to do at this CRM.
    public let plans: [String: [PlanStep]]
    public let operations: [String: Operation]
    public let pace: Pace
    /// Which of the ids people know the record by.
    public let shownID: String?
    let base: Template
    let auth: Auth
    let headers: [NamedTemplate]
    let classify: [ClassRow]
    /// Where the CRM says in words what is wrong.
    let message: JSONPath?
    /// Our status → the CRM's, for `status.crm`; what is missing goes as it is.
    let statuses: [String: String]
}

/// One value that an account gives: `token: secret`, `portal: host`, `originator: {default: callsieve}`.
public struct AccountField: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// `host` and `url` are put into the address as they are; all others are encoded there.
        case text, secret, url, host, number
    }
    public var name: String
    public var kind: Kind
    /// Taken when the account says nothing.
    public var `default`: String?
    public var isOptional: Bool
}

/// One request of a CRM, with how its answer is read and how an unknown outcome is left.
public struct Operation: Sendable {
    public let name: String
    public let method: String
    /// Sending it twice leaves one record.
    public let isIdempotent: Bool
    public let onUnknown: OnUnknown
    let path: Template
    let query: [NamedTemplate]
    let headers: [NamedTemplate]
    let body: BodyTemplate
    let take: [(name: String, path: JSONPath)]
    let pick: Pick?
    let classify: [ClassRow]
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

/// One step of a plan: a remote effect with a name under which what it yields is kept.
public struct PlanStep: Sendable, Hashable {
    public var name: String
    /// The operation that makes the effect.
    public var operation: String
    /// A look-up before it: what it finds is adopted and the operation is not sent.
    public var first: String?
    /// Ids of earlier steps or orders that must be known.
    public var needs: [String]
    /// All must hold, otherwise the step is passed over.
    public var conditions: [Condition]

    public init(name: String, operation: String, first: String? = nil, needs: [String] = [], conditions: [Condition] = []) {
        self.name = name
        self.operation = operation
        self.first = first
        self.needs = needs
        self.conditions = conditions
    }
}

/// A test on one name: that it is there, or that it has one of some values.
public struct Condition: Sendable, Hashable {
    public var name: String
    /// `nil`: any value.
    public var values: [String]?
    public var negated: Bool

    public init(name: String, values: [String]? = nil, negated: Bool = false) {
        self.name = name
        self.values = values
        self.negated = negated
    }
}

/// How fast one account of this CRM may be spoken to, and how much at once.
public struct Pace: Sendable, Hashable {
    /// Requests in a second; `nil`: no limit of the CRM's own.
    public var perSecond: Double?
    /// Requests that may come at once after a pause.
    public var burst: Int
    /// Requests under way at the same time.
    public var concurrent: Int
    /// Longest wait for an answer.
    public var timeout: Duration
    /// What any span of time may hold.
    public var windows: [Window]

    /// At most so many requests in any span of time.
    public struct Window: Sendable, Hashable {
        public var limit: Int
        public var span: Duration

        public init(limit: Int, span: Duration) {
            self.limit = limit
            self.span = span
        }
    }

    public init(
        perSecond: Double? = nil, burst: Int = 1, concurrent: Int = 8, timeout: Duration = .seconds(30), windows: [Window] = []
    ) {
        self.perSecond = perSecond
        self.burst = burst
        self.concurrent = concurrent
        self.timeout = timeout
        self.windows = windows
    }
}

/// A name with the template of its value: a header, a parameter, a form field.
struct NamedTemplate: Sendable {
    var name: String
    var value: Template
}
