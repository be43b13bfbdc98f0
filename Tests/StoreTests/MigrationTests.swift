// SPDX-License-Identifier: Apache-2.0
import Essentials
import Foundation
import SQLEngine
import SQLiteDriver
import Testing

@testable import Store

/// A migration is whole or not there, wherever it is cut (R20).
struct MigrationTests {
    /// The files as a kill -9 before each statement would leave them: what was written to them is there, what the process
    /// held in memory is not.
    @Test func aKillBeforeAnyStatementIsHarmless() async throws {
        let folder = try TemporaryFolder()
        let copies = try TemporaryFolder()
        let cuts = Collector<String>()
        let key = try #require(TestStore.key)
        do {
            let database = try SQLiteDatabase(folder: folder.path)
            let spying = SpyingDatabase(base: database) { _ in
                let copy = copies.path + "/\(cuts.all.count)"
                try? FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
                for file in ["callsieve.db", "callsieve.db-wal"] {
                    try? FileManager.default.copyItem(atPath: folder.path + "/" + file, toPath: copy + "/" + file)
                }
                cuts.add(copy)
            }
            _ = try await Store.open(spying, key: key)
            await database.close()
        }
        print("migrations cut before each of \(cuts.all.count) statements")
        #expect(cuts.all.count > 40)
        let whole = try await schema(in: folder.path)
        for cut in cuts.all {
            let database = try SQLiteDatabase(folder: cut)
            _ = try await Store.open(database, key: key)
            await database.close()
            #expect(try await schema(in: cut) == whole)
        }
    }

    @Test func rowsAreAsTheyWereAfterACutMigration() async throws {
        struct Cut: Error {}
        let folder = try TemporaryFolder()
        let database = try SQLiteDatabase(folder: folder.path)
        let first = Schema(
            "test", [Migration(1, "Notes", ["CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)", "INSERT INTO notes (text) VALUES ('a')"])])
        let second = Schema(
            "test",
            first.migrations + [
                Migration(
                    2, "Upper case",
                    ["ALTER TABLE notes ADD COLUMN size INTEGER", "UPDATE notes SET text = upper(text)", "INSERT INTO missing VALUES (1)"])
            ])
        let migrator = Migrator(database: database, time: ManualTime(TestStore.start))
        try await migrator.migrate([first])
        await #expect(throws: SQLFailure.self) { try await migrator.migrate([second]) }
        let mended = Schema("test", first.migrations + [Migration(2, "Upper case", ["UPDATE notes SET text = upper(text)"])])
        let text = try await database.read(deadline: .after(.seconds(5))) { try $0.first("SELECT * FROM notes") { ($0.text(0), $0.text(1)) } }
        #expect(text?.1 == "a")
        try await migrator.migrate([mended])
        try await migrator.migrate([mended])
        let after = try await database.read(deadline: .after(.seconds(5))) { try $0.query("SELECT text FROM notes") { $0.text(0) } }
        #expect(after == ["A"])
        await database.close()
    }

    @Test func seriesAreNumberedWithoutGaps() {
        for schema in Store.schemas { #expect(schema.migrations.map(\.number) == Array(1...schema.migrations.count), "\(schema.series)") }
        #expect(Set(Store.schemas.map(\.series)).count == Store.schemas.count)
    }

    private func schema(in folder: String) async throws -> [String] {
        let database = try SQLiteDatabase(folder: folder)
        let lines = try await database.read(deadline: .after(.seconds(5))) { sql in
            try sql.query("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY sql") { $0.text(0) }
                + sql.query("SELECT series || ' ' || number FROM schema_versions ORDER BY 1") { $0.text(0) }
        }
        await database.close()
        return lines
    }
}
