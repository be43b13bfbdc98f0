// SPDX-License-Identifier: Apache-2.0
import Essentials
import Foundation
import SQLEngine
import SQLiteDriver
import Testing

/// What a full or failing disk does: a failed write is refused and heals, a failed sync is the end (RELIABILITY rule 8).
struct DiskFailureTests {
    private func database(in folder: String, _ options: SQLiteOptions = SQLiteOptions()) async throws -> SQLiteDatabase {
        let database = try SQLiteDatabase(folder: folder, options: options)
        try await database.write(.housekeeping) { try $0.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT") }
        return database
    }

    private func insert(_ database: SQLiteDatabase, bytes: Int = 100) async throws {
        try await database.write(.intake) { sql in
            _ = try sql.execute("INSERT INTO notes (body) VALUES ($1)", [.blob([UInt8](repeating: 7, count: bytes))])
        }
    }

    private func count(_ database: SQLiteDatabase) async throws -> Int64? {
        try await database.read(deadline: .after(.seconds(5))) { try $0.number("SELECT count(*) FROM notes") }
    }

    @Test func everyCommitIsSyncedOnce() async throws {
        let folder = try TemporaryFolder()
        let database = try await database(in: folder.path)
        let log = try await FileFaults.install(on: database)
        let (syncs, commits) = (FileFaults.syncs(of: log), database.health.commits)
        for _ in 0..<20 { try await insert(database) }
        #expect(FileFaults.syncs(of: log) - syncs == 20)
        #expect(database.health.commits - commits == 20)
        await database.close()
    }

    @Test(arguments: [0, 1, 2, 3]) func aFailedWriteRefusesItsBatchAndHeals(writesThatSucceed: Int) async throws {
        let folder = try TemporaryFolder()
        let database = try await database(in: folder.path)
        let log = try await FileFaults.install(on: database)
        try await insert(database)
        FileFaults.change(log) { $0.writesLeft = writesThatSucceed }
        let failure = await #expect(throws: SQLFailure.self) { try await insert(database, bytes: 20_000) }
        #expect(failure?.code == .unavailable)
        #expect(database.health.lastWriteFailed)
        #expect(database.health.lastFailure?.code == .full)
        FileFaults.change(log) { $0.writesLeft = nil }
        try await insert(database)
        #expect(!database.health.lastWriteFailed)
        #expect(try await count(database) == 2)
        await database.close()
    }

    @Test func aDiskThatIsFreeAgainIsNoticedWithoutTraffic() async throws {
        let folder = try TemporaryFolder()
        var options = SQLiteOptions()
        options.probeInterval = .milliseconds(1)
        let database = try await database(in: folder.path, options)
        let log = try await FileFaults.install(on: database)
        FileFaults.change(log) { $0.writesLeft = 0 }
        await #expect(throws: SQLFailure.self) { try await insert(database) }
        FileFaults.change(log) { $0.writesLeft = nil }
        while database.health.lastWriteFailed { await Task.yield() }
        await database.close()
    }

    @Test func aFailedSyncFailsItsBatchAndEndsTheProcess() async throws {
        let folder = try TemporaryFolder()
        let fatal = Collector<SQLFailure>()
        var options = SQLiteOptions()
        options.onFatal = { fatal.add($0) }
        let database = try await database(in: folder.path, options)
        try await insert(database)
        let log = try await FileFaults.install(on: database)
        FileFaults.change(log) { $0.failSyncs = true }
        let failure = await #expect(throws: SQLFailure.self) { try await insert(database) }
        #expect(failure?.code == .unavailable)
        while fatal.all.isEmpty { await Task.yield() }
        FileFaults.change(log) { $0.failSyncs = false }
        let later = await #expect(throws: SQLFailure.self) { try await insert(database) }
        #expect(later?.code == .unavailable, "a failed sync is never followed by a success in the same process")
        #expect(fatal.all.count == 1)
        await database.close()
    }

    @Test func aFullFilesystemLosesNothingAndHeals() async throws {
        let folder = try TemporaryFolder()
        guard shell("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder.path) else {
            print("skipped: mounting a small tmpfs needs root; the injected failures above cover the same code")
            return
        }
        defer { _ = shell("umount", folder.path) }
        let ballast = folder.path + "/ballast"
        try Data(count: 2 << 20).write(to: URL(fileURLWithPath: ballast))
        let database = try await database(in: folder.path)
        var stored: Int64 = 0
        var refused = 0
        while refused < 20, stored < 10_000 {
            do {
                try await insert(database, bytes: 4000)
                stored += 1
            } catch let failure as SQLFailure {
                #expect(failure.code == .unavailable)
                refused += 1
            }
        }
        #expect(refused == 20)
        #expect(try await count(database) == stored)
        try FileManager.default.removeItem(atPath: ballast)
        try await insert(database)
        #expect(try await count(database) == stored + 1)
        await database.close()
    }

    private func shell(_ words: String...) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
