// SPDX-License-Identifier: Apache-2.0
import Crypto
public import Essentials
import HTTPTypes
public import Hummingbird
import WireFormats

/// Who may use API and pages: the bearer of the token made at first start, or a browser that logged in with it.
///
/// The session cookie is `v1.<expiry>.<nonce>.<mac>`: nothing is stored, it ends by time, or when the token is made anew.
public struct Access: Sendable {
    private let token: Secret
    private let key: SymmetricKey
    private let time: any TimeSource
    private let random: any RandomSource

    /// A browser has to log in again after this.
    public static let sessionLength: Duration = .seconds(7 * 86_400)
    static let cookieName = "callsieve"

    public init(token: Secret, time: any TimeSource, random: any RandomSource) {
        self.token = token
        self.time = time
        self.random = random
        key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: Array(token.reveal().utf8)), info: Array("callsieve console session 1".utf8), outputByteCount: 32)
    }

    /// How the request has shown that it may pass.
    enum Pass: Hashable { case bearer, session }

    /// - Returns: `nil` when it has not.
    func pass(_ request: Request) -> Pass? {
        if let header = request.headers[.authorization] {
            let parts = header.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
            return accepts(token: String(parts[1])) ? .bearer : nil
        }
        let cookies = Cookies.values(of: Self.cookieName, in: request)
        guard cookies.count == 1, accepts(session: cookies[0]) else { return nil }
        return .session
    }

    func accepts(token text: String) -> Bool { !token.isEmpty && Secret(text) == token }

    func makeSession() -> String {
        let expiry = String((time.now() + Self.sessionLength).unixSeconds)
        let nonce = hex(random.bytes(16))
        return "v1.\(expiry).\(nonce).\(mac("v1.\(expiry).\(nonce)"))"
    }

    private func accepts(session text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count < 200, parts.count == 4, let expiry = Int64(parts[1]) else { return false }
        let right = constantTimeEqual(Array(mac(parts[..<3].joined(separator: ".")).utf8), Array(parts[3].utf8))
        return right && expiry > time.now().unixSeconds
    }

    private func mac(_ text: String) -> String { hex(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key)) }

    /// The name of the person or program behind a request, for parts that do their own authentication; `nil` for a stranger.
    public func person(_ request: Request) -> String? {
        guard let pass = pass(request) else { return nil }
        if let header = request.headers[.xOperator] {
            return Cookies.cleaned(String(decoding: percentDecoded(Array(header.utf8)), as: UTF8.self))
        }
        return Cookies.text(of: "operator", in: request) ?? (pass == .bearer ? "api" : "operator")
    }

    /// Whether a change may come from this page (SECURITY.md 15): browsers say so in `Sec-Fetch-Site`, older ones in `Origin`.
    func isOwnOrigin(_ request: Request) -> Bool {
        if let site = request.headers[.secFetchSite] { return site == "same-origin" }
        guard let origin = request.headers[.origin], let host = request.head.authority, !host.isEmpty else { return false }
        return origin == "http://\(host)" || origin == "https://\(host)"
    }
}

extension HTTPField.Name {
    static let secFetchSite = HTTPField.Name("Sec-Fetch-Site")!
    static let xOperator = HTTPField.Name("X-Operator")!
}

/// Lower-case hex.
func hex(_ bytes: some Sequence<UInt8>) -> String {
    bytes.reduce(into: "") { text, byte in
        text.append(Character(Unicode.Scalar(Array("0123456789abcdef".utf8)[Int(byte >> 4)])))
        text.append(Character(Unicode.Scalar(Array("0123456789abcdef".utf8)[Int(byte & 15)])))
    }
}
