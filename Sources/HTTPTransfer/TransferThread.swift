// SPDX-License-Identifier: Apache-2.0
import CCurl
import Essentials
import Glibc

/// The body of the loop's thread. Not Sendable: lives and dies on that thread.
final class TransferThread {
    private let loop: TransferLoop
    private var pools: [EgressPolicy: TransferPool] = [:]
    private var underWay = 0

    /// Events read from epoll at once.
    private static let eventsMax = 256

    init(loop: TransferLoop) { self.loop = loop }

    func run() {
        // OpenSSL writes with write(2); with NOSIGNAL libcurl no longer keeps SIGPIPE away (CURLOPT_NOSIGNAL(3)).
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        var event = epoll_event()
        event.events = EPOLLIN.rawValue
        event.data.fd = loop.wakeUp
        _ = epoll_ctl(loop.epoll, EPOLL_CTL_ADD, loop.wakeUp, &event)
        while step() {}
    }

    /// One turn of the loop; `false` when it has stopped.
    private func step() -> Bool {
        waitForEvents()
        fireTimers()
        let mail = loop.take()
        for id in mail.cancelled { cancel(id) }
        for transfer in mail.submitted { enqueue(transfer, cancelled: mail.cancelled) }
        if mail.isStopping {
            stopAll()
            return false
        }
        dropLate()
        beginWaiting()
        return true
    }

    private func waitForEvents() {
        var events = [epoll_event](repeating: epoll_event(), count: TransferThread.eventsMax)
        let count = epoll_wait(loop.epoll, &events, Int32(events.count), timeout())
        guard count > 0 else { return }
        for event in events.prefix(Int(count)) {
            if event.data.fd == loop.wakeUp {
                var counter: UInt64 = 0
                _ = read(loop.wakeUp, &counter, MemoryLayout<UInt64>.size)
            } else if let pool = pools.values.first(where: { $0.sockets.contains(event.data.fd) }) {
                finish(pool.act(on: event.data.fd, events: TransferThread.curlEvents(event.events)))
            }
        }
    }

    private static func curlEvents(_ events: UInt32) -> CInt {
        var mask: CInt = 0
        if events & (EPOLLIN.rawValue | EPOLLHUP.rawValue) != 0 { mask |= CURL_CSELECT_IN }
        if events & EPOLLOUT.rawValue != 0 { mask |= CURL_CSELECT_OUT }
        if events & EPOLLERR.rawValue != 0 { mask |= CURL_CSELECT_ERR }
        return mask
    }

    /// Milliseconds until something is due, rounded up; -1: only an event or a wake-up ends the wait.
    private func timeout() -> Int32 {
        var due: [ContinuousClock.Instant] = pools.values.compactMap(\.timer)
        due += pools.values.flatMap { $0.waiting.map(\.deadline.instant) }
        guard let first = due.min() else { return -1 }
        let left = ContinuousClock.now.duration(to: first)
        return Int32(clamping: max(0, (left + .microseconds(999)).milliseconds))
    }

    private func fireTimers() {
        let now = ContinuousClock.now
        for pool in pools.values {
            guard let timer = pool.timer, timer <= now else { continue }
            finish(pool.act(on: nil, events: 0))
        }
    }

    private func enqueue(_ transfer: PendingTransfer, cancelled: [UInt64]) {
        guard !cancelled.contains(transfer.id) else {
            return transfer.continuation.resume(returning: .failedBeforeSend(TransferFailure(.cancelled)))
        }
        guard let pool = pool(for: transfer.request.policy) else {
            return transfer.continuation.resume(returning: .failedBeforeSend(TransferFailure(.other, detail: "out of memory")))
        }
        pool.waiting.append(transfer)
    }

    private func pool(for policy: EgressPolicy) -> TransferPool? {
        if let pool = pools[policy] { return pool }
        pools[policy] = TransferPool(settings: loop.settings, epoll: loop.epoll)
        return pools[policy]
    }

    /// One of each policy in turn while there is room, so that none waits behind another's backlog.
    private func beginWaiting() {
        var progress = true
        while progress, underWay < loop.settings.transfersMax {
            progress = false
            for pool in pools.values where underWay < loop.settings.transfersMax {
                guard pool.active.count < loop.settings.transfersPerPolicyMax, !pool.waiting.isEmpty else { continue }
                progress = true
                let pending = pool.waiting.removeFirst()
                if let result = pool.begin(pending) { pending.continuation.resume(returning: result) } else { underWay += 1 }
            }
        }
    }

    private func dropLate() {
        for pool in pools.values where pool.waiting.contains(where: \.deadline.hasPassed) {
            let late = pool.waiting.filter(\.deadline.hasPassed)
            pool.waiting.removeAll(where: \.deadline.hasPassed)
            for transfer in late { transfer.continuation.resume(returning: .failedBeforeSend(TransferFailure(.notAdmitted))) }
        }
    }

    private func cancel(_ id: UInt64) {
        for pool in pools.values {
            if let index = pool.waiting.firstIndex(where: { $0.id == id }) {
                pool.waiting.remove(at: index).continuation.resume(returning: .failedBeforeSend(TransferFailure(.cancelled)))
            } else if let transfer = pool.active.values.first(where: { $0.pending.id == id }) {
                underWay -= 1
                transfer.pending.continuation.resume(returning: pool.abort(transfer, .cancelled))
            }
        }
    }

    private func finish(_ ended: [(EasyTransfer, TransferResult)]) {
        underWay -= ended.count
        for (transfer, result) in ended { transfer.pending.continuation.resume(returning: result) }
    }

    private func stopAll() {
        for pool in pools.values {
            for transfer in pool.waiting { transfer.continuation.resume(returning: .failedBeforeSend(TransferFailure(.stopped))) }
            pool.waiting = []
            for transfer in pool.active.values { transfer.pending.continuation.resume(returning: pool.abort(transfer, .stopped)) }
        }
        pools = [:]
    }
}
