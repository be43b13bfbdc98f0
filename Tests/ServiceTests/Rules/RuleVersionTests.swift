// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Foundation
import RuleFiles
import Screening
import Store
import StrictYAML
import Testing
import WireFormats

@testable import CallsieveService

/// Versions: draft → shadow → live → retired, one pointer, every act on record.
@Suite struct RuleVersionTests {
    static func then(_ library: RuleLibrary, _ budget: String) -> Action? {
        library.ruleSet(named: "one").decide(
            ScreeningInput(moment: .brief, at: Instant(unixSeconds: 0), closed: true, facts: ["budget": .text(budget)])
        ).then
    }

    static func states(_ store: Store) async throws -> [String] {
        try await store.read { try $0.ruleVersions(of: "one") }.reversed().map(\.state.rawValue)
    }

    @Test func theFolderIsVersionOneAndAChangeIsVersionTwo() async throws {
        let rig = try RuleRig()
        try await rig.withLibrary { library, store in
            #expect(library.liveVersion(of: "one")?.number == 1)
            try rig.write(RuleRig.files(limit: "500 000"))
            await library.refresh()
            #expect(library.liveVersion(of: "one")?.number == 2 && Self.then(library, "400 000") == .drop)
            let states = try await Self.states(store)
            #expect(states == ["retired", "live"])
            let first = try #require(try await store.read { try $0.ruleVersion(of: "one", number: 1) })
            let texts = try await store.read { try $0.ruleTexts(of: first.id) }
            #expect(texts.map(\.path) == ["facts.yaml", "lists/blacklist.csv", "main.yaml"])
            #expect(texts.last?.text == RuleRig.files()[1].text)
        }
    }

    @Test func aCommentMakesNoVersionAndAListMakesOne() async throws {
        let rig = try RuleRig()
        try await rig.withLibrary { library, store in
            var files = RuleRig.files()
            files[1].text = "# for the record\n" + files[1].text
            try rig.write(files)
            await library.refresh()
            #expect(library.liveVersion(of: "one")?.number == 1)
            let id = try #require(library.liveVersion(of: "one")?.id)
            let texts = try await store.read { try $0.ruleTexts(of: id) }
            #expect(texts.last?.text?.hasPrefix("# for the record") == true)
            try rig.write(RuleRig.files(blocked: "+74990001122"))
            await library.refresh()
            #expect(library.liveVersion(of: "one")?.number == 2)
        }
    }

    @Test func aDraftGoesLiveAtOnceAndIsOnRecordWithWhoAndWhy() async throws {
        let rig = try RuleRig()
        try await rig.withLibrary { library, store in
            let version = try await library.acts.publish(.files(RuleRig.files(limit: "500 000")), to: "one", by: "operator Anna", note: "prices rose")
            #expect(version.number == 2 && version.state == .live && version.madeBy == "operator Anna" && version.note == "prices rose")
            #expect(Self.then(library, "400 000") == .drop)
            let records = try await store.read { try $0.latestAuditRecords(limit: 10) }
            let record = try #require(
                records.first { $0.action == "rules.live" && $0.actor == "operator Anna" })
            #expect(record.object == "rules one" && record.reason == "prices rose")
        }
    }

    @Test func aDraftWithMistakesIsRefusedAndNothingChanges() async throws {
        let rig = try RuleRig()
        try await rig.withLibrary { library, store in
            await #expect(throws: SourceProblems.self) {
                _ = try await library.acts.publish(.files(RuleRig.files(limit: "many")), to: "one", by: "operator Anna", note: "")
            }
            let states = try await Self.states(store)
            #expect(states == ["live"] && library.liveVersion(of: "one")?.number == 1)
        }
    }

    @Test func rollingBackStaysOverARestartUntilTheFolderChanges() async throws {
        let rig = try RuleRig()
        try await rig.withLibrary { library, store in
            try rig.write(RuleRig.files(limit: "500 000"))
            await library.refresh()
            let version = try await library.acts.rollBack("one", to: nil, by: "operator Anna", note: "too strict")
            #expect(version.number == 1 && Self.then(library, "400 000") == .qualify)
            let states = try await Self.states(store)
            #expect(states == ["live", "retired"])
            await library.refresh()
            #expect(library.liveVersion(of: "one")?.number == 1)
        }
        try await rig.withLibrary { library, _ in
            #expect(library.liveVersion(of: "one")?.number == 1 && Self.then(library, "400 000") == .qualify)
            try rig.write(RuleRig.files(limit: "600 000"))
            await library.refresh()
            #expect(library.liveVersion(of: "one")?.number == 3 && Self.then(library, "400 000") == .drop)
        }
    }

    @Test func badFilesAtAStartLeaveThePublishedVersionLive() async throws {
        let rig = try RuleRig()
        try await rig.withLibrary { library, _ in
            _ = try await library.acts.publish(.files(RuleRig.files(limit: "500 000")), to: "one", by: "operator Anna", note: "")
        }
        try rig.write([RuleSource(path: "main.yaml", text: "format: 1\ntables:\n  - tabel: x\n")])
        try await rig.withLibrary { library, _ in
            #expect(library.liveVersion(of: "one")?.number == 2 && Self.then(library, "400 000") == .drop)
            #expect(library.problems["one"]?.isEmpty == false)
        }
    }

    @Test func aFolderIsTakenOnlyOnceItHasSettled() async throws {
        let rig = try RuleRig()
        try await rig.withLibrary { library, _ in
            try rig.write(RuleRig.files(limit: "500 000"))
            await library.refresh(settled: true)
            #expect(library.liveVersion(of: "one")?.number == 1)
            try rig.write(RuleRig.files(limit: "600 000", rule: "smaller"))
            await library.refresh(settled: true)
            #expect(library.liveVersion(of: "one")?.number == 1)
            await library.refresh(settled: true)
            #expect(library.liveVersion(of: "one")?.number == 2 && Self.then(library, "550 000") == .drop)
        }
    }

    @Test func publishingBringsTheFolderUpToTheDraft() throws {
        let rig = try RuleRig()
        try Data("keep me".utf8).write(to: URL(filePath: rig.rules + "/one/README.md"))
        var draft = RuleRig.files(limit: "500 000")
        draft[2].path = "lists/blocked.csv"
        #expect(try RuleFiling.replace(draft, set: "one", in: rig.rules) == ["lists/blacklist.csv", "lists/blocked.csv", "main.yaml"])
        #expect(try RuleSet.files(in: rig.rules + "/one").map(\.text) == draft.sorted { $0.path < $1.path }.map(\.text))
        #expect(FileManager.default.fileExists(atPath: rig.rules + "/one/README.md"))
        #expect(try RuleFiling.replace(draft, set: "one", in: rig.rules).isEmpty)
    }

    // MARK: - Shadow

    @Test func aShadowIsAskedAboutLaterDecisionsAndChangesNothing() async throws {
        let rig = try RuleRig()
        try await rig.withLibrary { library, store in
            try await rig.brief("400 000", by: library, store)
            let version = try await library.acts.shadow(.files(RuleRig.files(limit: "500 000")), of: "one", by: "operator Anna", note: "try")
            #expect(version.state == .shadow && Self.then(library, "400 000") == .qualify)
            let first = try await rig.brief("400 000", by: library, store)
            try await rig.brief("200 000", by: library, store)
            try await rig.brief("450 000", by: library, store, overriddenBy: "Anna")
            let work = ShadowWork(library: library, store: store, logger: rig.logger)
            #expect(await work.look() == 3)
            #expect(await work.look() == 0)
            let count = try await store.read { try $0.shadowCount(of: version.id) }
            #expect(count.compared == 2 && count.differing == 1)
            let kept = try await store.read { try $0.decision(first.id) }
            #expect(kept == first)
            let report = try await RuleHistory(store).shadow(of: "one")
            #expect(report["changed"] == 1 && report["changes"]?[0]?["to"]?["then"] == "drop")
            #expect(report["changes"]?[0]?["decisions"]?[0]?.string == first.ulid.description)
        }
    }

    @Test func aShadowGoesOnAfterARestartAndEndsWhenRetired() async throws {
        let rig = try RuleRig()
        try await rig.withLibrary { library, _ in
            _ = try await library.acts.shadow(.files(RuleRig.files(limit: "500 000")), of: "one", by: "operator Anna", note: "")
        }
        try await rig.withLibrary { library, store in
            try await rig.brief("400 000", by: library, store)
            #expect(await ShadowWork(library: library, store: store, logger: rig.logger).look() == 1)
            let version = try await library.acts.retire(nil, of: "one", by: "operator Anna", note: "enough")
            #expect(version.state == .retired && version.note == "enough" && library.shadows.isEmpty)
            let report = try await RuleHistory(store).shadow(of: "one")
            #expect(report["version"] == .null)
        }
    }

    @Test func aShadowThatGoesLiveIsNoShadowAnyMore() async throws {
        let rig = try RuleRig()
        try await rig.withLibrary { library, store in
            let version = try await library.acts.shadow(.files(RuleRig.files(limit: "500 000")), of: "one", by: "operator Anna", note: "")
            _ = try await library.acts.publish(.version(version.number), to: "one", by: "operator Anna", note: "")
            #expect(library.shadows.isEmpty && library.liveVersion(of: "one")?.number == 2)
            let states = try await Self.states(store)
            #expect(states == ["retired", "live"])
        }
    }

    @Test func actsThatMakeNoSenseAreRefusedInWords() async throws {
        let rig = try RuleRig()
        try await rig.withLibrary { library, _ in
            let acts = library.acts
            let tries: [(String, () async throws -> Void)] = [
                ("no earlier version", { _ = try await acts.rollBack("one", to: nil, by: "x", note: "") }),
                ("no version 9", { _ = try await acts.publish(.version(9), to: "one", by: "x", note: "") }),
                ("no shadow", { _ = try await acts.retire(nil, of: "one", by: "x", note: "") }),
                ("is live", { _ = try await acts.retire(1, of: "one", by: "x", note: "") }),
                ("is the live one", { _ = try await acts.shadow(.version(1), of: "one", by: "x", note: "") }),
            ]
            for (words, act) in tries {
                let refusal = await #expect(throws: RuleRefusal.self) { try await act() }
                #expect(refusal?.description.contains(words) == true, "\(words): \(refusal?.description ?? "")")
            }
        }
    }
}
