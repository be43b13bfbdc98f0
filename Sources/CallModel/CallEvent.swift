// SPDX-License-Identifier: Apache-2.0
public import Essentials

/// Who calls, as far as the PBX told.
public enum Caller: Hashable, Sendable {
    /// A number in E.164.
    case number(PhoneNumber)
    /// The caller withheld the number.
    case withheld
    /// Something that is no public number (an extension, a SIP name, a short code), as it came.
    case unreadable(String)

    public var number: PhoneNumber? { if case .number(let number) = self { number } else { nil } }
}

/// Which way a call goes, seen from the company.
public enum Direction: String, Sendable, Codable { case inbound, outbound, `internal` }

/// What an event says happened (shared/pbx README, "kind").
///
/// `late` is not here: whether an event came too late to matter is the judgement of the fold.
public enum EventKind: String, Sendable, CaseIterable, Codable {
    /// A call has appeared.
    case incoming
    /// An agent's telephone rings.
    case ringing
    /// Keys were pressed in a menu.
    case digits
    /// A person took the call.
    case answered
    case transferred
    /// Final; whether there was talk is the fold's to say.
    case ended
    /// Final or decisive, without a talk.
    case missed
    case recording
    /// A step that does not change the lead.
    case status
    case handshake
    /// The outcome of a command of ours.
    case result
    /// A call made by the company: no inbound lead by itself.
    case outgoing
    /// Where a visitor came from (call tracking).
    case source
}

/// Why a call ended, in our words; dialects map their own causes to these.
public enum HangupCause: String, Sendable, CaseIterable, Codable {
    case callerHungUp = "caller hung up"
    case calleeHungUp = "callee hung up"
    case busy
    case noAnswer = "no answer"
    case rejected
    case redirected
    case failed
    case unreachable
    case queueTimeout = "queue timeout"
    case voicemail
    case afterHours = "after hours"
}

/// What a PBX reported, read by its dialect into one form. A value; nothing of it has been judged yet.
public struct CallEvent: Hashable, Sendable {
    /// Name of the source (the configured PBX) that sent it.
    public var source: String
    public var kind: EventKind
    /// The PBX waits for our answer, or the call can be steered now by a command.
    public var asks: Bool
    /// The PBX waits to be told how the call goes on after a menu of ours; the rules are not asked again.
    public var continues: Bool
    /// Which of the dialect's asking points asks (`nil`: the only one).
    public var askingPoint: String?
    /// The PBX's own call id: a text, never a number.
    public var callID: String
    public var legID: String?
    public var parentCallID: String?
    /// Further call ids of the same call, where a PBX joins legs.
    public var links: [String]
    /// Equal keys from one source are the same event sent again.
    public var dedupeKey: String
    /// The PBX's own time of the event; `nil` when it sends none.
    public var at: Instant?
    public var caller: Caller?
    public var callerName: String?
    /// The number that was called, in E.164 where it is one, else as it came.
    public var line: String?
    /// Extension or name of the agent whose telephone rings or who took the call.
    public var agent: String?
    public var digits: String?
    public var direction: Direction
    public var cause: HangupCause?
    public var startedAt: Instant?
    public var answeredAt: Instant?
    public var endedAt: Instant?
    /// Time before the answer, or before the caller gave up.
    public var wait: Duration?
    /// Time of talk; zero: none.
    public var talk: Duration?
    /// The PBX's order of events within the leg, where it has one.
    public var sequence: Int64?
    /// Link to a recording, or its id at the PBX.
    public var recording: String?
    /// For `result`: id of the command of ours that it answers.
    public var commandID: String?
    /// Fields that the dialect does not name, as text, for mapping to facts.
    public var extra: [String: String]

    /// Somebody on the line waits for the reply.
    public var awaitsAnswer: Bool { asks || continues }

    public init(source: String, kind: EventKind, callID: String, dedupeKey: String) {
        self.source = source
        self.kind = kind
        self.callID = callID
        self.dedupeKey = dedupeKey
        asks = false
        continues = false
        links = []
        direction = .inbound
        extra = [:]
    }
}
