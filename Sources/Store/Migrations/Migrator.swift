// SPDX-License-Identifier: Apache-2.0
package import Essentials
package import SQLEngine

/// One step of a schema, for ever as it is: a released migration is never edited, only followed by another.
///
/// Tables are read by column position (`SELECT *`), so a migration may only append columns.
public struct Migration: Sendable {
    /// 1, 2, 3 … within its series, without gaps.
    public let number: Int
    public let name: String
    let statements: [StaticString]

    public init(_ number: Int, _ name: String, _ statements: [StaticString]) {
        self.number = number
        self.name = name
        self.statements = statements
    }
}

/// A numbered series of migrations that one part of the product owns: `calls`, `outbox`, `book`.
public struct Schema: Sendable {
    public let series: String
    public let migrations: [Migration]

    public init(_ series: String, _ migrations: [Migration]) {
        self.series = series
        self.migrations = migrations
    }
}

/// Brings a database up to the migrations it is given. Safe to run at every start.
package struct Migrator: Sendable {
    package let database: any SQLDatabase
    package let time: any TimeSource

    package init(database: any SQLDatabase, time: any TimeSource) {
        self.database = database
        self.time = time
    }

    /// Applies what is missing, each migration whole in one transaction together with its number, so that a crash
    /// anywhere inside leaves the database as it was before that migration (R20).
    ///
    /// - Throws: `StoreError` `.newerVersion` before anything is changed.
    package func migrate(_ schemas: [Schema]) async throws {
        let applied = try await appliedNumbers()
        for schema in schemas {
            let newest = schema.migrations.last?.number ?? 0
            guard let found = applied[schema.series], found > newest else { continue }
            throw StoreError(
                .newerVersion,
                "the store's \(schema.series) tables are of version \(found), this program knows up to \(newest): "
                    + "start the newer program, or restore the backup made before the upgrade")
        }
        for schema in schemas {
            for migration in schema.migrations where migration.number > applied[schema.series] ?? 0 {
                try await apply(migration, of: schema.series)
            }
        }
    }

    private func appliedNumbers() async throws -> [String: Int] {
        try await database.write(.housekeeping) { connection in
            try connection.execute(
                """
                CREATE TABLE IF NOT EXISTS schema_versions (
                    series TEXT NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, applied_at INTEGER NOT NULL,
                    PRIMARY KEY (series, number)
                )
                """)
            let rows = try connection.query("SELECT series, max(number) FROM schema_versions GROUP BY series") {
                ($0.text(0), Int($0.integer(1)))
            }
            return Dictionary(uniqueKeysWithValues: rows)
        }
    }

    private func apply(_ migration: Migration, of series: String) async throws {
        let now = time.now()
        try await database.write(.housekeeping) { connection in
            for statement in migration.statements { try connection.execute(statement) }
            _ = try connection.execute(
                "INSERT INTO schema_versions (series, number, name, applied_at) VALUES ($1, $2, $3, $4)",
                [.text(series), SQLValue(migration.number), .text(migration.name), .integer(now.unixMilliseconds)])
        }
    }
}
