// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Foundation
import SQLEngine
import SQLiteDriver
import Store
import Synchronization
import Testing

/// A folder that goes when the test ends.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "callsieve-test-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// A store in its own folder, with a clock that stands and repeatable random bytes.
struct TestStore: Sendable {
    static let start = Instant(unixSeconds: 1_790_000_000)
    static let key = MasterKey(bytes: Array(1...32))

    let folder: TemporaryFolder
    let database: SQLiteDatabase
    let store: Store
    let time = ManualTime(start)

    init(options: SQLiteOptions = SQLiteOptions(), in folder: TemporaryFolder? = nil) async throws {
        let folder = try folder ?? TemporaryFolder()
        self.folder = folder
        database = try SQLiteDatabase(folder: folder.path, options: options)
        store = try await Store.open(
            database, key: try #require(TestStore.key), time: time, random: SeededRandom(seed: 1))
    }

    func ulid(_ number: UInt64) -> ULID { ULID(at: TestStore.start, random: SeededRandom(seed: number)) }

    func number(_ last: Int) throws -> PhoneNumber { try #require(PhoneNumber(e164: "+7916\(1_000_000 + last)")) }
}

/// Collects what a closure on another thread reports.
final class Collector<Element: Sendable>: Sendable {
    private let items = Mutex<[Element]>([])
    func add(_ item: Element) { items.withLock { $0.append(item) } }
    var all: [Element] { items.withLock { $0 } }
}
