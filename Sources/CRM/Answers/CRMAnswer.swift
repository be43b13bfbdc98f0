// SPDX-License-Identifier: Apache-2.0
public import WireFormats

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
    /// Ids and values by the names of `take` and `pick`.
    public var taken: [String: JSON]
    /// The CRM's own words for a person, cut to 500 characters; `nil`: none found.
    public var message: String?
    /// The CRM's name of the field that it refuses, cut to 100 characters; `nil`: it names none.
    public var field: String?
    /// How much more the CRM says may be asked.
    public var budgets: [CRMBudget]

    public init(
        class: AnswerClass, wait: Duration? = nil, taken: [String: JSON] = [:], message: String? = nil, field: String? = nil,
        budgets: [CRMBudget] = []
    ) {
        self.class = `class`
        self.wait = wait
        self.taken = taken
        self.message = message
        self.field = field
        self.budgets = budgets
    }

    /// No hint of a CRM makes us wait longer than this (R14: absurd values are clamped).
    public static let waitMax = Duration.seconds(24 * 3600)
}

/// What a CRM says is left of one of its limits.
public struct CRMBudget: Sendable, Hashable {
    /// From 0; requests, or what the CRM counts.
    public var left: Int
    /// When it is whole again, within `CRMAnswer.waitMax`; `nil`: it does not say.
    public var resets: Duration?
    /// It counts for this operation alone.
    public var isPerOperation: Bool

    public init(left: Int, resets: Duration?, isPerOperation: Bool = false) {
        self.left = left
        self.resets = resets
        self.isPerOperation = isPerOperation
    }
}
