// SPDX-License-Identifier: Apache-2.0
import Dispatch
import Essentials
import Foundation
import SQLEngine
import SQLiteDriver
import Testing

/// The writer: one commit for many, a savepoint for each, nothing half done.
struct GroupCommitTests {
    private func database(_ folder: TemporaryFolder, _ options: SQLiteOptions = SQLiteOptions()) async throws -> SQLiteDatabase {
        let database = try SQLiteDatabase(folder: folder.path, options: options)
        try await database.write(.housekeeping) { sql in
            try sql.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT")
        }
        return database
    }

    /// Runs `body` while the writer is held, so that what it writes gathers for one batch; then lets go.
    private func holdingTheWriter(
        of database: SQLiteDatabase, until isReady: () -> Bool, _ fill: (inout ThrowingTaskGroup<Void, any Error>) -> Void
    ) async throws {
        let gate = DispatchSemaphore(value: 0)
        let begun = Collector<Bool>()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await database.write(.intake) { _ in
                    begun.add(true)
                    gate.wait()
                }
            }
            while begun.all.isEmpty { await Task.yield() }
            fill(&group)
            while !isReady() { await Task.yield() }
            gate.signal()
            try await group.waitForAll()
        }
    }

    @Test func manyBodiesShareOneSync() async throws {
        let folder = try TemporaryFolder()
        let database = try await database(folder)
        let before = database.health
        try await holdingTheWriter(of: database, until: { database.health.queueLength == 200 }) { group in
            for index in 0..<200 {
                group.addTask {
                    try await database.write(.intake) { sql in
                        _ = try sql.execute("INSERT INTO notes (text) VALUES ($1)", [.text("note \(index)")])
                    }
                }
            }
        }
        let after = database.health
        #expect(after.commits - before.commits == 1)
        #expect(after.bodies - before.bodies == 201)
        let count = try await database.read(deadline: .after(.seconds(5))) { try $0.number("SELECT count(*) FROM notes") }
        #expect(count == 200)
        await database.close()
    }

    @Test func oneBodysErrorUndoesItsOwnChangesAlone() async throws {
        struct Mistake: Error {}
        let folder = try TemporaryFolder()
        let database = try await database(folder)
        let failures = Collector<Int>()
        try await holdingTheWriter(of: database, until: { database.health.queueLength == 10 }) { group in
            for index in 0..<10 {
                group.addTask {
                    do {
                        try await database.write(.intake) { sql in
                            _ = try sql.execute("INSERT INTO notes (text) VALUES ($1)", [.text("note \(index)")])
                            if index % 2 == 0 { throw Mistake() }
                        }
                    } catch is Mistake { failures.add(index) }
                }
            }
        }
        #expect(Set(failures.all) == [0, 2, 4, 6, 8])
        let texts = try await database.read(deadline: .after(.seconds(5))) { sql in
            try sql.query("SELECT text FROM notes ORDER BY text") { $0.text(0) }
        }
        #expect(texts == ["note 1", "note 3", "note 5", "note 7", "note 9"])
        await database.close()
    }

    @Test func aViolatedConstraintIsTheBodysOwnFailure() async throws {
        let folder = try TemporaryFolder()
        let database = try await database(folder)
        let insert: @Sendable (any SQLConnection) throws -> Void = { sql in
            _ = try sql.execute("INSERT INTO notes (text) VALUES ($1)", ["same"])
        }
        try await database.write(.intake, insert)
        let failure = await #expect(throws: SQLFailure.self) { try await database.write(.intake, insert) }
        #expect(failure?.code == .constraint)
        #expect(failure?.description.contains("same") == false)
        #expect(!database.health.lastWriteFailed)
        await database.close()
    }

    @Test func aFullQueueRefusesAtOnce() async throws {
        let folder = try TemporaryFolder()
        var options = SQLiteOptions()
        options.queueMax = 5
        let database = try await database(folder, options)
        let refused = Collector<SQLFailure.Code>()
        try await holdingTheWriter(of: database, until: { refused.all.count == 45 }) { group in
            for _ in 0..<50 {
                group.addTask {
                    do { try await database.write(.callTimeAnswer) { _ in } } catch let failure as SQLFailure { refused.add(failure.code) }
                }
            }
        }
        #expect(refused.all.allSatisfy { $0 == .unavailable })
        await database.close()
    }

    @Test func everyPriorityHasAPlaceInABatch() async throws {
        let folder = try TemporaryFolder()
        let database = try await database(folder)
        let order = Collector<WritePriority>()
        try await holdingTheWriter(of: database, until: { database.health.queueLength == 710 }) { group in
            for _ in 0..<700 { group.addTask { try await database.write(.callTimeAnswer) { _ in order.add(.callTimeAnswer) } } }
            for _ in 0..<10 { group.addTask { try await database.write(.housekeeping) { _ in order.add(.housekeeping) } } }
        }
        // The first batch has 512 places: 504 for answers, 8 for housekeeping, in this order.
        #expect(order.all[..<504].allSatisfy { $0 == .callTimeAnswer })
        #expect(order.all[504..<512].allSatisfy { $0 == .housekeeping })
        await database.close()
    }

    @Test func aBodyThatWaitedPastItsDeadlineIsNotBegun() async throws {
        let folder = try TemporaryFolder()
        let database = try await database(folder)
        let ran = Collector<Int>()
        let failure = await #expect(throws: SQLFailure.self) {
            try await database.write(.intake, deadline: .after(.zero)) { _ in ran.add(1) }
        }
        #expect(failure?.code == .deadlinePassed)
        #expect(ran.all.isEmpty)
        await database.close()
    }

    @Test func parametersMustStandInOrder() async throws {
        let folder = try TemporaryFolder()
        let database = try await database(folder)
        let failure = await #expect(throws: SQLFailure.self) {
            try await database.write(.intake) { sql in _ = try sql.execute("DELETE FROM notes WHERE id = $2 AND text = $1", [1, "a"]) }
        }
        #expect(failure?.code == .misuse)
        await database.close()
    }
}
