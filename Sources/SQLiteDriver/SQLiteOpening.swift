// SPDX-License-Identifier: Apache-2.0
internal import GRDB
internal import GRDBSQLite
internal import SQLEngine

/// Opens connections through GRDB and hands out their raw handles.
///
/// GRDB opens them without SQLite's own mutex, so whoever holds a handle must use it from one thread at a time;
/// the queue is kept because it closes the handle when it goes.
struct OpenedConnection {
    let queue: DatabaseQueue
    let handle: OpaquePointer

    /// The one connection that writes and checkpoints.
    ///
    /// Settings are made here, after the opening, and `synchronous` is read back: GRDB's own WAL set-up makes it NORMAL
    /// after `prepareDatabase` (RELIABILITY rule 2), with which a power cut could take acknowledged commits.
    static func writer(path: String) throws -> OpenedConnection {
        let opened = try OpenedConnection(path: path, readonly: false)
        // GRDB's hooks serve its observation of changes, which nothing here uses, and want its own queue.
        sqlite3_commit_hook(opened.handle, nil, nil)
        sqlite3_rollback_hook(opened.handle, nil, nil)
        for pragma in [
            "PRAGMA journal_mode = WAL", "PRAGMA wal_autocheckpoint = 0", "PRAGMA synchronous = FULL",
            "PRAGMA journal_size_limit = 25165824", "PRAGMA secure_delete = ON", "PRAGMA foreign_keys = ON",
            "PRAGMA temp_store = MEMORY", "PRAGMA cache_size = -8000", "PRAGMA trusted_schema = OFF",
        ] { try opened.run(pragma) }
        for (pragma, expected) in [("journal_mode", "wal"), ("synchronous", "2"), ("secure_delete", "1"), ("foreign_keys", "1")] {
            let found = try opened.read("PRAGMA \(pragma)")
            guard found == expected else {
                throw SQLFailure(
                    .refused, "SQLite did not take the setting \(pragma) = \(expected) (it says \(found)): the store would not be safe here")
            }
        }
        return opened
    }

    /// A connection that can neither write nor checkpoint.
    static func reader(path: String) throws -> OpenedConnection {
        let opened = try OpenedConnection(path: path, readonly: true)
        for pragma in ["PRAGMA query_only = ON", "PRAGMA temp_store = MEMORY", "PRAGMA cache_size = -2000", "PRAGMA trusted_schema = OFF"] {
            try opened.run(pragma)
        }
        return opened
    }

    private init(path: String, readonly: Bool) throws {
        var configuration = Configuration()
        configuration.readonly = readonly
        configuration.busyMode = .timeout(5)
        configuration.label = readonly ? "callsieve.reader" : "callsieve.writer"
        do {
            queue = try DatabaseQueue(path: path, configuration: configuration)
            let handle = queue.unsafeReentrantRead { database in database.sqliteConnection }
            guard let handle else { throw SQLFailure(.ioError, "the connection to \(path) is closed") }
            self.handle = handle
        } catch let error as DatabaseError {
            throw SQLFailure(
                error.resultCode == .SQLITE_NOTADB || error.resultCode == .SQLITE_CORRUPT ? .corrupt : .ioError,
                "can't open \(path): \(error.message ?? "no reason given")", engineCode: error.extendedResultCode.rawValue)
        }
    }

    private func run(_ pragma: String) throws(SQLFailure) {
        guard sqlite3_exec(handle, pragma, nil, nil, nil) == SQLITE_OK else { throw SQLFailure(of: handle) }
    }

    private func read(_ pragma: String) throws(SQLFailure) -> String {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(handle, pragma, -1, &statement, nil) == SQLITE_OK, let statement else { throw SQLFailure(of: handle) }
        defer { sqlite3_finalize(statement) }
        guard sqlite3_step(statement) == SQLITE_ROW else { throw SQLFailure(of: handle) }
        return SQLiteRow(statement: statement).text(0)
    }

    func close() { try? queue.close() }
}
