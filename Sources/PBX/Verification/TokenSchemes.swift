// SPDX-License-Identifier: Apache-2.0
import WireFormats

/// `Authorization: Bearer …` (RFC 6750). Nothing is signed.
struct BearerToken: SignatureScheme {
    let secret: String
    var secretNames: [String] { [secret] }

    func verify(_ input: VerifiedRequest) -> SchemeResult {
        guard let value = input.soleHeader("Authorization") else { return .invalid(.missing) }
        guard let token = credentials(value, scheme: "bearer") else { return .invalid(.badToken) }
        return anyIs(input.keys(secret), Array(token.utf8)) ? .valid : .invalid(.badToken)
    }
}

/// `Authorization: Basic …` (RFC 7617).
struct BasicPassword: SignatureScheme {
    let user: String
    let password: String
    var secretNames: [String] { [user, password] }

    func verify(_ input: VerifiedRequest) -> SchemeResult {
        guard let value = input.soleHeader("Authorization") else { return .invalid(.missing) }
        guard let pair = credentials(value, scheme: "basic").flatMap({ Base64.decode($0.utf8) }),
            let colon = pair.firstIndex(of: UInt8(ascii: ":"))
        else { return .invalid(.badToken) }
        let rightUser = anyIs(input.keys(user), Array(pair[..<colon]))
        let rightPassword = anyIs(input.keys(password), Array(pair[(colon + 1)...]))
        return rightUser && rightPassword ? .valid : .invalid(.badToken)
    }
}

/// A shared word at some place of the request: a form field, a header, a member of the body.
struct PlacedToken: SignatureScheme {
    let place: Place
    let secret: String
    var secretNames: [String] { [secret] }

    func verify(_ input: VerifiedRequest) -> SchemeResult {
        guard let token = input.bytes(at: place), !token.isEmpty else { return .invalid(.missing) }
        return anyIs(input.keys(secret), token) ? .valid : .invalid(.badToken)
    }
}

/// Nothing but the secret part of the path, for vendors that sign nothing. `Dialect.authenticate` has checked it by then.
struct PathToken: SignatureScheme {
    var secretNames: [String] { ["token"] }
    func verify(_ input: VerifiedRequest) -> SchemeResult { .valid }
}

/// What follows the name of an authentication scheme and its spaces.
func credentials(_ header: String, scheme: String) -> Substring? {
    let bytes = header.utf8
    guard bytes.count > scheme.utf8.count + 1, equalWithoutCase(bytes.prefix(scheme.utf8.count), scheme.utf8) else { return nil }
    let rest = bytes.dropFirst(scheme.utf8.count)
    return rest.first == 0x20 ? Substring(rest.drop { $0 == 0x20 }) : nil
}
