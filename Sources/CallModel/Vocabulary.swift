// SPDX-License-Identifier: Apache-2.0

/// The three points at which the rules are asked (RULES.md 0).
public enum Moment: String, Sendable, CaseIterable, Codable {
    /// Before the call is answered: the PBX asks, or reports that it rings.
    case ring
    /// The operator answers a question of the first briefing, or closes it.
    case brief
    /// The call ended, `ring` did not end it, and nobody opened a briefing.
    case hangup
}

/// What a decision says is to be done: the word of a rule's `then` (RULES.md 0).
public enum Action: String, Sendable, CaseIterable, Codable {
    case answer
    case answerFirst = "answer first"
    case divert
    case menu
    case voicemail
    case reject
    case qualify
    case callback
    case `defer`
    case drop
    case notALead = "not a lead"
    case duplicate

    /// The actions that a rule may take at `moment`, in the order of the specification.
    public static func allowed(at moment: Moment) -> [Action] {
        switch moment {
        case .ring: [.answer, .answerFirst, .divert, .menu, .voicemail, .reject]
        case .brief, .hangup: [.qualify, .callback, .defer, .drop, .notALead, .duplicate]
        }
    }

    /// The status that a verdict of `brief` or `hangup` gives a lead (DECISIONS.md, "Verdict → status"); `nil` for `ring`.
    public var status: LeadStatus? {
        switch self {
        case .qualify: .qualified
        case .callback: .needsCallback
        case .defer: .deferred
        case .drop: .notQualified
        case .notALead: .notALead
        case .duplicate: .duplicate
        default: nil
        }
    }
}

/// What happened to a call (VOCABULARY.md 6.1). Set by the fold, never by a person.
public enum CallOutcome: String, Sendable, CaseIterable, Codable {
    case answered = "ANSWERED"
    case missed = "MISSED"
    case busy = "BUSY"
    case abandoned = "ABANDONED"
    case afterHours = "AFTER_HOURS"
    case voicemail = "VOICEMAIL"
    case blocked = "BLOCKED"
    case diverted = "DIVERTED"
    case failed = "FAILED"
}

/// Where a lead is (VOCABULARY.md 6.2).
public enum LeadStatus: String, Sendable, CaseIterable, Codable {
    case new = "NEW"
    case briefing = "BRIEFING"
    case needsCallback = "NEEDS_CALLBACK"
    case deferred = "DEFERRED"
    case qualified = "QUALIFIED"
    case accepted = "ACCEPTED"
    case returned = "RETURNED"
    case proposal = "PROPOSAL"
    case contract = "CONTRACT"
    case won = "WON"
    case lost = "LOST"
    case notQualified = "NOT_QUALIFIED"
    case notALead = "NOT_A_LEAD"
    case duplicate = "DUPLICATE"

    /// Nothing more is expected of the lead; only a person's "reopen" moves it again.
    public var isFinal: Bool {
        switch self {
        case .won, .lost, .notQualified, .notALead, .duplicate: true
        default: false
        }
    }

    /// Counts as an enquiry in reports.
    public var isCountable: Bool { self != .notALead && self != .duplicate }

    /// Passed the filter at some time.
    public var isQualified: Bool {
        switch self {
        case .qualified, .accepted, .returned, .proposal, .contract, .won, .lost: true
        default: false
        }
    }

    /// Somebody has to do something next.
    public var needsAction: Bool {
        switch self {
        case .new, .briefing, .needsCallback, .deferred, .qualified, .returned: true
        default: false
        }
    }

    /// The moves a person may make (VOCABULARY.md 6.2, "Allowed moves"); reopening a final lead is a separate act.
    public var allowedMoves: [LeadStatus] {
        switch self {
        case .new: [.briefing, .needsCallback, .notALead, .duplicate]
        case .briefing: [.needsCallback, .deferred, .qualified, .notQualified, .notALead, .duplicate]
        case .needsCallback, .deferred: [.briefing, .notQualified, .lost]
        case .qualified: [.accepted, .returned]
        case .returned: [.briefing, .notQualified, .qualified]
        case .accepted: [.proposal, .returned, .lost]
        case .proposal: [.contract, .lost]
        case .contract: [.won, .lost]
        case .won, .lost, .notQualified, .notALead, .duplicate: []
        }
    }
}

/// A reason code of VOCABULARY.md 6.3: upper-case words joined by underscores.
public struct ReasonCode: Hashable, Sendable, Codable, CustomStringConvertible, ExpressibleByStringLiteral {
    public let code: String
    public init(_ code: String) { self.code = code }
    public init(stringLiteral code: String) { self.code = code }
    public var description: String { code }
}

extension ReasonCode {
    public static let notQualified: [ReasonCode] = [
        "BUDGET_LOW", "SERVICE_NOT_OFFERED", "OUT_OF_REGION", "NO_DECISION_MAKER", "TENDER_FORMALITY", "TOO_SMALL",
        "NOT_LEGAL_ENTITY", "INSURANCE_NOT_ACCEPTED", "NO_CAPACITY", "RISK",
    ]
    public static let notALead: [ReasonCode] = [
        "SPAM", "SILENCE_OR_ROBOT", "WRONG_NUMBER", "VENDOR", "JOB_SEEKER", "EXISTING_CLIENT", "PARTNER", "COMPETITOR",
        "PERSONAL", "TEST",
    ]
    public static let returned: [ReasonCode] = [
        "CONTACT_INVALID", "NOT_AS_BRIEFED", "ALREADY_OURS", "NO_ANSWER_N_TIMES", "WRONG_GROUP",
    ]
    public static let lost: [ReasonCode] = [
        "PRICE", "COMPETITOR_CHOSEN", "POSTPONED", "NO_ANSWER", "OUR_REFUSAL", "PROPOSAL_LATE",
    ]
    public static let deferred: [ReasonCode] = ["BAD_TIMING", "BUDGET_NEXT_PERIOD"]
    public static let outcomes: [ReasonCode] = CallOutcome.allCases.map { ReasonCode($0.rawValue) }

    /// The codes that a verdict may carry (VOCABULARY.md 6.3); empty where it takes none.
    public static func allowed(for action: Action, at moment: Moment) -> [ReasonCode] {
        if moment == .ring { return notALead + outcomes + ["DUPLICATE"] }
        switch action {
        case .callback: return outcomes + notQualified + ["BRIEFING_NOT_CLOSED", "CHECK_SUPPLY"]
        case .defer: return deferred
        case .drop: return notQualified
        case .notALead: return notALead + (moment == .hangup ? outcomes : [])
        case .duplicate: return ["DUPLICATE"]
        default: return []
        }
    }

    /// Whether a verdict is incomplete without a reason (RULES.md 0).
    public static func isRequired(for action: Action) -> Bool {
        switch action {
        case .answer, .answerFirst, .qualify, .duplicate: false
        default: true
        }
    }
}
