// SPDX-License-Identifier: Apache-2.0
import WireFormats

/// Standard Webhooks 1.0 (`StandardWebhookKey`), in headers whose names begin alike.
struct StandardWebhooks: SignatureScheme {
    /// `webhook-`; some senders write `svix-`.
    let prefix: String
    let secret: String

    var secretNames: [String] { [secret] }

    func verify(_ input: VerifiedRequest) -> SchemeResult {
        guard let id = input.soleHeader(prefix + "id"), let time = input.soleHeader(prefix + "timestamp"),
            let signatures = input.soleHeader(prefix + "signature"), !signatures.isEmpty
        else { return .invalid(.missing) }
        // An id with a full stop would let the border between id, time and body be moved without breaking the signature.
        guard !id.isEmpty, !id.utf8.contains(UInt8(ascii: ".")), let seconds = plainInteger(time) else { return .invalid(.badSignature) }
        guard input.isFresh(seconds) else { return .invalid(.stale) }
        let keys = input.keys(secret).compactMap(\.standard)
        return StandardWebhookKey.isSigned(signatures, by: keys, id: id, timestamp: time, body: input.request.body) ? .valid : .invalid(.badSignature)
    }
}
