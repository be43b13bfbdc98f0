// SPDX-License-Identifier: Apache-2.0
import CCurl
import Essentials
import Foundation
import Glibc
import Synchronization

/// The thread on which all of libcurl runs, and the box through which others reach it.
///
///     submit, cancel, shutdown ──▶ mailbox (lock) ──eventfd──▶ thread: epoll ─▶ curl_multi_socket_action ─▶ continuation
///
/// Sendable by hand: the mailbox is behind its lock, everything in `TransferLoop+Thread` belongs to the thread.
final class TransferLoop: Sendable {
    struct Mailbox {
        var submitted: [PendingTransfer] = []
        var cancelled: [UInt64] = []
        var isStopping = false
        /// The thread has ended: nothing is taken any more.
        var isGone = false
        var waitingForEnd: [CheckedContinuation<Void, Never>] = []
    }

    let settings: HTTPTransfer.Settings
    let wakeUp: CInt
    let epoll: CInt
    private let mailbox = Mutex(Mailbox())

    init(settings: HTTPTransfer.Settings) throws(TransferFailure) {
        guard TransferLoop.libraryIsReady else { throw TransferFailure(.other, detail: "libcurl could not be initialised") }
        self.settings = settings
        wakeUp = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard wakeUp >= 0, epoll >= 0 else { throw TransferFailure(.other, detail: "no descriptor for the transfer loop: errno \(errno)") }
    }

    deinit {
        close(wakeUp)
        close(epoll)
    }

    /// curl_global_init(3) must run once, before any other call.
    private static let libraryIsReady: Bool = curl_global_init(callsieve_global_all()) == CURLE_OK

    func start() {
        let thread = Thread { [self] in
            TransferThread(loop: self).run()
            leave()
        }
        thread.name = "callsieve-http"
        thread.stackSize = 1 << 20
        thread.start()
    }

    func submit(_ transfer: PendingTransfer) {
        let refused = mailbox.withLock { box in
            guard !box.isStopping else { return true }
            box.submitted.append(transfer)
            return false
        }
        guard !refused else { return transfer.continuation.resume(returning: .failedBeforeSend(TransferFailure(.stopped))) }
        wake()
    }

    func cancel(_ id: UInt64) {
        mailbox.withLock { $0.cancelled.append(id) }
        wake()
    }

    func shutdown() async {
        await withCheckedContinuation { continuation in
            let gone = mailbox.withLock { box in
                box.isStopping = true
                if !box.isGone { box.waitingForEnd.append(continuation) }
                return box.isGone
            }
            if gone { continuation.resume() } else { wake() }
        }
    }

    /// What came since the last time; called by the thread.
    func take() -> (submitted: [PendingTransfer], cancelled: [UInt64], isStopping: Bool) {
        mailbox.withLock { box in
            defer {
                box.submitted = []
                box.cancelled = []
            }
            return (box.submitted, box.cancelled, box.isStopping)
        }
    }

    private func leave() {
        let waiting = mailbox.withLock { box in
            box.isGone = true
            defer { box.waitingForEnd = [] }
            return box.waitingForEnd
        }
        for continuation in waiting { continuation.resume() }
    }

    private func wake() {
        var one: UInt64 = 1
        _ = write(wakeUp, &one, MemoryLayout<UInt64>.size)
    }
}
