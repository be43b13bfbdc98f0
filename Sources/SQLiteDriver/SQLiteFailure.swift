// SPDX-License-Identifier: Apache-2.0
internal import GRDBSQLite
internal import SQLEngine

/// SQLite's result codes in our words (sqlite.org/rescode.html).
extension SQLFailure {
    /// The failure that the connection reports for its last call. Error messages of SQLite name tables and columns, never values.
    init(of connection: OpaquePointer?) {
        let code = sqlite3_extended_errcode(connection)
        self.init(SQLFailure.meaning(of: code), String(cString: sqlite3_errmsg(connection)), engineCode: code)
    }

    private static func meaning(of extended: Int32) -> Code {
        switch extended & 0xFF {
        case SQLITE_FULL: .full
        case SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_NOLFS: .ioError
        case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL: .busy
        case SQLITE_CORRUPT, SQLITE_NOTADB: .corrupt
        case SQLITE_CONSTRAINT: .constraint
        case SQLITE_INTERRUPT: .deadlinePassed
        default: .misuse
        }
    }

    /// The whole transaction is lost, not just one statement: the disk or the file failed.
    var endsTransaction: Bool { code == .full || code == .ioError || code == .corrupt }

    /// A sync failed. What the kernel wrote is unknown from now on, and a second sync would claim success falsely
    /// (lwn.net/Articles/752063): the process must end and recover from the log.
    var isFailedSync: Bool {
        // SQLITE_IOERR_FSYNC and SQLITE_IOERR_DIR_FSYNC, macros that Swift does not import.
        engineCode == SQLITE_IOERR | 4 << 8 || engineCode == SQLITE_IOERR | 5 << 8
    }
}
