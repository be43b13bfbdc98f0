// SPDX-License-Identifier: Apache-2.0
internal import Dispatch
internal import Essentials
internal import GRDBSQLite
internal import SQLEngine
internal import Synchronization

/// A few query-only connections. A read takes one, or waits in line; each runs in one snapshot and is cut at its deadline.
final class ReaderPool: Sendable {
    private struct State {
        var idle: [Reader] = []
        var opened = 0
        var waiting = Line<any ReadJob>()
        var closed = false
    }

    /// Reads that may wait for a connection.
    static let waitingMax = 256

    private let state = Mutex(State())
    private let path: String
    private let readersMax: Int
    /// Raised to cut all reads that run now.
    let generation = Atomic<Int>(0)
    let readsCut = Atomic<Int>(0)

    init(path: String, readersMax: Int) {
        self.path = path
        self.readersMax = readersMax
    }

    func read<T: Sendable>(deadline: Deadline, _ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            add(Read(deadline: deadline, continuation: continuation, body: body))
        }
    }

    /// Ends every read that runs now, each with `.deadlinePassed`.
    func cutAll() { generation.add(1, ordering: .relaxed) }

    private enum Place { case run(Reader), open, wait, refuse }

    private func add(_ job: any ReadJob) {
        let place: Place = state.withLock { state in
            if state.closed { return .refuse }
            if let reader = state.idle.popLast() { return .run(reader) }
            if state.opened < readersMax {
                state.opened += 1
                return .open
            }
            guard state.waiting.count < ReaderPool.waitingMax else { return .refuse }
            state.waiting.append(job)
            return .wait
        }
        switch place {
        case .run(let reader): start(job, on: reader)
        case .open: open(for: job)
        case .wait: return
        case .refuse: job.fail(SQLFailure(.unavailable, "the store is closing, or too many reads wait already"))
        }
    }

    private func open(for job: any ReadJob) {
        do {
            start(job, on: try Reader(path: path, pool: self))
        } catch {
            state.withLock { $0.opened -= 1 }
            job.fail(error)
        }
    }

    private func start(_ job: any ReadJob, on reader: Reader) {
        reader.queue.async { [self] in
            var next: (any ReadJob)? = job
            while let job = next {
                reader.run(job)
                next = nextJob(for: reader)
            }
        }
    }

    /// The next in line whose deadline has not passed; without one the reader becomes idle.
    private func nextJob(for reader: Reader) -> (any ReadJob)? {
        while true {
            let job: (any ReadJob)? = state.withLock { state in
                if let job = state.waiting.popFirst() { return job }
                if state.closed { state.opened -= 1 } else { state.idle.append(reader) }
                return nil
            }
            guard let job, job.deadline.hasPassed else { return job }
            job.fail(SQLFailure(.deadlinePassed, "the read waited for a connection until its deadline"))
        }
    }

    /// Cuts what runs and refuses the rest. Connections close when their last read has ended.
    func close() {
        let waiting = state.withLock { state in
            state.closed = true
            state.idle = []
            var waiting: [any ReadJob] = []
            while let job = state.waiting.popFirst() { waiting.append(job) }
            return waiting
        }
        cutAll()
        for job in waiting { job.fail(SQLFailure(.unavailable, "the store is closing")) }
    }
}

/// A read that waits for a connection.
protocol ReadJob: Sendable {
    var deadline: Deadline { get }
    func run(on connection: SQLiteConnection) -> Bool
    func fail(_ error: any Error)
}

struct Read<T: Sendable>: ReadJob {
    let deadline: Deadline
    let continuation: CheckedContinuation<T, any Error>
    let body: @Sendable (any SQLConnection) throws -> T

    /// - Returns: whether it was cut.
    func run(on connection: SQLiteConnection) -> Bool {
        do {
            let result = try body(connection)
            continuation.resume(returning: result)
            return false
        } catch {
            continuation.resume(throwing: error)
            return (error as? SQLFailure)?.code == .deadlinePassed
        }
    }

    func fail(_ error: any Error) { continuation.resume(throwing: error) }
}
