// SPDX-License-Identifier: Apache-2.0
public import CallModel

/// Why a request was not believed. One record a source, reason and minute is audited (DECISIONS.md, "Bad text").
public enum RefusalReason: String, Sendable, CaseIterable {
    /// No signature, token or password came.
    case missing
    /// A signature came that does not belong to these bytes.
    case badSignature = "bad signature"
    /// A token or password came that is not ours.
    case badToken = "bad token"
    /// Rightly signed perhaps, but for an account that is not configured.
    case unknownKey = "unknown key"
    /// The signed time is too far from now.
    case stale
    /// The body is shorter or longer than the request says.
    case truncated
    /// The source has no secret for any scheme of its dialect: nothing can be believed.
    case notConfigured = "no secret configured"
}

/// Whether a request comes from who it says.
public enum Authentication: Sendable, Hashable {
    case accepted
    /// Answer this and store nothing of the request.
    case refused(HookReply, RefusalReason)

    public var isAccepted: Bool { self == .accepted }
}

/// What an authenticated request means.
public enum Decoded: Sendable, Hashable {
    /// At least one, in the order of the request.
    case events([CallEvent])
    /// The PBX tests the address; answer and store nothing.
    case handshake(HookReply)
    /// It can't be read: store it as *unreadable* and answer this. `problem` holds no value of the request.
    case unreadable(HookReply, problem: String)
    /// Readable and of no interest to us.
    case ignored(HookReply, why: String)
}

/// The four answers every dialect has.
public enum StandardReply: String, Sendable, CaseIterable {
    case ok, refused, malformed, unavailable
}

/// How a PBX is let go on when we can't answer in time (DESIGN.md, "fails open").
public enum FailOpen: Sendable, Hashable {
    /// 503: the PBX takes its own fallback route.
    case unavailable503
    /// `answer(nil, …)`: an error would be played to the caller.
    case presetAnswer
}

/// What is done about a call while its PBX waits.
public enum CallTimeAnswer: Sendable, Hashable {
    /// The answer is in the reply.
    case reply(HookReply)
    /// Acknowledge with `ok`; send the commands one after the other, each when the one before it was taken, and drop what is left when the
    /// time of it is over. Never empty.
    case commands([CommandRequest], ok: HookReply)

    /// What goes back on the PBX's own request.
    public var reply: HookReply {
        switch self {
        case .reply(let reply), .commands(_, let reply): reply
        }
    }
}

/// A request of ours to a PBX's API that steers a call now.
public struct CommandRequest: Sendable, Hashable {
    /// Ours; the PBX names it in its `result` event. The same event always gives the same id.
    public var id: String
    public var method: String
    public var url: String
    public var headers: [HookHeader]
    public var body: [UInt8]
    /// After this it would come too late: drop it and say so.
    public var within: Duration

    public init(id: String, method: String, url: String, headers: [HookHeader], body: [UInt8], within: Duration) {
        self.id = id
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.within = within
    }
}
