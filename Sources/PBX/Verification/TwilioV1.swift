// SPDX-License-Identifier: Apache-2.0
import Crypto
import WireFormats

/// Twilio: base64 of HMAC-SHA1 over the public URL with its query, followed for a form by each name and value in the order
/// of the names (twilio-python, request_validator.py). Of equal names every distinct value counts once, in order.
///
/// A body that is no form is covered by `bodySHA256` in the signed query: the hex hash of its bytes.
struct TwilioV1: SignatureScheme {
    let secret: String
    var secretNames: [String] { [secret] }
    var needsPublicURL: Bool { true }

    func verify(_ input: VerifiedRequest) -> SchemeResult {
        guard let text = input.soleHeader("X-Twilio-Signature"), !text.isEmpty else { return .invalid(.missing) }
        guard let signature = Base64.decode(text.utf8), let url = input.publicURL else { return .invalid(.badSignature) }
        guard let message = message(input, url) else { return .invalid(.badSignature) }
        let isValid = input.keys(secret).contains {
            HMAC<Insecure.SHA1>.isValidAuthenticationCode(signature, authenticating: message, using: $0.symmetric)
        }
        return isValid ? .valid : .invalid(.badSignature)
    }

    /// The bytes that are signed; `nil` for a body that the query's hash is not of, or that nothing covers.
    func message(_ input: VerifiedRequest, _ url: String) -> [UInt8]? {
        let request = input.request
        var message = Array(url.utf8)
        if let hash = Form.firstValue(of: "bodySHA256", in: request.query) {
            guard let given = Hex.decode(hash), sameBytes(given, Array(SHA256.hash(data: request.body))) else { return nil }
            return message
        }
        guard request.mediaType == "application/x-www-form-urlencoded" else { return request.body.isEmpty ? message : nil }
        var last: Form.Field?
        for field in Form(parsing: request.body).sorted() where field != last {
            message += field.name.utf8
            message += field.value.utf8
            last = field
        }
        return message
    }
}

extension Form {
    /// The fields in the order of their names, equal names in the order of their values, as Twilio and Plivo sign them.
    func sorted() -> [Form.Field] {
        fields.sorted { $0.name == $1.name ? $0.value < $1.value : $0.name < $1.name }
    }
}
