// SPDX-License-Identifier: Apache-2.0
import Crypto
import WireFormats

/// Plivo V3: base64 of HMAC-SHA256 over address, sorted query, sorted form fields and nonce (plivo-go, utils.go).
///
/// `https://host/path?` + `k=v&k=v`; for a POST with fields `.` (if there was a query) and name+value of each; then `.` and the
/// nonce. Several signatures may stand there, divided by commas. The nonce is no time.
struct PlivoV3: SignatureScheme {
    let secret: String
    var secretNames: [String] { [secret] }
    var needsPublicURL: Bool { true }

    func verify(_ input: VerifiedRequest) -> SchemeResult {
        guard let signatures = input.soleHeader("X-Plivo-Signature-V3"), let nonce = input.soleHeader("X-Plivo-Signature-V3-Nonce"), !nonce.isEmpty
        else {
            return .invalid(.missing)
        }
        guard let url = input.publicURL else { return .invalid(.badSignature) }
        let message = PlivoV3.message(url, input.request, nonce: nonce)
        for text in signatures.split(separator: ",").prefix(8) {
            guard let signature = Base64.decode(trimmed(String(text)).utf8) else { continue }
            if input.keys(secret).contains(where: { HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: message, using: $0.symmetric) })
            {
                return .valid
            }
        }
        return .invalid(.badSignature)
    }

    /// The bytes that are signed.
    static func message(_ url: String, _ request: HookRequest, nonce: String) -> [UInt8] { Array((base(url, request) + "." + nonce).utf8) }

    private static func base(_ url: String, _ request: HookRequest) -> String {
        let address = String(url.prefix { $0 != "?" })
        let query = Form(parsing: request.query).sorted().map { "\($0.name)=\($0.value)" }.joined(separator: "&")
        guard request.method == "POST" else { return query.isEmpty ? address : "\(address)?\(query)" }
        let fields = Form(parsing: request.body).sorted().map { $0.name + $0.value }.joined()
        if query.isEmpty && fields.isEmpty { return address }
        return "\(address)?\(query)" + (query.isEmpty || fields.isEmpty ? "" : ".") + fields
    }
}
