// SPDX-License-Identifier: Apache-2.0
public import CallModel
public import Essentials
public import WireFormats

/// A call as the API shows it: `Call` of docs/api.md.
public struct CallResource: Hashable, Sendable {
    public enum State: String, Sendable, CaseIterable { case ringing, talking, ended }

    /// The verdict at `ring`, obeyed or (in watch mode, or without a question of the PBX) only noted.
    public struct Ring: Hashable, Sendable {
        public var then: Action
        public var rule: String?
        public var reason: ReasonCode?
        public var watch: Bool
        public init(then: Action, rule: String? = nil, reason: ReasonCode? = nil, watch: Bool = false) {
            self.then = then
            self.rule = rule
            self.reason = reason
            self.watch = watch
        }
    }

    public var id: ULID
    public var source: String
    /// The PBX's own id.
    public var callID: String
    public var state: State
    public var outcome: CallOutcome?
    public var number: PhoneNumber?
    public var isWithheld = false
    public var callerName: String?
    public var lineNumber: String?
    public var lineName: String?
    public var agent: String?
    public var digits: String?
    public var startedAt: Instant
    public var answeredAt: Instant?
    public var endedAt: Instant?
    public var wait: Duration?
    public var talk: Duration?
    public var lead: ULID?
    public var ring: Ring?
    /// What the PBX left out ("no end", "no answer event" …), in the words of the fold.
    public var incomplete: [String] = []
    public var recording: String?

    public init(id: ULID, source: String, callID: String, state: State, startedAt: Instant) {
        self.id = id
        self.source = source
        self.callID = callID
        self.state = state
        self.startedAt = startedAt
    }

    public var json: JSON {
        [
            "id": .string(id.description), "source": .string(source), "call_id": .string(callID), "state": .string(state.rawValue),
            "outcome": JSON(outcome?.rawValue),
            "caller": ["number": JSON(number?.e164), "withheld": .bool(isWithheld), "name": JSON(callerName)],
            "line": ["number": JSON(lineNumber), "name": JSON(lineName)], "agent": JSON(agent), "digits": JSON(digits),
            "started_at": .string(startedAt.rfc3339), "answered_at": JSON(answeredAt?.rfc3339), "ended_at": JSON(endedAt?.rfc3339),
            "wait_s": seconds(wait), "talk_s": seconds(talk), "lead": JSON(lead?.description), "ring": ring?.json ?? .null,
            "incomplete": .array(incomplete.map(JSON.string)), "recording_url": JSON(recording),
        ]
    }
}

extension CallResource.Ring {
    var json: JSON {
        ["then": .string(then.rawValue), "rule": JSON(rule), "reason": JSON(reason?.code), "watch": .bool(watch)]
    }
}

/// Whole seconds, rounded down; `null` for an unknown time.
func seconds(_ duration: Duration?) -> JSON { duration.map { JSON($0.components.seconds) } ?? .null }
