// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Foundation
import RuleFiles
import Screening
import Store
import Testing
import WireFormats

@testable import CallsieveService

/// What stored decisions tell about rules: hits, replays, explanations.
@Suite struct RuleHistoryTests {
    @Test func hitsAreCountedWithTheirTrendAndWhatTheLeadsBecame() async throws {
        let rig = try RuleRig()
        try await rig.withLibrary { library, store in
            try await rig.brief("100 000", by: library, store, after: -100)
            try await rig.brief("100 000", by: library, store, after: 0)
            try await rig.brief("900 000", by: library, store, after: 1100, outcome: .won, paid: "450000.00")
            try await rig.brief("900 000", by: library, store, after: 1199, outcome: .won, paid: "0.50")
            let now = rig.time.now()
            let hits = try await RuleHistory(store).hits(of: "one", from: now, to: now + .seconds(1200))
            let rows = try #require(hits["items"]?.array)
            #expect(hits["decisions"] == 3)
            #expect(rows.compactMap { $0["rule"]?.string } == ["blocked", "otherwise", "small", "otherwise"])
            #expect(rows[2]["calls"] == 1 && rows[2]["before"] == 1 && rows[2]["trend"]?[0] == 1)
            #expect(rows[3]["trend"] == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2])
            #expect(rows[3]["became"]?["won"] == 2 && rows[3]["became"]?["paid"]?["RUB"] == "450000.50")
        }
    }

    @Test func aRenamedRuleKeepsItsHistory() async throws {
        let rig = try RuleRig()
        try await rig.withLibrary { library, store in
            try await rig.brief("100 000", by: library, store)
            var files = RuleRig.files(rule: "too small")
            files[1].text = files[1].text.replacing("- rule: too small\n", with: "- rule: too small\n        was: small\n")
            _ = try await library.acts.publish(.files(files), to: "one", by: "operator Anna", note: "")
            let now = rig.time.now()
            let rows = try await RuleHistory(store).hits(of: "one", from: now, to: now + .seconds(1))["items"]?.array ?? []
            #expect(rows.first { $0["rule"] == "too small" }?["calls"] == 1 && !rows.contains { $0["rule"] == "small" })
        }
    }

    @Test func aReplayTellsWhatWouldChangeAndWhatThoseLeadsPaid() async throws {
        let rig = try RuleRig()
        try await rig.withLibrary { library, store in
            try await rig.brief("400 000", by: library, store, outcome: .won, paid: "450000.00")
            try await rig.brief("450 000", by: library, store)
            try await rig.brief("900 000", by: library, store)
            try await rig.brief("100 000", by: library, store, overriddenBy: "Anna")
            try await rig.brief("400 000", by: library, store, after: 5000)
            let draft = try RuleSet.read(files: RuleRig.files(limit: "500 000"), name: "one")
            let now = rig.time.now()
            let report = try await RuleHistory(store).replay(draft, over: DecisionSpan(from: now, to: now + .seconds(4000), ruleSet: "one"))
            #expect(report["compared"] == 3 && report["changed"] == 2 && report["overridden"] == 1)
            let change = try #require(report["changes"]?[0])
            #expect(change["calls"] == 2 && change["from"]?["then"] == "qualify" && change["to"]?["rule"] == "small")
            #expect(change["became"]?["won"] == 1 && change["became"]?["paid"]?["RUB"] == "450000.00")
            #expect(
                change["sentence"]?["en"]
                    == "2 calls: qualify sales by 'otherwise' before, drop BUDGET_LOW by 'small' with the draft; 1 of their leads was won, and 450000.00 RUB was paid."
            )
            let rows = report["rules"]?.array ?? []
            #expect(rows.contains { $0["rule"] == "small" && $0["before"] == 0 && $0["after"] == 2 })
            let versions = try await store.read { try $0.ruleVersions(of: "one") }
            #expect(versions.count == 1)
        }
    }

    @Test func anOldDecisionIsExplainedByTheVersionThatMadeIt() async throws {
        let rig = try RuleRig()
        try await rig.withLibrary { library, store in
            let old = try await rig.brief("250 000", by: library, store)
            _ = try await library.acts.publish(.files(RuleRig.files(limit: "200 000")), to: "one", by: "operator Anna", note: "")
            let trace = try await RuleHistory(store).explain(old.ulid, language: .en)
            #expect(trace["version"] == 1 && trace["recomputes"]?["same"] == true)
            #expect(trace["sentence"]?["en"]?.string?.contains("'small'") == true && trace["sentence"]?["ru"]?.string?.contains("Бюджет") == true)
            #expect(trace["counterfactual"]?["en"]?.string?.contains("300 000") == true)
            #expect(trace["facts"]?["budget"] == "250 000 RUB" && trace["facts"]?["score"] == "5")
            let tables = try #require(trace["tables"]?.array)
            #expect(tables.compactMap { $0["table"]?.string } == ["score", "brief"])
            #expect(tables[0]["value"] == "5" && tables[0]["rows"]?[0]?["fate"] == "hit" && tables[0]["rows"]?[0]?["gives"] == "5")
            #expect(tables[1]["hit"] == "small" && tables[1]["rows"]?[0]?["cells"]?[0]?["holds"] == "yes")
            let russian = try await RuleHistory(store).explain(old.ulid, language: .ru)
            #expect(russian["tables"]?[1]?["rows"]?[0]?["cells"]?[0]?["test"] == "меньше 300 000")
        }
    }

    @Test func listsAreThoseOfTheDay() async throws {
        let rig = try RuleRig()
        try await rig.withLibrary { library, store in
            let number = try #require(PhoneNumber(e164: "+74950001122"))
            let old = try await rig.ring(number, by: library, store)
            try rig.write(RuleRig.files(blocked: "+74990001122"))
            await library.refresh()
            let new = try await rig.ring(number, by: library, store)
            #expect(new.verdict.then == .answer)
            let trace = try await RuleHistory(store).explain(old.ulid, language: .en)
            #expect(trace["recomputes"]?["same"] == true && trace["result"]?["then"] == "reject" && trace["version"] == 1)
        }
    }

    @Test func whatCantBeComputedAgainSaysWhy() async throws {
        let rig = try RuleRig()
        try await rig.withLibrary { library, store in
            let person = try await rig.brief("100 000", by: library, store, overriddenBy: "Anna")
            let byPerson = try await RuleHistory(store).explain(person.ulid, language: .en)
            #expect(byPerson["recomputes"]?["same"] == .null && byPerson["recomputes"]?["why"]?.string?.contains("Anna") == true)
            let now = rig.time.now()
            let (lost, changed) = try await store.write { tx in
                let input = ScreeningInput(moment: .brief, at: now, closed: true, facts: ["budget": .text("1")])
                var lost = DecisionRecord(
                    ulid: ULID(at: now, random: SystemRandom()), input: input, ruleSet: "one", ruleSetHash: "feed", verdict: Verdict(then: .drop),
                    storedAt: now)
                try tx.insert(&lost)
                let set = library.ruleSet(named: "one")
                var changed = DecisionRecord(
                    ulid: ULID(at: now, random: SystemRandom()), input: input, ruleSet: "one", ruleSetHash: set.hash, listVersions: set.listVersions,
                    verdict: Verdict(then: .qualify), storedAt: now)
                try tx.insert(&changed)
                return (lost, changed)
            }
            let missing = try await RuleHistory(store).explain(lost.ulid, language: .en)
            #expect(missing["recomputes"]?["why"]?.string?.contains("not on record") == true && missing["tables"] == nil)
            let other = try await RuleHistory(store).explain(changed.ulid, language: .en)
            #expect(other["recomputes"]?["same"] == false && other["recomputes"]?["why"]?.string?.contains("drop") == true)
        }
    }
}
