// SPDX-License-Identifier: Apache-2.0
import Essentials
import Foundation
import SQLEngine
import SQLiteDriver
import Testing

/// The driver under kill -9: what a write acknowledged is there, once (R1, for the store alone).
struct KillTests {
    private static let childVariable = "CALLSIEVE_TEST_KILL_CHILD"
    private static let kills = 8

    /// Not a test by itself: what the killed process does. Writes for ever and prints each number once its write returned.
    @Test(.enabled(if: ProcessInfo.processInfo.environment[childVariable] != nil)) func child() async throws {
        let folder = try #require(ProcessInfo.processInfo.environment[KillTests.childVariable])
        let database = try SQLiteDatabase(folder: folder)
        try await database.write(.housekeeping) { try $0.execute("CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY, number TEXT UNIQUE)") }
        let run = UUID().uuidString
        await withTaskGroup(of: Void.self) { group in
            for writer in 0..<32 {
                group.addTask {
                    for count in 0... {
                        let number = "\(run)-\(writer)-\(count)"
                        let written = try? await database.write(.intake) { sql in
                            try sql.execute("INSERT INTO notes (number) VALUES ($1)", [.text(number)])
                        }
                        guard written != nil else { return }
                        let line = "ack \(number)\n"
                        _ = line.withCString { write(1, $0, strlen($0)) }
                    }
                }
            }
        }
    }

    @Test func everythingAcknowledgedIsThereOnceAfterEachKill() async throws {
        let folder = try TemporaryFolder()
        let random = SeededRandom(seed: 20_261_123)
        var acknowledged: Set<String> = []
        for _ in 0..<KillTests.kills {
            let lines = Int(random.bytes(1)[0]) * 4 + 1
            acknowledged.formUnion(try killedRun(in: folder.path, afterLines: lines))
            let database = try SQLiteDatabase(folder: folder.path)
            let (stored, check) = try await database.read(deadline: .after(.seconds(30))) { sql in
                (try sql.query("SELECT number FROM notes") { $0.text(0) }, try sql.query("PRAGMA integrity_check") { $0.text(0) })
            }
            #expect(check == ["ok"])
            #expect(acknowledged.subtracting(stored).isEmpty)
            #expect(Set(stored).count == stored.count)
            await database.close()
        }
        print("\(KillTests.kills) kills, \(acknowledged.count) acknowledged writes, all there")
        #expect(acknowledged.count > KillTests.kills)
    }

    /// Starts this test program again as the child, kills it once it has printed so many lines, and gives all it printed.
    private func killedRun(in folder: String, afterLines lines: Int) throws -> [String] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
        process.arguments = ["--testing-library", "swift-testing", "--filter", "KillTests/child"]
        process.environment = ProcessInfo.processInfo.environment.merging([KillTests.childVariable: folder]) { $1 }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        var output = Data()
        var seen = 0
        while seen < lines {
            let chunk = pipe.fileHandleForReading.availableData
            if chunk.isEmpty { break }
            seen += chunk.count { $0 == UInt8(ascii: "\n") }
            output += chunk
        }
        kill(process.processIdentifier, SIGKILL)
        output += pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationReason == .uncaughtSignal, "the child ended by itself: \(String(decoding: output, as: UTF8.self))")
        return String(decoding: output, as: UTF8.self).split(separator: "\n").filter { $0.hasPrefix("ack ") }.map { String($0.dropFirst(4)) }
    }
}
