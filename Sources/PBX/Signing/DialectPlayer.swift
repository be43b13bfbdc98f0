// SPDX-License-Identifier: Apache-2.0
public import Essentials
public import WireFormats

/// Makes the requests that a PBX of some dialect would send now, signed with the source's newest secrets: for playing stories and for tests.
public struct DialectPlayer: Sendable {
    /// Why no request can be made.
    public struct Problem: Error, Sendable, CustomStringConvertible {
        public let description: String
    }

    private let source: SourceProfile
    private let signers: [any SigningScheme]

    /// - Throws: when the source has no secret for any scheme of its dialect, or one of its schemes can't be signed without the vendor.
    public init(_ source: SourceProfile) throws(Problem) {
        self.source = source
        let schemes = source.usableSchemes
        signers = schemes.compactMap { $0 as? any SigningScheme }
        guard !schemes.isEmpty else {
            throw Problem(description: "the source \(source.name) has no secret that requests of dialect \(source.dialect.name) can be signed with")
        }
        guard signers.count == schemes.count else {
            throw Problem(
                description: "requests of dialect \(source.dialect.name) can't be made here: only the vendor has the private key they are signed with"
            )
        }
    }

    /// A signed POST of `event`, as it would arrive at `/hooks/{source}/…`.
    /// - Parameters:
    ///   - id: of the delivery; a repeated delivery keeps it and may have another time.
    ///   - at: the time that is signed, near to the receiver's clock.
    ///   - path: parts after the source (and its token, which is put before them).
    public func request(_ event: JSON, id: String, at: Instant, path: [String] = []) throws(Problem) -> HookRequest {
        let token = newestToken.map { [$0] } ?? []
        return try sent(
            HookRequest(
                method: "POST", tail: token + path, headers: [HookHeader("Content-Type", "application/json")], body: event.serialised(), arrivedAt: at
            ),
            id: id, at: at)
    }

    /// A recorded request as if it were sent now, to this source and under its token: signatures and what is signed with them (times, nonces,
    /// keys' names) are new, everything else is as recorded.
    ///
    /// Where the source has a token, the first part of the recorded path after the hook's name is taken for one.
    public func request(_ recorded: HookRequest, id: String, at: Instant) throws(Problem) -> HookRequest {
        var request = recorded
        if let token = newestToken { request.tail = [token] + request.tail.dropFirst() }
        request.arrivedAt = at
        request.headers.removeAll { header in DialectPlayer.connectionHeaders.contains { equalWithoutCase(header.name, $0) } }
        return try sent(request, id: id, at: at)
    }

    /// What the client that sends the request says itself.
    private static let connectionHeaders = ["Host", "Content-Length", "Transfer-Encoding", "Connection", "Expect", "Accept-Encoding"]

    private var newestToken: String? { source.secrets["token"]?.last { !$0.isEmpty }?.reveal() }

    private func sent(_ request: HookRequest, id: String, at: Instant) throws(Problem) -> HookRequest {
        var request = request
        request.target = (["/hooks", percentEncoded(source.name)] + request.tail.map { percentEncoded($0) }).joined(separator: "/")
        if !request.query.isEmpty { request.target += "?" + String(decoding: request.query, as: UTF8.self) }
        let occasion = SigningOccasion(source: source, id: id, at: at)
        for signer in signers { try signer.sign(&request, occasion) }
        return request
    }
}
