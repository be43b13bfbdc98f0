// SPDX-License-Identifier: Apache-2.0
internal import Dispatch
internal import Foundation
internal import Synchronization

/// Brings callers the results of committed batches, on a thread of its own, so that the writer goes on with the next batch meanwhile.
final class Bearer: Sendable {
    /// The outcome of one body: its job and its own error.
    typealias Outcome = (job: any WriteJob, error: (any Error)?)

    /// A batch of so many is finished by the writer itself: waking another thread would cost a lone caller more than it saves.
    static let handedOverMin = 8

    private struct State {
        var outcomes: [Outcome] = []
        var sleeps = false
        var isClosed = false
    }
    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    init() {
        let thread = Thread { [self] in
            run()
            ended.signal()
        }
        thread.name = "callsieve.bearer"
        thread.start()
    }

    /// Finishes all jobs, in their order, after those that were handed over before.
    func finish(_ outcomes: [Outcome]) {
        let (mustWake, isMine) = state.withLock { state in
            // Nobody is overtaken: what the thread has not finished yet goes first.
            let isMine = outcomes.count < Self.handedOverMin && state.outcomes.isEmpty && state.sleeps
            if isMine { return (false, true) }
            state.outcomes += outcomes
            defer { state.sleeps = false }
            return (state.sleeps, false)
        }
        if isMine { for (job, error) in outcomes { job.finish(error) } }
        if mustWake { wake.signal() }
    }

    /// Returns when everything handed over is finished. Nothing may be handed over afterwards.
    func close() {
        let mustWake = state.withLock { state in
            state.isClosed = true
            defer { state.sleeps = false }
            return state.sleeps
        }
        if mustWake { wake.signal() }
        ended.wait()
    }

    private func run() {
        while true {
            let (outcomes, isOver) = state.withLock { state in
                defer { state.outcomes = [] }
                state.sleeps = state.outcomes.isEmpty && !state.isClosed
                return (state.outcomes, state.isClosed)
            }
            for (job, error) in outcomes { job.finish(error) }
            if outcomes.isEmpty {
                if isOver { return }
                wake.wait()
            }
        }
    }
}
