// SPDX-License-Identifier: Apache-2.0
import Crypto
public import Essentials
public import WireFormats

/// Makes the requests that a PBX of some dialect would send, signed, for playing stories and for tests.
public struct DialectPlayer: Sendable {
    /// Why no request can be made.
    public struct Problem: Error, Sendable, CustomStringConvertible {
        public let description: String
    }

    private let source: SourceProfile
    private let signers: [any SigningScheme]

    /// - Throws: when the source has no secret for any scheme of its dialect that can be signed here.
    public init(_ source: SourceProfile) throws(Problem) {
        self.source = source
        let schemes = source.usableSchemes
        signers = schemes.compactMap { $0 as? any SigningScheme }
        guard !schemes.isEmpty, signers.count == schemes.count else {
            throw Problem(description: "the source \(source.name) has no secret that requests of dialect \(source.dialect.name) can be signed with")
        }
    }

    /// A signed POST of `event`, as it would arrive at `/hooks/{source}/…`.
    /// - Parameters:
    ///   - id: of the delivery; a repeated delivery keeps it and may have another time.
    ///   - at: the time that is signed, near to the receiver's clock.
    ///   - path: parts after the source (and its token, which is put before them).
    public func request(_ event: JSON, id: String, at: Instant, path: [String] = []) -> HookRequest {
        let token = source.secrets["token"]?.last { !$0.isEmpty }?.reveal()
        let tail = (token.map { [$0] } ?? []) + path
        var request = HookRequest(
            method: "POST", tail: tail, target: (["/hooks", source.name] + tail).joined(separator: "/"),
            headers: [HookHeader("Content-Type", "application/json")], body: event.serialised(), arrivedAt: at)
        for signer in signers { signer.sign(&request, keys: source.keys, id: id, at: at) }
        return request
    }
}

/// A scheme that can be used the other way round. The last key of a name signs: it is the newest.
protocol SigningScheme: SignatureScheme {
    func sign(_ request: inout HookRequest, keys: [String: [SigningKey]], id: String, at: Instant)
}

extension StandardWebhooks: SigningScheme {
    func sign(_ request: inout HookRequest, keys: [String: [SigningKey]], id: String, at: Instant) {
        guard let key = keys[secret]?.last?.standard else { return }
        let time = String(at.unixSeconds)
        request.headers.append(HookHeader(prefix + "id", id))
        request.headers.append(HookHeader(prefix + "timestamp", time))
        request.headers.append(HookHeader(prefix + "signature", key.signature(id: id, timestamp: time, body: request.body)))
    }
}

extension BearerToken: SigningScheme {
    func sign(_ request: inout HookRequest, keys: [String: [SigningKey]], id: String, at: Instant) {
        guard let key = keys[secret]?.last else { return }
        request.headers.append(HookHeader("Authorization", "Bearer " + String(decoding: key.bytes, as: UTF8.self)))
    }
}

extension BasicPassword: SigningScheme {
    func sign(_ request: inout HookRequest, keys: [String: [SigningKey]], id: String, at: Instant) {
        guard let user = keys[user]?.last, let password = keys[password]?.last else { return }
        request.headers.append(HookHeader("Authorization", "Basic " + Base64.encode(user.bytes + [UInt8(ascii: ":")] + password.bytes)))
    }
}

extension PathToken: SigningScheme {
    /// The token stands in the path already.
    func sign(_ request: inout HookRequest, keys: [String: [SigningKey]], id: String, at: Instant) {}
}

extension HeaderHMAC: SigningScheme {
    /// Only a MAC over the body alone, in a header.
    func sign(_ request: inout HookRequest, keys: [String: [SigningKey]], id: String, at: Instant) {
        guard place.root == .header, signed.count == 1, signed[0].parts == [.body], timestamp == nil, let key = keys[secret]?.last else { return }
        let text = prefix + encoded(mac(request.body, key.symmetric))
        request.headers.append(HookHeader(place.steps[0].name, text))
    }

    private func mac(_ message: [UInt8], _ key: SymmetricKey) -> [UInt8] {
        switch hash {
        case .sha1: Array(HMAC<Insecure.SHA1>.authenticationCode(for: message, using: key))
        case .sha256: Array(HMAC<SHA256>.authenticationCode(for: message, using: key))
        case .sha384: Array(HMAC<SHA384>.authenticationCode(for: message, using: key))
        case .sha512: Array(HMAC<SHA512>.authenticationCode(for: message, using: key))
        }
    }

    private func encoded(_ bytes: [UInt8]) -> String {
        switch encoding {
        case .hex: Hex.encode(bytes)
        case .base64: Base64.encode(bytes)
        case .base64url: Base64.encode(bytes, urlSafe: true)
        case .base64OfHex: Base64.encode(Array(Hex.encode(bytes).utf8))
        }
    }
}
