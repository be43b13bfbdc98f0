// SPDX-License-Identifier: Apache-2.0
public import CallModel

/// What a dialect can do, for `check`, for documentation and for tests.
public struct Capabilities: Sendable, Hashable {
    /// How a verb of `ring` is carried out.
    public enum Carriage: Sendable, Hashable {
        /// In the answer to the PBX's own request.
        case reply
        /// By a request of ours to the PBX.
        case command
        /// By doing nothing: the PBX goes on by itself.
        case nothing
        /// It can't; this is done instead.
        case substitute(Action)
    }

    /// The PBX asks, or can be steered while the call waits.
    public var asks: Bool
    /// For each verb of `ring` that is carried in some way.
    public var verbs: [Action: Carriage]
    /// What events may come, each once, in the order of the file.
    public var kinds: [EventKind]
    /// Signature schemes, in the words of the dialect file.
    public var schemes: [String]
    /// A signed public URL: the source needs its `base url`.
    public var needsPublicBase: Bool
    /// Times come without a zone: the source needs its own.
    public var needsZone: Bool
    /// A call can only be let through to an address: the source needs `targets: {answer: …}`.
    public var needsAnswerTarget: Bool
}
