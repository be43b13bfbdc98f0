// SPDX-License-Identifier: Apache-2.0
internal import GRDBSQLite
internal import SQLEngine

/// One SQLite connection with its prepared statements. Used by one thread at a time; the writer's by the writer's thread alone.
///
/// Talks to the C interface itself: this is the hot path of every webhook, and a statement costs a few hundred
/// nanoseconds beside SQLite's own work.
final class SQLiteConnection: SQLConnection {
    let handle: OpaquePointer
    private var statements: [UnsafePointer<UInt8>: PreparedStatement] = [:]
    /// Texts and blobs of the statement being executed, so that SQLite need not copy each.
    private var scratch = ScratchBuffer()
    /// The first failure that ended the transaction, kept even if the body that met it caught it.
    private(set) var graveFailure: SQLFailure?
    /// Bytes of texts and blobs bound by `execute` since the batch began.
    private(set) var bytesBound = 0
    /// Statements run that may have changed something.
    private(set) var writes = 0
    let notes = SQLNotes()

    /// - Parameter handle: stays open for as long as this connection, which does not close it.
    init(handle: OpaquePointer) { self.handle = handle }

    deinit {
        finalizeStatements()
        scratch.release()
    }

    func finalizeStatements() {
        for statement in statements.values { sqlite3_finalize(statement.pointer) }
        statements = [:]
    }

    func beginBatch() {
        graveFailure = nil
        bytesBound = 0
    }

    /// False once SQLite itself rolled the transaction back, which it does on some I/O failures.
    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    var lastInsertedID: Int64 { sqlite3_last_insert_rowid(handle) }

    func execute(_ sql: StaticString, _ arguments: [SQLValue]) throws(SQLFailure) -> Int {
        let statement = try prepared(sql)
        try checkCount(of: arguments, statement, sql)
        scratch.fill(arguments)
        bytesBound += scratch.count
        var offset = 0
        for (index, argument) in arguments.enumerated() { bindFromScratch(argument, at: Int32(index + 1), statement, &offset) }
        if !statement.isReadOnly { writes += 1 }
        let code = sqlite3_step(statement.pointer)
        guard code == SQLITE_DONE || code == SQLITE_ROW else { throw failed(statement) }
        let changed = Int(sqlite3_changes(handle))
        guard sqlite3_reset(statement.pointer) == SQLITE_OK else { throw failed(statement) }
        return changed
    }

    func query<T>(_ sql: StaticString, _ arguments: [SQLValue], _ read: (any SQLRow) throws -> T) throws -> [T] {
        let statement = try prepared(sql)
        // The row closure may run the same statement again: it then gets one of its own.
        let isNested = statement.isRunning
        let running = isNested ? try PreparedStatement(sql, on: self) : statement
        try checkCount(of: arguments, running, sql)
        for (index, argument) in arguments.enumerated() { bindCopying(argument, at: Int32(index + 1), running) }
        running.isRunning = true
        if !running.isReadOnly { writes += 1 }
        defer {
            sqlite3_reset(running.pointer)
            running.isRunning = false
            if isNested { sqlite3_finalize(running.pointer) }
        }
        var rows: [T] = []
        while true {
            switch sqlite3_step(running.pointer) {
            case SQLITE_ROW: rows.append(try read(SQLiteRow(statement: running.pointer)))
            case SQLITE_DONE: return rows
            default: throw failed(running)
            }
        }
    }

    private func prepared(_ sql: StaticString) throws(SQLFailure) -> PreparedStatement {
        if let statement = statements[sql.utf8Start] { return statement }
        let statement = try PreparedStatement(sql, on: self)
        statements[sql.utf8Start] = statement
        return statement
    }

    private func checkCount(of arguments: [SQLValue], _ statement: PreparedStatement, _ sql: StaticString) throws(SQLFailure) {
        guard arguments.count == statement.parameterCount else {
            throw SQLFailure(.misuse, "\(arguments.count) arguments for \(statement.parameterCount) parameters: \(sql)")
        }
    }

    private func failed(_ statement: PreparedStatement) -> SQLFailure {
        let failure = SQLFailure(of: handle)
        sqlite3_reset(statement.pointer)
        if failure.endsTransaction, graveFailure == nil { graveFailure = failure }
        return failure
    }

    private func bindFromScratch(_ argument: SQLValue, at index: Int32, _ statement: PreparedStatement, _ offset: inout Int) {
        switch argument {
        case .null: sqlite3_bind_null(statement.pointer, index)
        case .integer(let number): sqlite3_bind_int64(statement.pointer, index, number)
        case .text(let text):
            let count = text.utf8.count
            sqlite3_bind_text(statement.pointer, index, scratch.pointer(offset), Int32(clamping: count), nil)
            offset += count
        case .blob(let bytes):
            sqlite3_bind_blob(statement.pointer, index, scratch.pointer(offset), Int32(clamping: bytes.count), nil)
            offset += bytes.count
        }
    }

    private func bindCopying(_ argument: SQLValue, at index: Int32, _ statement: PreparedStatement) {
        // SQLITE_TRANSIENT: SQLite copies before it returns.
        let copy = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        switch argument {
        case .null: sqlite3_bind_null(statement.pointer, index)
        case .integer(let number): sqlite3_bind_int64(statement.pointer, index, number)
        case .text(let text): sqlite3_bind_text(statement.pointer, index, text, Int32(clamping: text.utf8.count), copy)
        case .blob(let bytes):
            // A null pointer would bind NULL, also for a blob of no bytes.
            if bytes.isEmpty {
                sqlite3_bind_zeroblob(statement.pointer, index, 0)
            } else {
                sqlite3_bind_blob(statement.pointer, index, bytes, Int32(clamping: bytes.count), copy)
            }
        }
    }
}
