// SPDX-License-Identifier: Apache-2.0
import Essentials
import Synchronization

/// Lets one answer through, in time or not at all: whichever comes first, the answer or the deadline.
final class AnswerGate<Answer: Sendable>: Sendable {
    private enum State {
        case open
        case waiting(CheckedContinuation<Answer?, Never>)
        case answered(Answer)
        case closed
    }
    private let state = Mutex(State.open)

    /// The deadline passed first; the answer reaches nobody.
    var isTooLate: Bool { state.withLock { if case .closed = $0 { true } else { false } } }

    /// - Returns: false when it is too late.
    @discardableResult
    func answer(_ answer: Answer) -> Bool {
        let (inTime, waiting) = state.withLock { state -> (Bool, CheckedContinuation<Answer?, Never>?) in
            switch state {
            case .open:
                state = .answered(answer)
                return (true, nil)
            case .waiting(let continuation):
                state = .answered(answer)
                return (true, continuation)
            case .answered, .closed: return (false, nil)
            }
        }
        waiting?.resume(returning: answer)
        return inTime
    }

    /// The answer, or `nil` once `deadline` has passed without one. To be called once.
    func wait(until deadline: Deadline) async -> Answer? {
        // Not a child task: it must be able to end the wait while the answer's own task is still at work.
        let timer = Task {
            try await Task.sleep(until: deadline.instant, clock: .continuous)
            self.close()
        }
        defer { timer.cancel() }
        return await withCheckedContinuation { continuation in
            let ready = state.withLock { state -> Answer?? in
                switch state {
                case .open:
                    state = .waiting(continuation)
                    return .none
                case .answered(let answer): return .some(answer)
                case .closed, .waiting: return .some(nil)
                }
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }

    private func close() {
        let waiting = state.withLock { state -> CheckedContinuation<Answer?, Never>? in
            switch state {
            case .answered, .closed: return nil
            case .open:
                state = .closed
                return nil
            case .waiting(let continuation):
                state = .closed
                return continuation
            }
        }
        waiting?.resume(returning: nil)
    }
}
