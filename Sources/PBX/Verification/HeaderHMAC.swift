// SPDX-License-Identifier: Apache-2.0
import Crypto
import Essentials
import WireFormats

/// A MAC over parts of the request, in a header or field: the shape of most vendors' own schemes.
struct HeaderHMAC: SignatureScheme {
    enum Hash: String, Sendable, CaseIterable { case sha1, sha256, sha384, sha512 }
    enum Encoding: String, Sendable, CaseIterable {
        case hex, base64, base64url
        /// Base 64 of the lower-case hex digits (Zadarma).
        case base64OfHex = "base64 of hex"
    }
    /// A piece of what is signed.
    enum Part: Sendable, Hashable {
        case body
        /// The public URL with its query.
        case url
        case place(Place)
        case text(String)
    }
    /// Parts for requests that meet a condition; the first that fits is used.
    struct Signed: Sendable {
        let conditions: [Condition]
        let parts: [Part]
    }
    struct Timestamp: Sendable {
        let place: Place
        let formats: [TimeFormat]
    }

    let hash: Hash
    let place: Place
    /// Stands before the signature: `sha256=`.
    let prefix: String
    let encoding: Encoding
    let signed: [Signed]
    let timestamp: Timestamp?
    let secret: String
    var secretNames: [String] { [secret] }
    var needsPublicURL: Bool { signed.contains { $0.parts.contains(.url) } }

    func verify(_ input: VerifiedRequest) -> SchemeResult {
        guard let text = input.bytes(at: place), !text.isEmpty else { return .invalid(.missing) }
        guard text.starts(with: prefix.utf8), let signature = decoded(text.dropFirst(prefix.utf8.count)) else { return .invalid(.badSignature) }
        guard let message = message(input) else { return .invalid(.badSignature) }
        guard input.keys(secret).contains(where: { isValid(signature, message, $0.symmetric) }) else { return .invalid(.badSignature) }
        return isInTime(input) ? .valid : .invalid(.stale)
    }

    private func isInTime(_ input: VerifiedRequest) -> Bool {
        guard let timestamp else { return true }
        guard let text = input.bytes(at: timestamp.place).map({ String(decoding: $0, as: UTF8.self) }) else { return false }
        let instant = timestamp.formats.lazy.compactMap { $0.read(text, zone: input.source.localZone) }.first
        return instant.map { input.isFresh($0.unixMilliseconds, unit: 1) } ?? false
    }

    private func decoded(_ text: some Collection<UInt8>) -> [UInt8]? {
        switch encoding {
        case .hex: Hex.decode(text)
        case .base64: Base64.decode(text)
        case .base64url: text.contains { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "/") } ? nil : Base64.decode(text)
        case .base64OfHex: Base64.decode(text).flatMap { Hex.decode($0) }
        }
    }

    /// The bytes that are signed; `nil` for a request that suits no row of `signed`, or without the public URL that it needs.
    func message(_ input: VerifiedRequest) -> [UInt8]? {
        var document = Document(input.request, tail: input.tail)
        if signed.count > 1 { document.form = JSON.object(Form(parsing: input.request.body).fields.map { JSON.Member($0.name, .string($0.value)) }) }
        guard let parts = signed.first(where: { $0.conditions.allSatisfy { $0.holds(in: document) } })?.parts else { return nil }
        if parts == [.body] { return input.request.body }
        var message: [UInt8] = []
        for part in parts {
            switch part {
            case .body: message += input.request.body
            case .text(let text): message += text.utf8
            case .place(let place): message += input.bytes(at: place) ?? []
            case .url:
                guard let url = input.publicURL else { return nil }
                message += url.utf8
            }
        }
        return message
    }

    private func isValid(_ signature: [UInt8], _ message: [UInt8], _ key: SymmetricKey) -> Bool {
        switch hash {
        case .sha1: HMAC<Insecure.SHA1>.isValidAuthenticationCode(signature, authenticating: message, using: key)
        case .sha256: HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: message, using: key)
        case .sha384: HMAC<SHA384>.isValidAuthenticationCode(signature, authenticating: message, using: key)
        case .sha512: HMAC<SHA512>.isValidAuthenticationCode(signature, authenticating: message, using: key)
        }
    }
}
