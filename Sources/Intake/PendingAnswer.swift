// SPDX-License-Identifier: Apache-2.0
import Essentials
import PBX
import Synchronization

/// Lets one answer through, in time or not at all: whichever comes first, the answer or the deadline.
final class PendingAnswer: Sendable {
    private let reply: Mutex<(@Sendable (HookReply) -> Void)?>

    init(_ reply: @escaping @Sendable (HookReply) -> Void) { self.reply = Mutex(reply) }

    /// It was answered; a further answer reaches nobody.
    var isOver: Bool { reply.withLock { $0 == nil } }

    /// - Returns: false when it is too late.
    @discardableResult
    func answer(_ reply: HookReply) -> Bool { answer { reply } }

    /// The same with an answer that is made only where somebody still waits for it.
    @discardableResult
    func answer(_ make: () -> HookReply) -> Bool {
        let waiting = reply.withLock { reply in
            defer { reply = nil }
            return reply
        }
        guard let waiting else { return false }
        waiting(make())
        return true
    }
}

/// Answers what its deadline overtakes.
///
/// One task for all, and only while something waits: a timer for each call-time answer would cost more than the decision. It looks
/// every few milliseconds, so that an answer is late by that much at the most, which `HookIntake.wayBack` leaves room for.
final class DeadlineWatch: Sendable {
    static let tick: Duration = .milliseconds(10)

    private struct Entry {
        let deadline: Deadline
        let pending: PendingAnswer
        let late: @Sendable () -> HookReply
    }

    private struct State {
        /// The nearest deadline last.
        var entries: [Entry] = []
        var isRunning = false
    }
    private let state = Mutex(State())

    func watch(_ pending: PendingAnswer, until deadline: Deadline, late: @escaping @Sendable () -> HookReply) {
        let mustStart = state.withLock { state in
            // Dialects differ little in their deadlines: the place is nearly always the first.
            let place = state.entries.firstIndex { $0.deadline.instant <= deadline.instant } ?? state.entries.endIndex
            state.entries.insert(Entry(deadline: deadline, pending: pending, late: late), at: place)
            defer { state.isRunning = true }
            return !state.isRunning
        }
        if mustStart { Task { await run() } }
    }

    private func run() async {
        while true {
            let (due, goesOn) = state.withLock { state in
                let now = ContinuousClock.now
                var due: [Entry] = []
                while let entry = state.entries.last, entry.deadline.instant <= now || entry.pending.isOver {
                    if !entry.pending.isOver { due.append(entry) }
                    state.entries.removeLast()
                }
                state.isRunning = !state.entries.isEmpty
                return (due, state.isRunning)
            }
            for entry in due { entry.pending.answer(entry.late) }
            guard goesOn else { return }
            try? await Task.sleep(for: Self.tick)
        }
    }
}
