// SPDX-License-Identifier: Apache-2.0
import Crypto
import CryptoExtras
import Essentials
import Foundation
import WireFormats

/// A JWT that stands for a password (RFC 7523): claims signed with the account's private key.
struct Assertion: Sendable {
    enum Algorithm: String, Sendable, CaseIterable {
        /// RSA, PKCS #1 v1.5, SHA-256.
        case rs256 = "RS256"
        /// A shared secret, HMAC-SHA256.
        case hs256 = "HS256"
    }
    var algorithm: Algorithm
    /// A private key in PEM, or the shared secret.
    var key: Template
    /// `iat` and `exp` are added.
    var claims: Template
    /// From now to `exp`.
    var life: Duration

    var placeholders: [Placeholder] { key.placeholders + claims.placeholders }

    /// `header.claims.signature`. The same values give the same text.
    /// - Throws: `.missing` for a claim without a value, `.badSecret` when the key can't be read.
    func text(_ scope: TemplateScope) throws(RecipeError) -> String {
        let now = scope.context.now.unixSeconds
        var members = try claims.filled(scope)?.members ?? []
        members.append(JSON.Member("iat", JSON(now)))
        members.append(JSON.Member("exp", JSON(now + life.components.seconds)))
        let header: JSON = ["alg": .string(algorithm.rawValue), "typ": "JWT"]
        let signed = Assertion.base64url(header.serialised()) + "." + Assertion.base64url(JSON.object(members).serialised())
        return signed + "." + Assertion.base64url(try signature(of: Array(signed.utf8), key: try key.plain(scope)))
    }

    private func signature(of bytes: [UInt8], key: String) throws(RecipeError) -> [UInt8] {
        switch algorithm {
        case .hs256: return Array(HMAC<SHA256>.authenticationCode(for: bytes, using: SymmetricKey(data: Data(key.utf8))))
        case .rs256:
            do {
                let key = try _RSA.Signing.PrivateKey(pemRepresentation: key)
                return Array(try key.signature(for: SHA256.hash(data: bytes), padding: .insecurePKCS1v1_5).rawRepresentation)
            } catch {
                // Nothing of the error: it may quote the key.
                throw RecipeError(.badSecret, "the account's private key")
            }
        }
    }

    private static func base64url(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
