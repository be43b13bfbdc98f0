// SPDX-License-Identifier: Apache-2.0
public import Essentials

/// How a transfer ended. The three cases are all there are (RELIABILITY.md, rule 4).
public enum TransferResult: Sendable, Hashable {
    /// A whole answer was read, whatever its status says.
    case response(TransferResponse)
    /// Not one byte of the request has left: it may be sent again without asking.
    case failedBeforeSend(TransferFailure)
    /// Bytes may have left and no whole answer was read: the other side may or may not have acted.
    case unknown(TransferFailure)
}

/// A whole answer. Prints its status and sizes only.
public struct TransferResponse: Sendable, Hashable, CustomStringConvertible {
    public var status: Int
    /// In the order of the answer, without those of 1xx answers before it.
    public var headers: [TransferHeader]
    public var body: [UInt8]
    /// The address that answered ("192.0.2.1:443").
    public var connectedTo: String
    /// From the start of the transfer to its end.
    public var took: Duration
    /// Whether the connection was opened for this transfer.
    public var onNewConnection: Bool

    public init(
        status: Int, headers: [TransferHeader] = [], body: [UInt8] = [], connectedTo: String = "", took: Duration = .zero,
        onNewConnection: Bool = true
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.connectedTo = connectedTo
        self.took = took
        self.onNewConnection = onNewConnection
    }

    /// The value of the first header of that name, in any case of letters.
    public func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }?.value
    }

    public var description: String { "status \(status), \(body.count) bytes" }
}

/// Why no whole answer was read. Holds nothing of the request or the answer, so it can be logged.
public struct TransferFailure: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        case badRequest = "the request can't be sent as it is"
        case egressRefused = "the address is not allowed"
        case notAdmitted = "the deadline passed while other transfers were under way"
        case stopped = "the service is stopping"
        case cancelled = "cancelled"
        case couldNotResolve = "the name could not be resolved"
        case couldNotConnect = "could not connect"
        case tls = "no trusted TLS connection"
        case timedOut = "timed out"
        case tooSlow = "moved too slowly"
        case connectionLost = "the connection was lost"
        case staleConnection = "a kept connection was closed under the request"
        case incomplete = "the answer ended too early"
        case unreadable = "the answer is no HTTP"
        case headersTooLarge = "the answer's headers are too large"
        case bodyTooLarge = "the answer's body is too large"
        case other = "the transfer failed"
    }

    public var reason: Reason
    /// CURLcode where libcurl said so (libcurl-errors(3)); `nil` when we refused or stopped it.
    public var curlCode: Int?
    /// Further facts for people, without secrets: the refused address, the part of the request that is wrong.
    public var detail: String?

    public init(_ reason: Reason, curlCode: Int? = nil, detail: String? = nil) {
        self.reason = reason
        self.curlCode = curlCode
        self.detail = detail
    }

    public var description: String {
        reason.rawValue + (detail.map { ": \($0)" } ?? "") + (curlCode.map { " (libcurl \($0))" } ?? "")
    }
}

/// What Delivery sends with; the one implementation that reaches the network is `HTTPTransfer`.
public protocol HTTPClient: Sendable {
    /// Sends once, never again by itself. Never throws: every ending is a result.
    /// Cancelling the task ends the transfer as `.cancelled` (before send or unknown, as the case may be).
    func send(_ request: TransferRequest, deadline: Deadline) async -> TransferResult

    /// Ends what is under way, refuses what comes, and returns when all has ended. Safe to repeat.
    func shutdown() async
}
