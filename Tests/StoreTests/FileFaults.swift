// SPDX-License-Identifier: Apache-2.0
import GRDBSQLite
import SQLEngine
import Synchronization
import Testing

@testable import SQLiteDriver

/// Makes syncs and writes of SQLite's log fail, and counts them, by exchanging two methods of the open file
/// (sqlite.org/c3ref/io_methods.html). Works for any disk and any user.
enum FileFaults {
    struct State: Sendable {
        var syncs = 0
        var failSyncs = false
        var writesLeft: Int?
        var original: Original?
    }

    /// The methods of SQLite itself, and the table that stands in their place.
    struct Original: @unchecked Sendable {
        let methods: UnsafePointer<sqlite3_io_methods>
    }

    private static let states = Mutex<[UInt: State]>([:])

    /// Stands between SQLite and the log of a database from now on.
    ///
    /// - Returns: the name of the file for the functions below.
    static func install(on database: SQLiteDatabase) async throws -> UInt {
        try await database.write(.housekeeping) { sql in
            _ = try sql.execute("CREATE TABLE IF NOT EXISTS fault_probe (id INTEGER PRIMARY KEY)")
        }
        return try await database.write(.housekeeping) { sql in
            let connection = try #require(sql as? SQLiteConnection)
            var file: UnsafeMutablePointer<sqlite3_file>?
            // SQLITE_FCNTL_JOURNAL_POINTER: in WAL mode the log.
            try #require(sqlite3_file_control(connection.handle, "main", 28, &file) == SQLITE_OK)
            let log = try #require(file)
            let original = try #require(log.pointee.pMethods)
            let table = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
            table.initialize(to: original.pointee)
            table.pointee.xSync = { file, flags in FileFaults.sync(file, flags) }
            table.pointee.xWrite = { file, bytes, count, offset in FileFaults.write(file, bytes, count, offset) }
            let name = UInt(bitPattern: log)
            states.withLock { $0[name] = State(original: Original(methods: original)) }
            log.pointee.pMethods = UnsafePointer(table)
            return name
        }
    }

    static func change(_ file: UInt, _ change: @Sendable (inout State) -> Void) {
        states.withLock { states in if states[file] != nil { change(&states[file]!) } }
    }

    static func syncs(of file: UInt) -> Int { states.withLock { $0[file]?.syncs ?? 0 } }

    private static func sync(_ file: UnsafeMutablePointer<sqlite3_file>?, _ flags: Int32) -> Int32 {
        let (original, fails) = states.withLock { states in
            let name = UInt(bitPattern: file)
            states[name]?.syncs += 1
            return (states[name]?.original, states[name]?.failSyncs ?? false)
        }
        if fails { return SQLITE_IOERR | 4 << 8 }
        return original?.methods.pointee.xSync(file, flags) ?? SQLITE_MISUSE
    }

    private static func write(
        _ file: UnsafeMutablePointer<sqlite3_file>?, _ bytes: UnsafeRawPointer?, _ count: Int32, _ offset: Int64
    ) -> Int32 {
        let (original, fails) = states.withLock { states in
            let name = UInt(bitPattern: file)
            let left = states[name]?.writesLeft
            if let left, left > 0 { states[name]?.writesLeft = left - 1 }
            return (states[name]?.original, left == 0)
        }
        if fails { return SQLITE_FULL }
        return original?.methods.pointee.xWrite(file, bytes, count, offset) ?? SQLITE_MISUSE
    }
}
