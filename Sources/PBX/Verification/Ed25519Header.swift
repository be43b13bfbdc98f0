// SPDX-License-Identifier: Apache-2.0
import Crypto
import WireFormats

/// An ed25519 signature over time, a separator and the body (Telnyx: `timestamp|body`).
struct Ed25519Header: SignatureScheme {
    let signature: String
    let timestamp: String
    let separator: String
    let secret: String
    var secretNames: [String] { [secret] }

    func verify(_ input: VerifiedRequest) -> SchemeResult {
        guard let text = input.soleHeader(signature), let time = input.soleHeader(timestamp) else { return .invalid(.missing) }
        guard let bytes = Base64.decode(text.utf8), let seconds = plainInteger(time) else { return .invalid(.badSignature) }
        let message = Array((time + separator).utf8) + input.request.body
        guard input.keys(secret).contains(where: { $0.ed25519?.isValidSignature(bytes, for: message) ?? false }) else {
            return .invalid(.badSignature)
        }
        return input.isFresh(seconds) ? .valid : .invalid(.stale)
    }
}
