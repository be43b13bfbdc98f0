// SPDX-License-Identifier: Apache-2.0
import Dispatch
import Essentials
import SQLEngine
import SQLiteDriver
import Testing

/// Readers: query-only, in a snapshot, never for long.
struct ReaderTests {
    private static let endless: StaticString =
        "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"

    @Test func anEndlessReadIsCutAtItsDeadline() async throws {
        let folder = try TemporaryFolder()
        let database = try SQLiteDatabase(folder: folder.path)
        let failure = await #expect(throws: SQLFailure.self) {
            try await database.read(deadline: .after(.milliseconds(500))) { _ = try $0.number(ReaderTests.endless) }
        }
        #expect(failure?.code == .deadlinePassed)
        #expect(database.health.readsCut == 1)
        // The connection is good for the next one.
        #expect(try await database.read(deadline: .after(.seconds(5))) { try $0.number("SELECT 7") } == 7)
        await database.close()
    }

    @Test func aReaderCannotWrite() async throws {
        let folder = try TemporaryFolder()
        let database = try SQLiteDatabase(folder: folder.path)
        await #expect(throws: SQLFailure.self) {
            try await database.read(deadline: .after(.seconds(5))) { _ = try $0.execute("CREATE TABLE notes (id INTEGER)") }
        }
        await database.close()
    }

    @Test func aReadSeesOneMomentWhileWritesGoOn() async throws {
        let folder = try TemporaryFolder()
        let database = try SQLiteDatabase(folder: folder.path)
        try await database.write(.intake) { try $0.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY)") }
        let (began, wrote) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        async let counts = database.read(deadline: .after(.seconds(10))) { sql in
            let before = try sql.number("SELECT count(*) FROM notes")
            began.signal()
            wrote.wait()
            return [before, try sql.number("SELECT count(*) FROM notes")]
        }
        try await database.write(.intake) { sql in
            began.wait()
            _ = try sql.execute("INSERT INTO notes DEFAULT VALUES")
        }
        wrote.signal()
        #expect(try await counts == [0, 0])
        await database.close()
    }

    @Test func readsBeyondTheConnectionsWaitTheirTurn() async throws {
        let folder = try TemporaryFolder()
        var options = SQLiteOptions()
        options.readers = 2
        let database = try SQLiteDatabase(folder: folder.path, options: options)
        let sum = try await withThrowingTaskGroup(of: Int64?.self) { group in
            for number in 0..<100 {
                group.addTask { try await database.read(deadline: .after(.seconds(10))) { try $0.number("SELECT $1", [.integer(Int64(number))]) } }
            }
            return try await group.reduce(0) { $0 + ($1 ?? 0) }
        }
        #expect(sum == 4950)
        await database.close()
    }

    @Test func aReaderThatHoldsTheLogTooLongIsCutAndTheLogStaysBounded() async throws {
        let folder = try TemporaryFolder()
        var options = SQLiteOptions()
        options.logBytesMax = 2 << 20
        options.logBytesKept = 1 << 20
        options.checkpointPages = 50
        options.idle = .milliseconds(1)
        let database = try SQLiteDatabase(folder: folder.path, options: options)
        try await database.write(.intake) { try $0.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, body BLOB)") }
        let began = Collector<Bool>()
        let reader = Task {
            try await database.read(deadline: .after(.seconds(3600))) { sql in
                _ = try sql.number("SELECT count(*) FROM notes")
                began.add(true)
                _ = try sql.number(ReaderTests.endless)
            }
        }
        while began.all.isEmpty { await Task.yield() }
        for _ in 0..<200 {
            try await database.write(.intake) { sql in
                _ = try sql.execute("INSERT INTO notes (body) VALUES ($1)", [.blob([UInt8](repeating: 1, count: 30_000))])
            }
        }
        let failure = await #expect(throws: SQLFailure.self) { try await reader.value }
        #expect(failure?.code == .deadlinePassed)
        while database.health.logBytes > 1 << 20 { await Task.yield() }
        await database.close()
    }
}
