// SPDX-License-Identifier: Apache-2.0
internal import GRDBSQLite
internal import SQLEngine

/// A compiled statement, kept for the life of its connection.
final class PreparedStatement {
    let pointer: OpaquePointer
    let parameterCount: Int
    /// It leaves the database as it is.
    let isReadOnly: Bool
    var isRunning = false

    init(_ sql: StaticString, on connection: SQLiteConnection) throws(SQLFailure) {
        var pointer: OpaquePointer?
        let text = UnsafeRawPointer(sql.utf8Start).assumingMemoryBound(to: CChar.self)
        // SQLITE_PREPARE_PERSISTENT (0x01): it will be used many times.
        let code = sqlite3_prepare_v3(connection.handle, text, Int32(sql.utf8CodeUnitCount), 1, &pointer, nil)
        guard code == SQLITE_OK, let pointer else { throw SQLFailure(of: connection.handle) }
        self.pointer = pointer
        parameterCount = Int(sqlite3_bind_parameter_count(pointer))
        isReadOnly = sqlite3_stmt_readonly(pointer) != 0
        try checkNames()
    }

    /// SQLite numbers parameters in the order in which they appear, PostgreSQL by their number: both must agree.
    private func checkNames() throws(SQLFailure) {
        for index in 0..<parameterCount {
            guard let name = sqlite3_bind_parameter_name(pointer, Int32(index + 1)), String(cString: name) == "$\(index + 1)" else {
                let sql = String(cString: sqlite3_sql(pointer))
                sqlite3_finalize(pointer)
                throw SQLFailure(.misuse, "parameters must first appear as $1, $2 … in this order: \(sql)")
            }
        }
    }
}
