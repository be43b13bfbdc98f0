// SPDX-License-Identifier: Apache-2.0
import Essentials

/// One call, assembled from what its PBX reported: the same whatever the order of the events and however often one came.
///
/// A pure value. `init(_:arrivedAt:generation:)` makes it from the first event seen (which may be the last of the call),
/// `apply(_:arrivedAt:)` folds in another, `decided(_:)` tells it what our rules answered.
public struct Call: Hashable, Sendable {
    /// Where a call is. It only moves forward; nothing follows `ended`.
    public enum State: String, Sendable, CaseIterable, Comparable {
        /// It has appeared; no person has taken it.
        case ringing
        /// A person took it.
        case talking
        /// Over, with or without a talk: see `outcome`.
        case ended

        var rank: Int { self == .ringing ? 0 : self == .talking ? 1 : 2 }
        public static func < (left: State, right: State) -> Bool { left.rank < right.rank }
    }

    /// What our rules said at `ring`, as far as it bears on what became of the call.
    public struct RingAnswer: Hashable, Sendable {
        public var then: Action
        public var reason: ReasonCode?
        /// The PBX was told so; false in watch mode and for mere advice.
        public var isObeyed: Bool

        public init(then: Action, reason: ReasonCode?, isObeyed: Bool) {
            self.then = then
            self.reason = reason
            self.isObeyed = isObeyed
        }

        /// Our answer ended the call for the operators: nobody here is to talk to the caller.
        public var endsCall: Bool { isObeyed && (then == .reject || then == .divert) }
    }

    /// Bounds of one call, against a PBX that would fill it: far above what a real call has.
    enum Limit {
        static let links = 32
        static let presses = 64
        static let legs = 32
        static let sequencesInLeg = 64
        static let extras = 64
        static let text = 256
        static let longText = 2048
    }

    /// Name of the source that reports it.
    public let source: String
    /// The PBX's own id of the call.
    public let callID: String
    /// 0 for the first call under this id, 1 when the PBX used the id again, and so on.
    public let generation: Int
    public internal(set) var direction: Direction
    /// The answer of our rules; `nil` while there is none.
    public internal(set) var ring: RingAnswer?
    /// Further ids under which the PBX speaks of this call, sorted.
    public internal(set) var links: [String] = []

    var callerSeen: CallerSeen?
    var nameSeen: Stamped<String>?
    var lineSeen: Stamped<String>?
    var takenBy: Stamped<String>?
    var rangAgent: Stamped<String>?
    var presses: [KeyPress] = []
    var recordingSeen: Stamped<String>?
    var extraSeen: [String: Stamped<String>] = [:]
    /// Sequence numbers by leg, sorted, each once: a hole says that an event is missing.
    var sequences: [String: [Int64]] = [:]

    var firstSeen: Instant
    var lastSeen: Instant
    /// The first event that told about the call itself, not only about a recording or a step of the platform.
    var firstHeard: Instant?
    var began: CallStamp?
    var rang: CallStamp?
    var answered: CallStamp?
    var transferred: CallStamp?
    var missed: CallStamp?
    var ended: CallStamp?
    var statedStart: Instant?
    var statedAnswer: Instant?
    var statedEnd: Instant?
    var statedWait: Duration?
    var statedTalk: Duration?
    var missedCause: Stamped<CauseSeen>?
    var endedCause: Stamped<CauseSeen>?
    /// The end on the PBX's own clock, believed or not: to be compared with that clock only.
    var ownEnd: Instant?
    /// The latest event on the PBX's own clock.
    var ownLast: Instant?
}

/// A caller and how good the information is: a number before something unreadable before "withheld", then the earlier.
struct CallerSeen: Hashable, Comparable, Sendable {
    var caller: Caller
    var stamp: CallStamp

    private var rank: Int {
        switch caller {
        case .number: 0
        case .unreadable: 1
        case .withheld: 2
        }
    }

    static func < (left: CallerSeen, right: CallerSeen) -> Bool {
        if left.rank != right.rank { return left.rank < right.rank }
        if left.stamp != right.stamp { return left.stamp < right.stamp }
        return left.caller.stored < right.caller.stored
    }
}

/// Keys pressed at one time. Two presses of the same key are told apart by the event's dedupe key (its FNV-1a hash).
struct KeyPress: Hashable, Comparable, Sendable {
    var stamp: CallStamp
    var digits: String
    var key: UInt64

    static func < (left: KeyPress, right: KeyPress) -> Bool {
        if left.stamp != right.stamp { return left.stamp < right.stamp }
        return (left.digits, left.key) < (right.digits, right.key)
    }
}

/// A cause with an order, so that two causes said at one moment are chosen from in the same way every time.
struct CauseSeen: Hashable, Comparable, Sendable {
    var cause: HangupCause
    static func < (left: CauseSeen, right: CauseSeen) -> Bool { left.cause.rawValue < right.cause.rawValue }
}
