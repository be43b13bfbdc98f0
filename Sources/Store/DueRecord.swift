// SPDX-License-Identifier: Apache-2.0
public import Essentials

/// Work that is owed at a stored time, and done late after a stop rather than not at all.
public struct DueRecord: Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable, Codable {
        /// Decide an ended call whose briefing nobody opened; the subject is the call.
        case hangupDecision = "hangup"
        /// Run the briefing's rules over a form left open; the subject is the lead.
        case forgottenBriefing = "briefing"
        /// Remind of an agreed callback; the subject is the lead.
        case callback
    }

    public var kind: Kind
    /// Row id of the call or lead. One due time each kind and subject.
    public var subject: Int64
    public var at: Instant

    public init(kind: Kind, subject: Int64, at: Instant) {
        self.kind = kind
        self.subject = subject
        self.at = at
    }
}
