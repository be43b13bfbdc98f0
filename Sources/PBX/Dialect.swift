// SPDX-License-Identifier: Apache-2.0
public import CallModel
public import StrictYAML

/// How one kind of PBX speaks: a YAML file, checked and compiled when it is loaded (docs/dialects.md).
///
/// A value of our own once loaded: every method is pure, may be called concurrently, and parses no text of the file.
public final class Dialect: Sendable {
    /// The word after `dialect:`.
    public let name: String
    /// For people.
    public let title: String
    /// Hex SHA-256 of the file.
    public let hash: String
    public let capabilities: Capabilities
    /// Secrets that a source may give: at least one scheme needs its own.
    public let secretNames: [String]
    /// What to do when the answer can't be made in time.
    public let failsOpenWith: FailOpen
    /// By when the PBX must have its answer, from the arrival of its request.
    public let answerDeadline: Duration

    init() {
        name = ""
        title = ""
        hash = ""
        capabilities = Capabilities(asks: false, verbs: [:], kinds: [], schemes: [], needsPublicBase: false, needsZone: false)
        secretNames = []
        failsOpenWith = .unavailable503
        answerDeadline = .seconds(1)
    }

    /// Reads and checks a dialect.
    /// - Parameter file: the name to put into problems.
    /// - Throws: everything that is wrong with the file, each with its line and the fix.
    public static func load(_ text: String, file: String) throws(SourceProblems) -> Dialect { Dialect() }

    /// The dialects inside the program: name → YAML text.
    public static var shipped: [String: String] { [:] }

    /// Whether the request comes from who it says: over the raw bytes, in constant time, before anything is parsed
    /// further than its scheme needs.
    public func authenticate(_ request: HookRequest, _ source: SourceProfile) -> Authentication {
        .refused(reply(.refused), .notConfigured)
    }

    /// What an authenticated request means. Never traps and never throws, whatever the bytes.
    public func decode(_ request: HookRequest, _ source: SourceProfile, numbers: PhoneNumbers) -> Decoded {
        .unreadable(reply(.malformed), problem: "nothing is read yet")
    }

    /// The answer that says nothing about a call.
    public func reply(_ what: StandardReply) -> HookReply { HookReply(status: 503) }

    /// The answer to an event that asks.
    /// - Parameters:
    ///   - verdict: of moment `ring`; `nil`, or one without `then`: let the call through.
    ///   - commandID: for a command; `nil`: made from the event's key, so that the same event gives the same id.
    public func answer(
        _ verdict: Verdict?, to event: CallEvent, _ source: SourceProfile, commandID: String? = nil
    ) -> CallTimeAnswer { .reply(reply(.ok)) }

    /// What is really done for a verb, after the source's and the dialect's substitutes.
    public func carriedOut(_ action: Action, _ source: SourceProfile) -> Action { action }
}
