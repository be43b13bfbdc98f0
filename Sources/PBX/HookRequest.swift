// SPDX-License-Identifier: Apache-2.0
public import Essentials

/// A header of a request or reply. Names compare without case (RFC 9110, 5.1).
public struct HookHeader: Hashable, Sendable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// A webhook as it came over the wire, before anything of it is believed.
public struct HookRequest: Sendable {
    /// As sent: `POST`, `GET`, `OPTIONS` …
    public var method: String
    /// The path's parts after `/hooks/{source}`, percent-decoded. May still begin with the source's secret token:
    /// see `token`.
    public var tail: [String]
    /// Path and query exactly as received (`/hooks/a/b?c=d`): some vendors sign it.
    public var target: String
    /// The query without `?`, exactly as received.
    public var query: [UInt8]
    /// In the order received.
    public var headers: [HookHeader]
    /// The bytes received, never parsed and written again: signatures are over them.
    public var body: [UInt8]
    public var arrivedAt: Instant
    public var remoteAddress: String?
    /// The secret path part, where the caller has already taken it off `tail`. Left `nil`, the dialect takes the first
    /// part of `tail` when the source has a token.
    public var token: String?

    public init(
        method: String, tail: [String] = [], target: String = "", query: [UInt8] = [], headers: [HookHeader] = [],
        body: [UInt8] = [], arrivedAt: Instant, remoteAddress: String? = nil, token: String? = nil
    ) {
        self.method = method
        self.tail = tail
        self.target = target
        self.query = query
        self.headers = headers
        self.body = body
        self.arrivedAt = arrivedAt
        self.remoteAddress = remoteAddress
        self.token = token
    }

    /// The value of the first header of that name, whatever its case; `nil` when there is none.
    public func header(_ name: String) -> String? {
        for header in headers where equalWithoutCase(header.name, name) { return header.value }
        return nil
    }

    /// How often a header stands there. Signatures given twice are refused.
    func headerCount(_ name: String) -> Int { headers.count { equalWithoutCase($0.name, name) } }
}

/// Whether two texts are equal but for the case of ASCII letters.
func equalWithoutCase(_ left: String, _ right: String) -> Bool { equalWithoutCase(left.utf8, right.utf8) }

func equalWithoutCase(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    return zip(left, right).allSatisfy { a, b in a == b || (a | 0x20 == b | 0x20 && (0x61...0x7A).contains(a | 0x20)) }
}

/// What the PBX is told.
public struct HookReply: Hashable, Sendable {
    public var status: Int
    public var headers: [HookHeader]
    public var body: [UInt8]

    public init(status: Int, headers: [HookHeader] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
