// SPDX-License-Identifier: Apache-2.0
import Crypto
import Essentials
import WireFormats

/// A secret in the forms that schemes need, made once when the configuration is read.
struct SigningKey: Sendable {
    /// The secret's own bytes.
    let bytes: [UInt8]
    /// The secret's own bytes as an HMAC key.
    let symmetric: SymmetricKey
    /// As a key of Standard Webhooks (`whsec_…`, `whpk_…` or base64), where the secret is one.
    let standard: StandardWebhookKey?
    /// An ed25519 public key written as base64 (Telnyx), where the secret is one.
    let ed25519: Curve25519.Signing.PublicKey?

    init(_ secret: Secret) {
        let text = secret.reveal()
        bytes = Array(text.utf8)
        symmetric = SymmetricKey(data: bytes)
        standard = StandardWebhookKey(verifying: secret)
        ed25519 = Base64.decode(text.utf8).flatMap { try? Curve25519.Signing.PublicKey(rawRepresentation: $0) }
    }
}
