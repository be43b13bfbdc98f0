// SPDX-License-Identifier: Apache-2.0
public import Essentials

/// What was said to one question of a briefing.
public enum BriefingAnswer: Hashable, Sendable {
    /// As the operator typed or chose it.
    case value(String)
    /// Not named, refused, or does not know: settled, never asked again.
    case declined
    /// No fitting choice: what the caller said. For the rules a declined fact; for people, words to learn from.
    case other(String)
}

/// The first briefing of a lead: who holds it, what was answered, how it ended. A pure value: acts and times go in.
public struct Briefing: Hashable, Sendable {
    /// How far it is. `open` may become any of the others; any of them goes back to `open` by `reopen` alone.
    public enum State: String, Sendable, CaseIterable {
        case open
        /// Closed by its operator: the rules decided.
        case closed
        /// Closed by a person against the rules, with a reason.
        case overridden
        /// Nobody closed it in time: the rules decided over what there was.
        case expired
    }

    public struct Answer: Hashable, Sendable {
        public var answer: BriefingAnswer
        public var by: String
        public var at: Instant

        public init(answer: BriefingAnswer, by: String, at: Instant) {
            self.answer = answer
            self.by = by
            self.at = at
        }
    }

    public internal(set) var state: State
    /// The one person who may write; everybody else reads.
    public internal(set) var heldBy: String
    public internal(set) var openedAt: Instant
    /// When something was last answered, taken or reopened: the time for a forgotten one counts from here.
    public internal(set) var touchedAt: Instant
    /// By fact.
    public internal(set) var answers: [String: Answer]

    /// A person takes the briefing of a lead that nobody holds.
    public init(heldBy person: String, at: Instant, answers: [String: Answer] = [:]) {
        state = .open
        heldBy = person
        openedAt = at
        touchedAt = at
        self.answers = answers
    }

    /// As it was stored.
    public init(state: State, heldBy: String, openedAt: Instant, touchedAt: Instant, answers: [String: Answer]) {
        self.state = state
        self.heldBy = heldBy
        self.openedAt = openedAt
        self.touchedAt = touchedAt
        self.answers = answers
    }
}

/// Why an act on a briefing is not possible.
public enum BriefingRefusal: Error, Hashable, Sendable {
    /// Somebody else holds it: reading is possible, writing only after a take-over.
    case heldBy(String)
    /// It is no longer open.
    case notOpen(Briefing.State)
    case alreadyOpen
}
