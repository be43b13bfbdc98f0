// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// A hint that there may be something to do. Losing one loses nothing: who waits also looks by itself (RELIABILITY.md, rule 10).
final class WakeSignal: Sendable {
    private struct State {
        var isSet = false
        var waiter: (number: Int, continuation: CheckedContinuation<Bool, Never>)?
        var numbers = 0
    }
    private let state = Mutex(State())

    /// Ends the wait that is under way, or the next one.
    func wake() {
        let waiter = state.withLock { state in
            let waiter = state.waiter
            state.waiter = nil
            state.isSet = waiter == nil
            return waiter
        }
        waiter?.continuation.resume(returning: true)
    }

    /// Returns when woken, after `longest`, or when the task is cancelled. One task may wait at a time.
    /// - Returns: whether it was woken.
    @discardableResult
    func wait(atMost longest: Duration) async -> Bool {
        let number = state.withLock { state in
            state.numbers += 1
            return state.numbers
        }
        // Bounded by `longest`; it only ends the wait of its own number, so an old timer disturbs nobody.
        let timer = Task { [weak self] in
            try? await Task.sleep(for: longest)
            self?.end(number)
        }
        let woken = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in begin(number, continuation) }
        } onCancel: {
            wake()
        }
        timer.cancel()
        return woken
    }

    private func begin(_ number: Int, _ continuation: CheckedContinuation<Bool, Never>) {
        let isSet = state.withLock { state in
            defer { state.isSet = false }
            if !state.isSet { state.waiter = (number, continuation) }
            return state.isSet
        }
        if isSet { continuation.resume(returning: true) }
    }

    private func end(_ number: Int) {
        let waiter = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard let waiter = state.waiter, waiter.number == number else { return nil }
            state.waiter = nil
            return waiter.continuation
        }
        waiter?.resume(returning: false)
    }
}
