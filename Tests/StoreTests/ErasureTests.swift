// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Foundation
import SQLEngine
import SQLiteDriver
import Store
import Testing

/// Forgetting a number leaves stubs and a chain that verifies (R39); retention; backups (R30).
struct ErasureTests {
    /// One call with everything that can name a person.
    private func fill(_ test: TestStore, _ number: PhoneNumber, name: String, seed: UInt64) async throws -> (call: CallRecord.ID, lead: LeadRecord.ID)
    {
        try await test.store.write { tx in
            let (start, person) = (TestStore.start, try tx.person(of: number))
            var lead = LeadRecord(ulid: test.ulid(seed), createdAt: start)
            (lead.person, lead.number, lead.name, lead.company, lead.email) = (person, number, name, name, name + "@example.com")
            lead.say = "Call \(name) back"
            try tx.save(&lead)
            var call = CallRecord(ulid: test.ulid(seed + 1), source: "demo", pbxCallID: "call-\(seed)", startedAt: start)
            (call.person, call.number, call.callerName, call.lead) = (person, number, name, lead.id)
            (call.callerText, call.digits, call.recording) = (name, "123", "https://r/\(name)")
            (call.extra, call.fold) = (["name": name], Array("{\"number\":\"\(number.e164)\"}".utf8))
            try tx.save(&call)
            let raw = try tx.keep(RawRecord(source: "demo", arrivedAt: start, head: [], body: Array("from=\(number.e164)&name=\(name)".utf8)))
            _ = try tx.keep(RawRecord(source: "demo", arrivedAt: start, head: [], body: Array("??\(number.e164)".utf8), problem: "not JSON"))
            var event = EventRecord(source: "demo", dedupeKey: "k-\(seed)", kind: .incoming, arrivedAt: start, contentHash: [1])
            (event.raw, event.call, event.answer) = (raw, call.id, Array(name.utf8))
            _ = try tx.insert(event)
            try tx.save(AnswerRecord(fact: "contact", kind: .value, value: name, operatorName: "Ann", at: start), of: lead.id)
            try tx.save(DirectoryEntry(number: number, source: "list", name: name, asOf: start))
            var verdict = Verdict(then: .callback)
            (verdict.rule, verdict.say) = ("late", "Call \(name)")
            var decision = DecisionRecord(
                ulid: test.ulid(seed + 2), input: ScreeningInput(moment: .hangup, at: start, facts: ["caller": .phone(number), "name": .text(name)]),
                ruleSet: "agency", ruleSetHash: "h", verdict: verdict, storedAt: start)
            (decision.call, decision.lead, decision.note) = (call.id, lead.id, name)
            try tx.insert(&decision)
            try tx.audit(
                AuditEntry(actor: "rules", action: "decide", object: "call \(call.ulid)", details: [.personal("number", person, number.e164)]))
            return (call.id, lead.id)
        }
    }

    @Test func aForgottenNumberIsNowhereInTheFolderAndTheChainVerifies() async throws {
        let test = try await TestStore()
        let (gone, kept) = (try test.number(1), try test.number(2))
        let first = try await fill(test, gone, name: "Zebedee Quux", seed: 10)
        let second = try await fill(test, kept, name: "Keep Me", seed: 20)
        let report = try await test.store.forget(gone, by: "operator Ann", reason: "asked for it")
        #expect(report.wasKnown)
        let counts: [Int] = [report.calls, report.leads, report.decisions, report.answers, report.rawBodies, report.directoryEntries]
        #expect(counts == [1, 1, 1, 1, 2, 1])
        for file in try FileManager.default.contentsOfDirectory(atPath: test.folder.path) {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: test.folder.path + "/" + file))
            for trace in ["79161000001", "Zebedee", "Quux"] { #expect(bytes.range(of: Data(trace.utf8)) == nil, "\(trace) is still in \(file)") }
        }
        let (call, lead, decisions, keptLead) = try await test.store.read { snapshot in
            (try snapshot.call(first.call), try snapshot.lead(first.lead), try snapshot.decisions(of: first.lead), try snapshot.lead(second.lead))
        }
        #expect(call?.erased == true && call?.number == nil && lead?.erased == true && lead?.name == nil)
        #expect(decisions.first?.erased == true && decisions.first?.input.facts.isEmpty == true)
        #expect(decisions.first?.verdict.rule == "late" && decisions.first?.verdict.say == nil)
        #expect(keptLead?.number == kept)
        let result = try await AuditVerifier(test.store).verify()
        #expect(result.fault == nil && result.records == 3)
        await test.database.close()
    }

    @Test func theNumberCallingAgainIsANewPerson() async throws {
        let test = try await TestStore()
        let number = try test.number(1)
        let before = try await test.store.write { try $0.person(of: number) }
        #expect(try await test.store.read { try $0.knownPerson(of: number) } == before)
        _ = try await test.store.forget(number, by: "a", reason: "b")
        #expect(try await test.store.read { try $0.knownPerson(of: number) } == nil)
        let after = try await test.store.write { try $0.person(of: number) }
        #expect(after != before)
        let again = try await test.store.forget(try test.number(9), by: "a", reason: "b")
        #expect(!again.wasKnown)
        await test.database.close()
    }

    @Test func otherPartsForgetInTheSameTransaction() async throws {
        struct Mistake: Error {}
        let test = try await TestStore()
        let number = try test.number(1)
        let ids = try await fill(test, number, name: "Ann", seed: 30)
        let failing = Eraser("book") { _, leads, _ in
            #expect(leads == [ids.lead])
            throw Mistake()
        }
        await #expect(throws: Mistake.self) { try await test.store.forget(number, by: "a", reason: "b", erasers: [failing]) }
        #expect(try await test.store.read { try $0.lead(ids.lead)?.number } == number)
        await test.database.close()
    }

    @Test func oldRequestsAreDroppedAndNewerOnesStay() async throws {
        let test = try await TestStore()
        let start = TestStore.start
        try await test.store.write { tx in
            for day in 0..<1200 {
                _ = try tx.keep(RawRecord(source: "demo", arrivedAt: start + .seconds(Int64(day) * 3600), head: [], body: [1]))
            }
        }
        #expect(try await test.store.dropRawBodies(before: start + .seconds(1100 * 3600)) == 1100)
        #expect(try await test.store.dropRawBodies(before: start + .seconds(1100 * 3600)) == 0)
        #expect(try await test.store.read { try $0.raw(RawRecord.ID(1101))?.body } == [1])
        await test.database.close()
    }

    @Test func aBackupMadeWhileWritingOpensAndVerifies() async throws {
        let test = try await TestStore()
        let number = try test.number(1)
        let ids = try await fill(test, number, name: "Ann", seed: 40)
        let folder = try TemporaryFolder()
        let path = folder.path + "/callsieve.db"
        let writing = Task {
            while !Task.isCancelled { try await test.store.write { try $0.set("tick", "tock") } }
        }
        try await test.store.backup(to: path, by: "operator Ann")
        writing.cancel()
        _ = try? await writing.value
        let failure = await #expect(throws: SQLFailure.self) { try await test.store.backup(to: path, by: "operator Ann") }
        #expect(failure?.code == .refused)
        let copy = try await TestStore(in: folder)
        #expect(try await copy.store.read { try $0.lead(ids.lead)?.number } == number)
        #expect(try await AuditVerifier(copy.store).verify().fault == nil)
        await copy.database.close()
        await test.database.close()
    }
}
