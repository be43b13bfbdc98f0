// SPDX-License-Identifier: Apache-2.0
import Essentials

extension Dialect {
    /// Whether the request comes from who it says: over the raw bytes, in constant time, before anything is parsed
    /// further than its scheme needs.
    ///
    /// Of the dialect's schemes those count whose secrets the source has; each of them must hold, and there must be one.
    /// A source with a `token` wants it as the first part of the path whatever its dialect; without it the hook is not
    /// there (404).
    public func authenticate(_ request: HookRequest, _ source: SourceProfile) -> Authentication {
        guard isWhole(request) else { return .refused(reply(.malformed), .truncated) }
        guard let tail = tail(of: request, source) else {
            return .refused(HookReply(status: 404), request.token == nil && request.tail.isEmpty ? .missing : .badToken)
        }
        if isOpenHandshake(request, tail) { return .accepted }
        let input = VerifiedRequest(request: request, tail: tail, source: source, readings: compiled.readings)
        var isVerified = false
        for scheme in source.usableSchemes {
            if case .invalid(let reason) = scheme.verify(input) { return .refused(reply(.refused), reason) }
            isVerified = true
        }
        return isVerified ? .accepted : .refused(reply(.refused), .notConfigured)
    }

    /// A body that is not as long as the request says was cut off on its way; its signature says nothing then.
    private func isWhole(_ request: HookRequest) -> Bool {
        guard let length = request.header("Content-Length").flatMap(plainInteger) else { return true }
        return length == Int64(request.body.count)
    }

    /// The path after the source and its token; `nil` when the token is not the right one.
    func tail(of request: HookRequest, _ source: SourceProfile) -> ArraySlice<String>? {
        guard source.hasPathToken else { return request.tail[...] }
        guard let token = request.token ?? request.tail.first else { return nil }
        guard anyIs(source.keys["token"] ?? [], Array(token.utf8)) else { return nil }
        return request.token == nil ? request.tail.dropFirst() : request.tail[...]
    }

    private func isOpenHandshake(_ request: HookRequest, _ tail: ArraySlice<String>) -> Bool {
        guard compiled.handshakes.contains(where: \.isOpen) else { return false }
        let document = document(request, tail)
        return compiled.handshakes.contains { $0.isOpen && $0.conditions.allSatisfy { $0.holds(in: document) } }
    }
}
