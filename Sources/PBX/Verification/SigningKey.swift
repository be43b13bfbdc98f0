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
    /// The bytes behind `whsec_` (Standard Webhooks: base64), as an HMAC key; the bytes as they are without that prefix.
    let standard: SymmetricKey?
    /// An ed25519 public key written as base64 (`whpk_…`, Telnyx), where the secret is one.
    let ed25519: Curve25519.Signing.PublicKey?

    init(_ secret: Secret) {
        let text = secret.reveal()
        bytes = Array(text.utf8)
        symmetric = SymmetricKey(data: bytes)
        let encoded = text.hasPrefix("whsec_") ? text.dropFirst(6) : text.hasPrefix("whpk_") ? "" : Substring(text)
        standard = Base64.decode(encoded.utf8).flatMap { $0.isEmpty ? nil : SymmetricKey(data: $0) }
        let publicText = text.hasPrefix("whpk_") ? text.dropFirst(5) : Substring(text)
        ed25519 = Base64.decode(publicText.utf8).flatMap { try? Curve25519.Signing.PublicKey(rawRepresentation: $0) }
    }
}
