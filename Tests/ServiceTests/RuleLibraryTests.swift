// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Foundation
import Logging
import SQLEngine
import SQLiteDriver
import Screening
import Store
import StrictYAML
import Testing

@testable import CallsieveService

/// A rule folder on the disk and the store beside it, in a folder of its own.
private final class Shelf {
    let root: URL
    let rules: URL

    init() throws {
        root = FileManager.default.temporaryDirectory.appending(path: "rules-\(UUID().uuidString)")
        rules = root.appending(path: "rules")
        try FileManager.default.createDirectory(at: rules.appending(path: "one/lists"), withIntermediateDirectories: true)
        try write("facts.yaml", "format: 1\nfacts:\n  caller is:\n    type: choice\n    values: stranger, client\n")
        try write("ring.yaml", Self.ring(then: "answer"))
    }

    deinit { try? FileManager.default.removeItem(at: root) }

    static func ring(then: String) -> String {
        """
        format: 1
        rules: One
        zone: Europe/Moscow
        tables:
          - table: ring
            decides: ring
            hits: first
            outputs:
              then: answer, voicemail
            rules:
              - rule: ours
                if:
                  caller is: client
                then: \(then)
                reason: AFTER_HOURS
            otherwise:
              then: answer

        """
    }

    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: rules.appending(path: "one/\(name)"))
    }

    func withLibrary(_ body: (RuleLibrary, Store) async throws -> Void) async throws {
        let database = try SQLiteDatabase(folder: root.appending(path: "data").path)
        let key = try MasterKey.load(path: root.appending(path: "key").path, mayCreate: true)
        let store = try await Store.open(database, key: key)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let time = ManualTime(Instant(unixSeconds: 1_772_445_600))
        do {
            let library = try await RuleLibrary.open(folder: rules.path, defaultName: nil, store: store, time: time, logger: logger)
            try await body(library, store)
        } catch {
            await database.close()
            throw error
        }
        await database.close()
    }
}

@Suite struct RuleLibraryTests {
    static func verdict(_ library: RuleLibrary) -> Action? {
        library.ruleSet(named: "one").decide(ScreeningInput(moment: .ring, at: Instant(unixSeconds: 0), facts: ["caller is": .text("client")])).then
    }

    @Test func aGoodChangeGoesLiveAndABadOneDoesNot() async throws {
        let shelf = try Shelf()
        try await shelf.withLibrary { library, store in
            #expect(Self.verdict(library) == .answer)
            try shelf.write("ring.yaml", Shelf.ring(then: "voicemail"))
            await library.refresh()
            #expect(Self.verdict(library) == .voicemail)
            try shelf.write("ring.yaml", Shelf.ring(then: "voicemial"))
            await library.refresh()
            #expect(Self.verdict(library) == .voicemail)
            let problem = try #require(library.problems["one"]?.first)
            #expect(problem.file == "ring.yaml" && problem.line == 14, "\(problem)")
            try shelf.write("ring.yaml", Shelf.ring(then: "answer"))
            await library.refresh()
            #expect(library.problems.isEmpty && Self.verdict(library) == .answer)
            let acts = try await store.read { try $0.latestAuditRecords(limit: 50) }.filter { $0.action == "rules.live" }
            #expect(acts.count == 3)
        }
    }

    @Test func theLastGoodSetStaysOverARestart() async throws {
        let shelf = try Shelf()
        try await shelf.withLibrary { _, _ in }
        try shelf.write("ring.yaml", "format: 1\ntables:\n  - tabel: x\n")
        try await shelf.withLibrary { library, _ in
            #expect(Self.verdict(library) == .answer)
            #expect(library.problems["one"]?.isEmpty == false)
        }
    }

    @Test func aNewFolderThatIsBadIsShownAndGoesLiveOnceMended() async throws {
        let shelf = try Shelf()
        try await shelf.withLibrary { library, _ in
            let folder = shelf.rules.appending(path: "two")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let facts = try Data(contentsOf: shelf.rules.appending(path: "one/facts.yaml"))
            try facts.write(to: folder.appending(path: "facts.yaml"))
            try Data("format: 1\ntables:\n  - tabel: x\n".utf8).write(to: folder.appending(path: "ring.yaml"))
            await library.refresh()
            #expect(library.problems["two"]?.isEmpty == false && library.names == ["one"])
            try Data(Shelf.ring(then: "answer").utf8).write(to: folder.appending(path: "ring.yaml"))
            await library.refresh()
            #expect(library.problems.isEmpty && library.names == ["one", "two"])
        }
    }

    @Test func aBadSetWithoutAGoodCopyStopsTheStart() async throws {
        let shelf = try Shelf()
        try shelf.write("ring.yaml", "format: 1\ntables:\n  - tabel: x\n")
        await #expect(throws: SourceProblems.self) { try await shelf.withLibrary { _, _ in } }
    }

    @Test func theListOfCallersFeedsTheDirectory() async throws {
        let shelf = try Shelf()
        try shelf.write("lists/callers.csv", "number,caller is,name,manager\n+7 495 000-02-01,client,Vera,201\n+74950000202,client,,\n")
        let number = try #require(PhoneNumber(e164: "+74950000201"))
        try await shelf.withLibrary { library, store in
            let entry = try #require(try await store.read { try $0.directory(number) }.first)
            #expect(entry.who == "client" && entry.manager == "201")
            try shelf.write("lists/callers.csv", "number,caller is,name,manager\n+7 495 000-02-01,client,Vera,202\n")
            await library.refresh()
            #expect(try await store.read { try $0.directory(number) }.first?.manager == "202")
        }
    }
}
