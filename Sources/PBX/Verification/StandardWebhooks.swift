// SPDX-License-Identifier: Apache-2.0
import Crypto
import WireFormats

/// Standard Webhooks 1.0: `v1,` HMAC-SHA256 or `v1a,` ed25519 over id, time and body with full stops between
/// (github.com/standard-webhooks/standard-webhooks, spec).
struct StandardWebhooks: SignatureScheme {
    /// `webhook-`; some senders write `svix-`.
    let prefix: String
    let secret: String

    /// Signatures that are looked at in one header. A sender has two while it replaces a key.
    static let signaturesMax = 16

    var secretNames: [String] { [secret] }

    func verify(_ input: VerifiedRequest) -> SchemeResult {
        guard let id = input.soleHeader(prefix + "id"), let time = input.soleHeader(prefix + "timestamp"),
            let signatures = input.soleHeader(prefix + "signature"), !signatures.isEmpty
        else { return .invalid(.missing) }
        // An id with a full stop would let the border between id, time and body be moved without breaking the signature.
        guard !id.isEmpty, !id.utf8.contains(UInt8(ascii: ".")), let seconds = plainInteger(time) else { return .invalid(.badSignature) }
        guard input.isFresh(seconds) else { return .invalid(.stale) }
        let head = Array("\(id).\(time).".utf8)
        let keys = input.keys(secret)
        for signature in signatures.utf8.split(separator: 0x20).prefix(StandardWebhooks.signaturesMax) {
            if isValid(signature, head: head, body: input.request.body, keys: keys) { return .valid }
        }
        return .invalid(.badSignature)
    }

    private func isValid(_ signature: Substring.UTF8View, head: [UInt8], body: [UInt8], keys: [SigningKey]) -> Bool {
        guard let comma = signature.firstIndex(of: UInt8(ascii: ",")) else { return false }
        let version = signature[..<comma]
        guard let bytes = Base64.decode(signature[signature.index(after: comma)...]) else { return false }
        if version.elementsEqual("v1".utf8) {
            return keys.contains { key in key.standard.map { StandardWebhooks.mac(head, body, $0) == bytes } ?? false }
        }
        guard version.elementsEqual("v1a".utf8) else { return false }
        return keys.contains { $0.ed25519?.isValidSignature(bytes, for: head + body) ?? false }
    }

    /// The comparison `==` of a `MessageAuthenticationCode` takes constant time (swift-crypto, `safeCompare`).
    static func mac(_ head: [UInt8], _ body: [UInt8], _ key: SymmetricKey) -> HMAC<SHA256>.MAC {
        var hmac = HMAC<SHA256>(key: key)
        hmac.update(data: head)
        hmac.update(data: body)
        return hmac.finalize()
    }
}
