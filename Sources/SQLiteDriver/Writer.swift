// SPDX-License-Identifier: Apache-2.0
internal import Essentials
internal import Foundation
internal import GRDBSQLite
internal import SQLEngine
internal import Synchronization

/// The one thread that writes.
///
///     loop:  take every waiting body (or wait)
///            BEGIN · every body · COMMIT = one sync        (a body fails: ROLLBACK, then each again in a savepoint of its own)
///            wake all callers (a batch of some size by the `Bearer`, while the next is worked on)
///            copy the log into the database when it is long, or when nothing happens
///
/// There is no timer in the way of a commit: a lone body commits at once, and while it syncs the next batch gathers.
/// Unchecked: everything but `queue`, `shared` and `options` is touched by the writer's thread alone.
final class Writer: @unchecked Sendable {
    let queue: WriteQueue
    let options: SQLiteOptions
    let connection: SQLiteConnection
    /// Cuts readers that keep the log from being used again.
    let cutReaders: @Sendable () -> Void
    let shared = Mutex(SQLHealth())
    let log: LogKeeper
    private let bearer = Bearer()
    private var isDead = false
    private var failing = false
    /// Callers of `emptyLog` whose turn has come.
    var emptyLogWaiters: [CheckedContinuation<Void, any Error>] = []

    init(connection: SQLiteConnection, options: SQLiteOptions, cutReaders: @escaping @Sendable () -> Void) {
        self.connection = connection
        self.options = options
        self.cutReaders = cutReaders
        queue = WriteQueue(countMax: options.queueMax)
        log = LogKeeper(connection: connection, options: options)
    }

    /// Runs until the queue is closed and empty. Called once, on the writer's own thread.
    func run() {
        while let jobs = queue.take(max: options.batchBodiesMax, patience: failing ? options.probeInterval : options.idle) {
            if isDead {
                for job in jobs { job.finish(SQLFailure(.unavailable, "the store has stopped after a failed sync")) }
            } else if jobs.isEmpty {
                failing ? probe() : keepLog(idle: true)
            } else {
                let begun = ContinuousClock.now
                commit(jobs)
                keepLog(idle: false)
                shared.withLock { $0.busy += begun.duration(to: .now) }
            }
        }
        if !isDead { keepLog(idle: true) }
        bearer.close()
    }

    private typealias Begun = Bearer.Outcome

    private func commit(_ jobs: [any WriteJob]) {
        var begun: [Begun] = []
        begun.reserveCapacity(jobs.count)
        var rest = jobs[...]
        do {
            // A savepoint for each body costs a copy of every page it touches, so that they are made only where one has failed.
            if try !runAll(&begun, &rest, isCareful: false) {
                try undoAll()
                rest = begun.map(\.job) + rest
                begun = []
                _ = try runAll(&begun, &rest, isCareful: true)
            }
            let commits = log.commits
            try runStatement("COMMIT")
            succeeded(bodies: begun.lazy.filter { $0.error == nil }.count, synced: log.commits != commits)
            hand(over: begun)
        } catch {
            // Those not begun get the same answer: the disk is not usable now.
            failed(error, jobs: begun.map(\.job) + rest)
        }
    }

    /// Begins a transaction and runs bodies until they are done or make it large enough; what was not begun goes back into the queue.
    ///
    /// - Returns: false when a body failed after it had changed something, which nothing can undo alone; never when careful.
    /// - Throws: what ends the whole batch.
    private func runAll(_ begun: inout [Begun], _ rest: inout ArraySlice<any WriteJob>, isCareful: Bool) throws(SQLFailure) -> Bool {
        connection.beginBatch()
        try begin()
        while let job = rest.popFirst() {
            begun.append((job, nil))
            let writes = connection.writes
            let error = isCareful ? try runInSavepoint(job) : try run(job)
            begun[begun.count - 1].error = error
            if error != nil, !isCareful, connection.writes != writes { return false }
            if connection.bytesBound > options.batchBytesMax {
                queue.putBack(rest)
                rest = []
            }
        }
        return true
    }

    /// What asks something of the writer itself stays here; it has the last of the priorities.
    private func hand(over begun: [Begun]) {
        guard begun.last?.job.priority == .housekeeping else { return bearer.finish(begun) }
        for (job, error) in begun where job is EmptyLog { job.finish(error) }
        bearer.finish(begun.filter { !($0.job is EmptyLog) })
    }

    private func undoAll() throws(SQLFailure) {
        connection.notes.forget()
        try runStatement("ROLLBACK")
    }

    private func begin() throws(SQLFailure) { try runStatement("BEGIN IMMEDIATE") }

    /// - Returns: the body's own error.
    /// - Throws: what ends the whole batch.
    private func run(_ job: any WriteJob) throws(SQLFailure) -> (any Error)? {
        if job.deadline.hasPassed { return SQLFailure(.deadlinePassed, "the write waited until its deadline and was not begun") }
        var bodyError: (any Error)?
        do { try job.run(on: connection) } catch { bodyError = error }
        if let grave = connection.graveFailure { throw grave }
        guard connection.isInTransaction else { throw SQLFailure(.ioError, "SQLite rolled the transaction back") }
        return bodyError
    }

    /// - Returns: the error of a body that was undone alone.
    private func runInSavepoint(_ job: any WriteJob) throws(SQLFailure) -> (any Error)? {
        try runStatement("SAVEPOINT body")
        let bodyError = try run(job)
        if bodyError != nil {
            connection.notes.forget()
            try runStatement("ROLLBACK TO body")
        }
        try runStatement("RELEASE body")
        return bodyError
    }

    private func runStatement(_ sql: StaticString) throws(SQLFailure) { _ = try connection.execute(sql, []) }

    private func succeeded(bodies: Int, synced: Bool) {
        failing = false
        shared.withLock { health in
            health.lastWriteFailed = false
            health.lastFailure = nil
            health.bodies += Int64(bodies)
            health.commits += synced ? 1 : 0
            health.syncs += synced ? 1 : 0
            health.logBytes = log.fileBytes
        }
    }

    /// Undoes the batch and tells all its callers. A failed sync ends the process (RELIABILITY rule 8).
    private func failed(_ error: any Error, jobs: [any WriteJob]) {
        let failure = error as? SQLFailure ?? SQLFailure(.ioError, "\(error)")
        failing = true
        isDead = failure.isFailedSync
        connection.notes.forget()
        if !isDead && connection.isInTransaction { try? runStatement("ROLLBACK") }
        shared.withLock { health in
            health.lastWriteFailed = true
            health.lastFailure = failure
            health.failedBatches += 1
        }
        for job in jobs { job.finish(unavailable(failure)) }
        if isDead { die(failure) }
    }

    private func unavailable(_ error: any Error) -> SQLFailure {
        let failure = error as? SQLFailure
        return SQLFailure(.unavailable, "the batch could not be stored: \(failure?.message ?? "\(error)")", engineCode: failure?.engineCode)
    }

    func die(_ failure: SQLFailure) {
        isDead = true
        let refusal = SQLFailure(.unavailable, "the store has stopped after a failed sync", engineCode: failure.engineCode)
        queue.close(refusal)
        for job in queue.drain() { job.finish(refusal) }
        options.onFatal(failure)
    }

    /// After a failure and without traffic: writes one row, to notice that the disk is usable again.
    private func probe() {
        connection.beginBatch()
        do {
            try begin()
            _ = try connection.execute("INSERT INTO writer_probe (id, count) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET count = count + 1", [])
            try runStatement("COMMIT")
            succeeded(bodies: 0, synced: true)
        } catch { failed(error, jobs: []) }
    }

    private func keepLog(idle: Bool) {
        if log.fileBytes > options.logBytesMax { cutReaders() }
        emptyLogIfAsked()
        do {
            let syncs = try log.keep(idle: idle)
            guard syncs > 0 else { return }
            shared.withLock { health in
                health.syncs += Int64(syncs)
                health.logBytes = log.fileBytes
            }
        } catch {
            // A checkpoint that can't write leaves the log as it is, and is tried again later; one that can't sync is fatal.
            shared.withLock { $0.lastFailure = error }
            if error.isFailedSync { die(error) }
        }
    }

    private func emptyLogIfAsked() {
        guard !emptyLogWaiters.isEmpty else { return }
        cutReaders()
        let result = Result { () throws(SQLFailure) in try log.empty() }
        for waiter in emptyLogWaiters { waiter.resume(with: result.mapError { $0 }) }
        emptyLogWaiters = []
        if case .failure(let failure) = result, failure.isFailedSync { die(failure) }
    }
}
