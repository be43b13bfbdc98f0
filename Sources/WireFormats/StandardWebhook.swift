// SPDX-License-Identifier: Apache-2.0
internal import Crypto
public import Essentials
internal import Foundation

/// Signatures of Standard Webhooks with a shared key: `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`.
///
/// Source: github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md, "Verifying signatures".
public struct StandardWebhookKey: Sendable {
    private let key: SymmetricKey

    /// The key of a secret `whsec_<base64>`; `nil` when what follows the prefix is no base64, or no secret at all.
    public init?(_ secret: Secret) {
        let text = secret.reveal()
        guard text.hasPrefix("whsec_"), let bytes = Data(base64Encoded: String(text.dropFirst(6))), !bytes.isEmpty else { return nil }
        key = SymmetricKey(data: bytes)
    }

    /// A new secret of 32 random bytes.
    public static func makeSecret(random: some RandomSource) -> Secret {
        Secret("whsec_" + Data(random.bytes(32)).base64EncodedString())
    }

    /// One signature with its version, as it stands in `webhook-signature`.
    /// - Parameter timestamp: Unix seconds, exactly as sent in `webhook-timestamp`.
    public func signature(id: String, timestamp: String, body: [UInt8]) -> String {
        "v1," + Data(code(id: id, timestamp: timestamp, body: body)).base64EncodedString()
    }

    /// Whether any of the space-separated signatures is ours. Constant time for each; others' versions are passed over.
    public func matches(_ signatures: String, id: String, timestamp: String, body: [UInt8]) -> Bool {
        let expected = Array(signature(id: id, timestamp: timestamp, body: body).utf8)
        var found = false
        for candidate in signatures.split(separator: " ").prefix(Self.signaturesMax) where constantTimeEqual(Array(candidate.utf8), expected) {
            found = true
        }
        return found
    }

    /// Signatures of one header that are looked at; more than a rotation ever needs.
    public static let signaturesMax = 16

    private func code(id: String, timestamp: String, body: [UInt8]) -> HMAC<SHA256>.MAC {
        var hmac = HMAC<SHA256>(key: key)
        hmac.update(data: Array("\(id).\(timestamp).".utf8))
        hmac.update(data: body)
        return hmac.finalize()
    }
}
