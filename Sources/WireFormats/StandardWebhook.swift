// SPDX-License-Identifier: Apache-2.0
internal import Crypto
public import Essentials

/// The one reader and writer of Standard Webhooks signatures: `v1,` and the base64 of HMAC-SHA256 with a shared key, or `v1a,` and that of
/// an ed25519 signature, over `id.timestamp.body`.
///
/// Source: github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md, "Verifying signatures".
public struct StandardWebhookKey: Sendable {
    private let shared: SymmetricKey?
    private let publicKey: Curve25519.Signing.PublicKey?

    /// The key of a shared secret `whsec_<base64>`, that can sign and verify; `nil` for anything else.
    public init?(_ secret: Secret) {
        let text = secret.reveal()
        guard text.hasPrefix("whsec_"), let bytes = Base64.decode(text.dropFirst(6).utf8), !bytes.isEmpty else { return nil }
        shared = SymmetricKey(data: bytes)
        publicKey = nil
    }

    /// A key to verify with: `whsec_` and base64, `whpk_` and base64 of an ed25519 public key, or base64 alone, which may be either.
    public init?(verifying secret: Secret) {
        let text = secret.reveal()
        let isShared = text.hasPrefix("whsec_"), isPublic = text.hasPrefix("whpk_")
        let encoded = isShared ? text.dropFirst(6) : isPublic ? text.dropFirst(5) : text[...]
        guard let bytes = Base64.decode(encoded.utf8), !bytes.isEmpty else { return nil }
        shared = isPublic ? nil : SymmetricKey(data: bytes)
        publicKey = isShared ? nil : try? Curve25519.Signing.PublicKey(rawRepresentation: bytes)
        guard shared != nil || publicKey != nil else { return nil }
    }

    /// A new secret of 32 random bytes.
    public static func makeSecret(random: some RandomSource) -> Secret { Secret("whsec_" + Base64.encode(random.bytes(32))) }

    /// One signature with its version, as it stands in `webhook-signature`; empty for a public key, which can't sign.
    /// - Parameter timestamp: Unix seconds, exactly as sent in `webhook-timestamp`.
    public func signature(id: String, timestamp: String, body: [UInt8]) -> String {
        shared.map { "v1," + Base64.encode(Array(Self.code($0, Self.head(id, timestamp), body))) } ?? ""
    }

    /// Whether any of the space-separated signatures is ours. Constant time for each; others' versions are passed over.
    public func matches(_ signatures: String, id: String, timestamp: String, body: [UInt8]) -> Bool {
        Self.isSigned(signatures, by: [self], id: id, timestamp: timestamp, body: body)
    }

    /// The same for several keys, of which any will do.
    public static func isSigned(_ signatures: String, by keys: [StandardWebhookKey], id: String, timestamp: String, body: [UInt8]) -> Bool {
        let head = head(id, timestamp)
        for signature in signatures.utf8.split(separator: 0x20).prefix(signaturesMax) {
            guard let comma = signature.firstIndex(of: UInt8(ascii: ",")),
                let bytes = Base64.decode(signature[signature.index(after: comma)...])
            else { continue }
            if keys.contains(where: { $0.isValid(bytes, version: signature[..<comma], head, body) }) { return true }
        }
        return false
    }

    /// Signatures of one header that are looked at; more than a rotation ever needs.
    public static let signaturesMax = 16

    /// The comparison `==` of a `MessageAuthenticationCode` takes constant time (swift-crypto, `safeCompare`).
    private func isValid(_ bytes: [UInt8], version: Substring.UTF8View, _ head: [UInt8], _ body: [UInt8]) -> Bool {
        if version.elementsEqual("v1".utf8) { return shared.map { Self.code($0, head, body) == bytes } ?? false }
        guard version.elementsEqual("v1a".utf8) else { return false }
        return publicKey?.isValidSignature(bytes, for: head + body) ?? false
    }

    private static func head(_ id: String, _ timestamp: String) -> [UInt8] { Array("\(id).\(timestamp).".utf8) }

    private static func code(_ key: SymmetricKey, _ head: [UInt8], _ body: [UInt8]) -> HMAC<SHA256>.MAC {
        var hmac = HMAC<SHA256>(key: key)
        hmac.update(data: head)
        hmac.update(data: body)
        return hmac.finalize()
    }
}
