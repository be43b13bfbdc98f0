// SPDX-License-Identifier: Apache-2.0
internal import Dispatch
internal import Essentials
internal import SQLEngine
internal import Synchronization

/// Bodies on their way to the writer: one line for each priority, bounded together.
final class WriteQueue: Sendable {
    fileprivate struct State {
        var lines: [Line<any WriteJob>] = WritePriority.allCases.map { _ in Line() }
        var count = 0
        var writerSleeps = false
        /// Why nothing is accepted any more.
        var closed: SQLFailure?
    }

    /// Of each batch, at least this many places belong to each priority that waits, so that none starves
    /// under a flood of another. Call-time answers take what is left first.
    static let shares = [128, 128, 64, 8]

    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let countMax: Int

    init(countMax: Int) { self.countMax = countMax }

    /// Puts a job in line, or finishes it at once with `.unavailable`.
    func add(_ job: any WriteJob) {
        enum Outcome { case refused(SQLFailure), queued, wakeWriter }
        let outcome: Outcome = state.withLock { state in
            if let closed = state.closed { return .refused(closed) }
            guard state.count < countMax else {
                return .refused(SQLFailure(.unavailable, "\(state.count) writes wait already: the disk does not keep up"))
            }
            state.lines[job.priority.rawValue].append(job)
            state.count += 1
            defer { state.writerSleeps = false }
            return state.writerSleeps ? .wakeWriter : .queued
        }
        switch outcome {
        case .refused(let failure): job.finish(failure)
        case .wakeWriter: wake.signal()
        case .queued: return
        }
    }

    /// What the writer is to commit next; waits up to `patience` for a first job.
    ///
    /// - Returns: no jobs when the time is over, `nil` when the queue is closed and empty.
    func take(max: Int, patience: Duration) -> [any WriteJob]? {
        switch takeNow(max: max, thenSleep: true) {
        case .jobs(let jobs): return jobs
        case .closed: return nil
        case .nothing: _ = wake.wait(timeout: .now() + .milliseconds(Int(clamping: patience.milliseconds)))
        }
        switch takeNow(max: max, thenSleep: false) {
        case .jobs(let jobs): return jobs
        case .closed: return nil
        case .nothing: return []
        }
    }

    private enum Taken { case jobs([any WriteJob]), nothing, closed }

    private func takeNow(max: Int, thenSleep: Bool) -> Taken {
        state.withLock { state in
            let isEmpty = state.count == 0
            state.writerSleeps = thenSleep && isEmpty && state.closed == nil
            if isEmpty { return state.closed == nil ? .nothing : .closed }
            return .jobs(state.takeBatch(max: max))
        }
    }

    /// Gives back jobs that were taken and not begun; they keep their places.
    func putBack(_ jobs: ArraySlice<any WriteJob>) {
        state.withLock { state in
            for job in jobs.reversed() { state.lines[job.priority.rawValue].prepend(job) }
            state.count += jobs.count
        }
    }

    /// Refuses everything from now on with `failure`. What waits already stays, to be taken or failed.
    func close(_ failure: SQLFailure) {
        state.withLock { state in
            state.closed = state.closed ?? failure
            state.writerSleeps = false
        }
        wake.signal()
    }

    /// All that waits, taken out.
    func drain() -> [any WriteJob] {
        state.withLock { state in state.count == 0 ? [] : state.takeBatch(max: .max) }
    }

    /// Number of waiting jobs and the moment at which the oldest came.
    var waiting: (count: Int, since: ContinuousClock.Instant?) {
        state.withLock { state in (state.count, state.lines.compactMap { $0.first?.enqueuedAt }.min()) }
    }
}

extension WriteQueue.State {
    /// First each line's share, then the rest in the order of priority; run in the order of priority.
    fileprivate mutating func takeBatch(max: Int) -> [any WriteJob] {
        var places = lines.indices.map { Swift.min(lines[$0].count, WriteQueue.shares[$0]) }
        var free = max - places.reduce(0, +)
        for line in lines.indices where free > 0 {
            let more = Swift.min(free, lines[line].count - places[line])
            places[line] += more
            free -= more
        }
        var batch: [any WriteJob] = []
        batch.reserveCapacity(places.reduce(0, +))
        for line in lines.indices {
            for _ in 0..<places[line] { if let job = lines[line].popFirst() { batch.append(job) } }
        }
        count -= batch.count
        return batch
    }
}
