// SPDX-License-Identifier: Apache-2.0
import Crypto
import Essentials
import WireFormats

/// A JSON Web Token in `Authorization: Bearer` that carries a hash of the body (Vonage: claim `payload_hash`, hex SHA-256).
///
/// HS256 and nothing else: the token does not choose its algorithm. `iat` must be fresh, `exp` and `nbf` hold where they stand.
struct JWTBearer: SignatureScheme {
    let hashClaim: String
    let secret: String
    var secretNames: [String] { [secret] }

    /// A token is some hundred bytes; a longer one is none.
    static let bytesMax = 4_096

    func verify(_ input: VerifiedRequest) -> SchemeResult {
        guard let header = input.soleHeader("Authorization") else { return .invalid(.missing) }
        guard header.utf8.count <= JWTBearer.bytesMax, let token = credentials(header, scheme: "bearer") else { return .invalid(.badToken) }
        let bytes = Array(token.utf8)
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let head = json(parts[0]), head["alg"]?.string == "HS256", let claims = json(parts[1]),
            let signature = Base64.decode(parts[2])
        else { return .invalid(.badSignature) }
        let message = Array(bytes[..<parts[1].endIndex])
        let isSigned = input.keys(secret).contains { HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: message, using: $0.symmetric) }
        guard isSigned else { return .invalid(.badSignature) }
        guard let hash = claims[hashClaim]?.string.flatMap({ Hex.decode($0.utf8) }), sameBytes(hash, Array(SHA256.hash(data: input.request.body)))
        else {
            return .invalid(.badSignature)
        }
        return isInTime(claims, input) ? .valid : .invalid(.stale)
    }

    private func json(_ part: ArraySlice<UInt8>) -> JSON? { Base64.decode(part).flatMap { try? JSON.parse($0) } }

    private func isInTime(_ claims: JSON, _ input: VerifiedRequest) -> Bool {
        guard let issued = claims["iat"]?.integer, input.isFresh(issued) else { return false }
        let now = input.request.arrivedAt.unixSeconds
        let expires = claims["exp"].map { $0.integer ?? 0 }
        let begins = claims["nbf"].map { $0.integer ?? .max }
        return expires.map { $0 > now } ?? true && begins.map { $0 <= now } ?? true
    }
}
