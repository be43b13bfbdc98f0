// SPDX-License-Identifier: Apache-2.0
internal import Dispatch
internal import Essentials
internal import GRDBSQLite
internal import SQLEngine
internal import Synchronization

/// One query-only connection and the queue on which it is used.
///
/// Unchecked: the connection and the state below are touched on `queue` alone.
final class Reader: @unchecked Sendable {
    let queue = DispatchQueue(label: "callsieve.reader")
    private let opened: OpenedConnection
    private let connection: SQLiteConnection
    private unowned let pool: ReaderPool
    private var deadline = Deadline.after(.zero)
    private var generation = 0

    /// SQLite asks this often whether to go on: every 2,000 steps of its machine, some ten microseconds.
    private static let stepsBetweenChecks: Int32 = 2000

    init(path: String, pool: ReaderPool) throws {
        opened = try OpenedConnection.reader(path: path)
        connection = SQLiteConnection(handle: opened.handle)
        self.pool = pool
    }

    deinit {
        connection.finalizeStatements()
        opened.close()
    }

    /// Runs a read in one snapshot. Other threads must not use this reader meanwhile.
    func run(_ job: any ReadJob) {
        deadline = job.deadline
        generation = pool.generation.load(ordering: .relaxed)
        guard !deadline.hasPassed else { return job.fail(SQLFailure(.deadlinePassed, "the read did not begin before its deadline")) }
        do { _ = try connection.execute("BEGIN", []) } catch { return job.fail(error) }
        let context = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_progress_handler(opened.handle, Reader.stepsBetweenChecks, Reader.check, context)
        let wasCut = job.run(on: connection)
        sqlite3_progress_handler(opened.handle, 0, nil, nil)
        if wasCut { pool.readsCut.add(1, ordering: .relaxed) }
        if connection.isInTransaction { _ = try? connection.execute("ROLLBACK", []) }
    }

    private static let check: @convention(c) (UnsafeMutableRawPointer?) -> Int32 = { context in
        guard let context else { return 0 }
        return Unmanaged<Reader>.fromOpaque(context).takeUnretainedValue().mustStop ? 1 : 0
    }

    private var mustStop: Bool { deadline.hasPassed || pool.generation.load(ordering: .relaxed) != generation }
}
