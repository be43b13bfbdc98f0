// SPDX-License-Identifier: Apache-2.0

/// One header line of a request or an answer.
public struct TransferHeader: Hashable, Sendable, CustomStringConvertible {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// The name alone: values may be tokens.
    public var description: String { "\(name): …" }
}

/// How long and how much one transfer may take. Every bound has a value; none is "unlimited".
public struct TransferLimits: Hashable, Sendable {
    /// For name look-up, TCP and TLS together.
    public var connect: Duration
    /// The transfer ends when it moved fewer than `slowBytesPerSecond` for this long, waiting for an answer included.
    public var slowFor: Duration
    public var slowBytesPerSecond: Int
    /// The body of an answer, in bytes (SECURITY.md row 11).
    public var bodyBytesMax: Int
    /// All header lines of all answers of one transfer, 1xx included.
    public var headerBytesMax: Int

    public init(
        connect: Duration = .seconds(10), slowFor: Duration = .seconds(25), slowBytesPerSecond: Int = 10,
        bodyBytesMax: Int = 1 << 20, headerBytesMax: Int = 32 << 10
    ) {
        self.connect = connect
        self.slowFor = slowFor
        self.slowBytesPerSecond = slowBytesPerSecond
        self.bodyBytesMax = bodyBytesMax
        self.headerBytesMax = headerBytesMax
    }
}

/// One HTTP request to the outside. A value; prints without query, header values and body, since each may hold a secret.
public struct TransferRequest: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// An upper-case token (`POST`); checked before anything is sent.
    public var method: String
    /// Absolute; read by `EgressURL`, which refuses what two parsers could read differently.
    public var url: String
    public var headers: [TransferHeader]
    /// `nil`: no body. An empty body is sent as one of length 0.
    public var body: [UInt8]?
    /// Where it may go. Connections are reused among requests of an equal policy only.
    public var policy: EgressPolicy
    public var limits: TransferLimits

    public init(
        method: String, url: String, headers: [TransferHeader] = [], body: [UInt8]? = nil, policy: EgressPolicy = .publicOnly,
        limits: TransferLimits = TransferLimits()
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.policy = policy
        self.limits = limits
    }

    /// `POST https://crm.example:443`: where it goes, and nothing that could be a secret.
    public var description: String {
        let place = (try? EgressURL(url)).map(\.origin) ?? "an unreadable URL"
        return "\(method) \(place)"
    }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
