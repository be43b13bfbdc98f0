// SPDX-License-Identifier: Apache-2.0
public import PBX

/// Who takes the webhooks of PBXs. Never throws: whatever happens, the PBX gets the answer that lets the caller through.
public protocol HookReceiver: Sendable {
    /// Returns without waiting for anything.
    /// - Parameters:
    ///   - token: `nil`: a token, if the source has one, is still the first part of the request's `tail`.
    ///   - reply: told once, on any thread, after the event was stored and synced, or when the answer can't wait any longer.
    func receive(source: String, token: String?, _ request: HookRequest, reply: @escaping @Sendable (HookReply) -> Void)

    /// The answer when too many requests of the source are in hand; must return at once (R26).
    func overloaded(source: String, _ request: HookRequest) -> HookReply
}

extension HookReceiver {
    public func overloaded(source: String, _ request: HookRequest) -> HookReply {
        HookReply(status: 503, headers: [HookHeader("Retry-After", "1")])
    }
}

/// Who takes what CRMs report back.
public protocol OutcomeReceiver: Sendable {
    /// Returns after the body was stored.
    func receive(account: String, token: String?, _ request: HookRequest) async -> HookReply
}

/// What one source may ask of us at a time.
public struct HookLimits: Hashable, Sendable {
    /// Longer bodies are refused with 413 before they are read.
    public var bodyBytesMax: Int
    /// Requests in hand; the next one is answered with `overloaded` at once instead of being queued (R26).
    public var inHandMax: Int
    public init(bodyBytesMax: Int = 256 * 1024, inHandMax: Int = 2_048) {
        self.bodyBytesMax = bodyBytesMax
        self.inHandMax = inHandMax
    }
}
