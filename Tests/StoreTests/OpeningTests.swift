// SPDX-License-Identifier: Apache-2.0
import Essentials
import Foundation
import SQLEngine
import SQLiteDriver
import Testing

@testable import Store

/// What must hold before the first request is taken.
struct OpeningTests {
    @Test func commitsAreSyncedByTheirSettings() async throws {
        let folder = try TemporaryFolder()
        let database = try SQLiteDatabase(folder: folder.path)
        let settings = try await database.write(.intake) { sql in
            [
                try sql.number("PRAGMA synchronous"), try sql.number("PRAGMA wal_autocheckpoint"),
                try sql.number("PRAGMA secure_delete"), try sql.number("PRAGMA foreign_keys"),
            ]
        }
        #expect(settings == [2, 0, 1, 1])
        await database.close()
    }

    @Test func theFilesAreReadableForTheirOwnerAlone() async throws {
        let folder = try TemporaryFolder()
        let database = try SQLiteDatabase(folder: folder.path)
        try await database.write(.intake) { try $0.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY)") }
        for file in ["callsieve.db", "callsieve.db-wal", "lock"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.path + "/" + file)
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600, "\(file)")
        }
        await database.close()
    }

    @Test func aSecondOpenerIsRefusedWithTheHoldersName() async throws {
        let folder = try TemporaryFolder()
        let database = try SQLiteDatabase(folder: folder.path)
        let failure = #expect(throws: SQLFailure.self) { _ = try SQLiteDatabase(folder: folder.path) }
        #expect(failure?.code == .refused)
        #expect(failure?.message.contains("process \(getpid())") == true)
        await database.close()
    }

    @Test func theFolderCanBeUsedAgainAfterClosing() async throws {
        let folder = try TemporaryFolder()
        for _ in 0..<3 {
            let database = try SQLiteDatabase(folder: folder.path)
            try await database.write(.intake) { try $0.execute("CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY)") }
            await database.close()
        }
    }

    @Test func aFileThatIsNoDatabaseIsNamed() async throws {
        let folder = try TemporaryFolder()
        try Data(repeating: 65, count: 8192).write(to: URL(fileURLWithPath: folder.path + "/callsieve.db"))
        let failure = #expect(throws: SQLFailure.self) { _ = try SQLiteDatabase(folder: folder.path) }
        #expect(failure?.code == .corrupt)
        #expect(failure?.message.contains("callsieve.db") == true)
    }

    @Test func aClosedDatabaseRefuses() async throws {
        let folder = try TemporaryFolder()
        let database = try SQLiteDatabase(folder: folder.path)
        await database.close()
        await database.close()
        let write = await #expect(throws: SQLFailure.self) { try await database.write(.intake) { _ in } }
        #expect(write?.code == .unavailable)
        let read = await #expect(throws: SQLFailure.self) { try await database.read(deadline: .after(.seconds(1))) { _ in } }
        #expect(read?.code == .unavailable)
    }

    @Test func aNewerVersionsFileIsRefusedUntouched() async throws {
        let folder = try TemporaryFolder()
        let test = try await TestStore(in: folder)
        try await test.database.write(.intake) { sql in
            try sql.execute("INSERT INTO schema_versions (series, number, name, applied_at) VALUES ('calls', 99, 'from the future', 0)")
        }
        let key = try #require(TestStore.key)
        let error = await #expect(throws: StoreError.self) { _ = try await Store.open(test.database, key: key) }
        #expect(error?.code == .newerVersion)
        #expect(error?.message.contains("99") == true)
        await test.database.close()
    }

    @Test func anotherMasterKeyIsRefused() async throws {
        let test = try await TestStore()
        let other = try #require(MasterKey(bytes: Array(repeating: 9, count: 32)))
        let error = await #expect(throws: StoreError.self) { _ = try await Store.open(test.database, key: other) }
        #expect(error?.code == .masterKey)
        await test.database.close()
    }
}

struct MasterKeyTests {
    @Test func itIsMadeOnceForTheOwnerAlone() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/data.master-key"
        let made = try MasterKey.load(path: path, mayCreate: true)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        #expect(try MasterKey.load(path: path, mayCreate: false).bytes == made.bytes)
        #expect(!"\(made)".contains("callsieve") && "\(made)" == "***")
    }

    @Test func openPermissionsAreRefusedWithTheFix() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/data.master-key"
        _ = try MasterKey.load(path: path, mayCreate: true)
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        let error = #expect(throws: StoreError.self) { _ = try MasterKey.load(path: path, mayCreate: true) }
        #expect(error?.message.contains("chmod 600") == true)
    }

    @Test func aLostKeyIsNotReplacedWhereThereIsData() throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: StoreError.self) { _ = try MasterKey.load(path: folder.path + "/none", mayCreate: false) }
        #expect(error?.code == .masterKey)
    }

    @Test func anotherFileIsNoKey() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/data.master-key"
        try Data("hello".utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        #expect(throws: StoreError.self) { _ = try MasterKey.load(path: path, mayCreate: true) }
    }
}
