// SPDX-License-Identifier: Apache-2.0
import Essentials
import SQLEngine
import SQLiteDriver

/// A database that tells of every statement before it runs, on the thread on which it runs.
struct SpyingDatabase: SQLDatabase {
    let base: SQLiteDatabase
    let before: @Sendable (StaticString) -> Void

    func write<T: Sendable>(
        _ priority: WritePriority, deadline: Deadline, _ body: @escaping @Sendable (any SQLConnection) throws -> T
    ) async throws -> T {
        let before = before
        return try await base.write(priority, deadline: deadline) { try body(SpyingConnection(base: $0, before: before)) }
    }

    func read<T: Sendable>(deadline: Deadline, _ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
        let before = before
        return try await base.read(deadline: deadline) { try body(SpyingConnection(base: $0, before: before)) }
    }

    func backup(to path: String) async throws { try await base.backup(to: path) }
    func emptyLog() async throws { try await base.emptyLog() }
    var health: SQLHealth { base.health }
}

private struct SpyingConnection: SQLConnection {
    let base: any SQLConnection
    let before: @Sendable (StaticString) -> Void

    func execute(_ sql: StaticString, _ arguments: [SQLValue]) throws(SQLFailure) -> Int {
        before(sql)
        return try base.execute(sql, arguments)
    }

    func query<T>(_ sql: StaticString, _ arguments: [SQLValue], _ read: (any SQLRow) throws -> T) throws -> [T] {
        before(sql)
        return try base.query(sql, arguments, read)
    }

    var lastInsertedID: Int64 { base.lastInsertedID }
    var notes: SQLNotes { base.notes }
}
