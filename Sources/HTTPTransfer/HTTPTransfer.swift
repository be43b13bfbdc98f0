// SPDX-License-Identifier: Apache-2.0
public import Essentials
import Synchronization

/// Outgoing HTTP through libcurl: one thread, one loop, many transfers.
///
/// - Every transfer is sent once. libcurl's own repeat over a fresh connection, when a kept one turns out to be closed, is
///   refused: the closed connection may have carried the request (BAD-INPUTS F 77).
/// - No redirects, no proxy, no cookies, no stored credentials, no content decoding; TLS 1.2 or newer with the peer verified.
/// - Each connection's real address is judged by the request's policy before it is opened.
/// - Nothing waits inside libcurl: its time-outs would count that as time of the transfer (RELIABILITY.md, rule 12).
///
/// May be called from any task or thread. Call `shutdown()` once, at the end.
public final class HTTPTransfer: HTTPClient {
    /// How much may be under way at once; each bound is there so that memory and descriptors are bounded.
    public struct Settings: Sendable {
        /// Transfers under way over all policies: each holds a descriptor and up to a body of `bodyBytesMax`.
        public var transfersMax = 256
        /// Transfers under way for one policy, so that one silent receiver can't take all.
        public var transfersPerPolicyMax = 128
        /// Idle connections kept for one policy.
        public var idleConnectionsMax = 64
        /// Kept connections older than this are not used again: below the 30 s or more that servers keep them.
        public var idleAgeMax: Duration = .seconds(20)

        public init() {}
    }

    private let loop: TransferLoop
    private let nextID = Atomic<UInt64>(1)

    /// Starts the loop's thread.
    /// - Throws: `TransferFailure` when the system gives no descriptor for it.
    public init(settings: Settings = Settings()) throws(TransferFailure) {
        loop = try TransferLoop(settings: settings)
        loop.start()
    }

    public func send(_ request: TransferRequest, deadline: Deadline) async -> TransferResult {
        let prepared: PreparedRequest
        do {
            prepared = try PreparedRequest(request)
        } catch {
            return .failedBeforeSend(error)
        }
        let id = nextID.add(1, ordering: .relaxed).oldValue
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                loop.submit(PendingTransfer(id: id, request: prepared, deadline: deadline, continuation: continuation))
            }
        } onCancel: {
            loop.cancel(id)
        }
    }

    /// Ends what is under way as `.stopped`, refuses what comes, and returns when the thread is gone. Safe to repeat.
    public func shutdown() async { await loop.shutdown() }
}
