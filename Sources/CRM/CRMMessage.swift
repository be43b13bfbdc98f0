// SPDX-License-Identifier: Apache-2.0
public import Essentials
public import WireFormats

/// A header line as the recipe wrote it.
public struct CRMHeader: Hashable, Sendable {
    public var name: String
    public var value: String
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// A request ready to be sent, secrets in place. Prints its method only.
public struct CRMRequest: Sendable, CustomStringConvertible, CustomReflectable {
    public var method: String
    public var url: String
    public var headers: [CRMHeader]
    public var body: [UInt8]?

    public var description: String { "\(method) …" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// An answer as it came.
public struct CRMResponse: Sendable {
    public var status: Int
    public var headers: [CRMHeader]
    public var body: [UInt8]

    public init(status: Int, headers: [CRMHeader] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first header of that name, in any case of letters.
    public func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }?.value
    }
}

/// What an answer means to the queue (crm/README.md, "Classes").
public enum AnswerClass: String, Sendable, Hashable, CaseIterable {
    case ok
    case okCreated = "ok_created"
    case okExisting = "ok_existing"
    /// A look-up found nothing.
    case okEmpty = "ok_empty"
    case okPartial = "ok_partial"
    /// Refused as a duplicate: adopt its id, else look up.
    case duplicate
    /// Transient and known not to have been applied.
    case retry
    case throttled
    /// The budget of a day is gone.
    case quota
    /// The vendor has blocked us.
    case blocked
    case authExpired = "auth_expired"
    case authInvalid = "auth_invalid"
    /// Will never pass as it is.
    case invalid
    case notFound = "not_found"
    /// The outcome is unknown.
    case serverError = "server_error"
    /// The receiver asks us to stop for good.
    case disabled

    public var isSuccess: Bool {
        switch self {
        case .ok, .okCreated, .okExisting, .okEmpty, .okPartial: true
        default: false
        }
    }
}

/// An answer, read.
public struct CRMAnswer: Sendable, Hashable {
    public var `class`: AnswerClass
    /// What the CRM asks us to wait, within `CRMAnswer.waitMax`; `nil`: it does not say.
    public var wait: Duration?
    /// Ids and values by the names of `take`, and `id` for a look-up's pick.
    public var taken: [String: JSON]
    /// The CRM's own words for a person, cut to 500 characters; `nil`: none found.
    public var message: String?

    public init(class: AnswerClass, wait: Duration? = nil, taken: [String: JSON] = [:], message: String? = nil) {
        self.class = `class`
        self.wait = wait
        self.taken = taken
        self.message = message
    }

    /// No hint of a CRM makes us wait longer than this (R14: absurd values are clamped).
    public static let waitMax = Duration.seconds(24 * 3600)
}

/// What the templates of a recipe are filled with.
public struct RecipeContext: Sendable {
    /// The order's snapshot: an object whose member names are those of the lead dictionary ("lead.key").
    public var payload: JSON
    /// The account's fields by name, secrets among them.
    public var account: [String: Secret]
    /// The account's own fields for this CRM: `{mapping.fields}` and others.
    public var mapping: [String: JSON]
    /// Ids and values that earlier steps or orders yielded.
    public var taken: [String: JSON]
    /// What the CRM gave with its token, for `{auth.…}`.
    public var session: [String: Secret]
    /// Idempotency key of the step: `cs-<ULID of the lead>.<step>`, the same at every attempt.
    public var stepKey: String
    public var now: Instant

    public init(
        payload: JSON, account: [String: Secret] = [:], mapping: [String: JSON] = [:], taken: [String: JSON] = [:],
        session: [String: Secret] = [:], stepKey: String, now: Instant
    ) {
        self.payload = payload
        self.account = account
        self.mapping = mapping
        self.taken = taken
        self.session = session
        self.stepKey = stepKey
        self.now = now
    }
}
