// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import SQLEngine
import SQLiteDriver
import Store
import Testing

/// Every record comes back as it was saved.
struct RecordTests {
    @Test func aCallComesBackWhole() async throws {
        let test = try await TestStore()
        let number = try test.number(1)
        let (ulid, start) = (test.ulid(1), TestStore.start)
        let saved = try await test.store.write { tx in
            var call = CallRecord(ulid: ulid, source: "demo", pbxCallID: "abc", startedAt: start)
            call.generation = 2
            call.person = try tx.person(of: number)
            call.number = number
            (call.callerText, call.callerName, call.line, call.lineName) = ("sip:a@b", "Ann", "+74950000101", "main")
            (call.channel, call.agent, call.digits, call.direction) = ("site", "12", "1#", .outbound)
            (call.state, call.outcome) = (.ended, .answered)
            (call.answeredAt, call.endedAt) = (start + .seconds(3), start + .seconds(63))
            (call.wait, call.talk) = (.seconds(3), .milliseconds(60_500))
            (call.lead, call.ringDecision) = (LeadRecord.ID(4), DecisionRecord.ID(5))
            (call.ringThen, call.ringRule, call.ringReason, call.watch) = (.answerFirst, "rule \"1\"", "SPAM", true)
            (call.incomplete, call.recording, call.extra) = (["no answered event"], "https://r/1", ["utm": "é", "a": "b"])
            (call.updatedAt, call.fold, call.withheld) = (start + .seconds(64), [0, 1, 255], true)
            try tx.save(&call)
            return call
        }
        let read = try await test.store.read { [try $0.call(saved.id), try $0.call(ulid), try $0.latestCall(source: "demo", pbxCallID: "abc")] }
        #expect(read.allSatisfy { $0 == saved })
        let changed = try await test.store.write { tx in
            var call = saved
            (call.agent, call.outcome, call.fold) = (nil, .missed, [])
            try tx.save(&call)
            return call
        }
        #expect(try await test.store.read { try $0.call(saved.id) } == changed)
        await test.database.close()
    }

    @Test func aLeadComesBackWhole() async throws {
        let test = try await TestStore()
        let (number, ulid, start) = (try test.number(1), test.ulid(2), TestStore.start)
        let saved = try await test.store.write { tx in
            var lead = LeadRecord(ulid: ulid, createdAt: start)
            lead.person = try tx.person(of: number)
            lead.number = number
            (lead.name, lead.company, lead.email) = ("Ann", "Acme", "a@b.c")
            (lead.status, lead.reason, lead.group) = (.needsCallback, "MISSED", "sales")
            (lead.line, lead.lineName, lead.channel, lead.source) = ("+7495", "main", "site", "demo")
            (lead.then, lead.rule, lead.say, lead.priority) = (.callback, "late", "Call back", "high")
            (lead.tags, lead.decision) = (["a", "b"], DecisionRecord.ID(8))
            (lead.actBy, lead.callbackAt, lead.deferUntil) = (start + .seconds(1), start + .seconds(2), start + .seconds(3))
            (lead.owner, lead.updatedAt, lead.lastContactAt) = ("Bob", start + .seconds(4), start + .seconds(5))
            (lead.firstContactAt, lead.qualifiedAt, lead.returnedAt) = (start + .seconds(6), start + .seconds(7), start + .seconds(8))
            (lead.repeats, lead.previous, lead.duplicateOf, lead.watch) = (3, LeadRecord.ID(1), LeadRecord.ID(2), true)
            (lead.account, lead.remoteID, lead.remoteState, lead.remoteError) = ("book", "B-17", "held", "timeout")
            (lead.outcomeStatus, lead.outcomeReason) = (.won, "PRICE")
            (lead.outcomeAmount, lead.outcomePaid, lead.outcomeCurrency) = ("300000.00", "0.10", "RUB")
            lead.outcomeAt = start + .seconds(9)
            try tx.save(&lead)
            return lead
        }
        let read = try await test.store.read { [try $0.lead(saved.id), try $0.lead(ulid), try $0.lead(account: "book", remoteID: "B-17")] }
        #expect(read.allSatisfy { $0 == saved })
        #expect(saved.dueAt == start + .seconds(2))
        #expect(LeadRecord.ulid(ofKey: saved.key) == ulid)
        await test.database.close()
    }

    @Test func aDecisionReplaysFromWhatWasStored() async throws {
        let test = try await TestStore()
        let facts: [String: FactInput] = [
            "text": .text("300 000 \"тыс\"\n"), "integer": .integer(.min), "decimal": .decimal("49999.99"), "yes": .yesNo(true), "no": .yesNo(false),
            "wait": .duration(.seconds(20) + .nanoseconds(1)), "phone": .phone(try test.number(1)), "words": .words(["a", "b"]),
            "none": .words([]), "budget": .declined,
        ]
        var verdict = Verdict(then: .callback)
        (verdict.rule, verdict.table, verdict.reason, verdict.group) = ("r", "t", "MISSED", "sales")
        (verdict.to, verdict.within, verdict.priority) = ("manager", .seconds(900), "high")
        (verdict.tags, verdict.say, verdict.score) = (["x"], "Say", -4)
        (verdict.need, verdict.conflict, verdict.unreadable) = (["budget"], true, ["date"])
        let input = ScreeningInput(moment: .hangup, at: TestStore.start, zone: "Europe/Moscow", closed: true, facts: facts)
        let ulid = test.ulid(3)
        let saved = try await test.store.write { [verdict] tx in
            var decision = DecisionRecord(
                ulid: ulid, input: input, ruleSet: "agency", ruleSetHash: "ab12", listVersions: ["stop": "v1"], verdict: verdict,
                storedAt: TestStore.start)
            (decision.call, decision.watch, decision.overriddenBy, decision.note) = (CallRecord.ID(1), true, "Ann", "because")
            try tx.insert(&decision)
            try tx.attachDecisions(of: CallRecord.ID(1), to: LeadRecord.ID(6))
            decision.lead = LeadRecord.ID(6)
            return decision
        }
        let read = try await test.store.read { snapshot in
            [try snapshot.decision(saved.id), try snapshot.decision(ulid)] + (try snapshot.decisions(of: LeadRecord.ID(6)))
                + (try snapshot.decisions(of: CallRecord.ID(1))) + (try snapshot.decisions().items)
        }
        #expect(read.count == 5)
        #expect(read.allSatisfy { $0 == saved })
        await test.database.close()
    }

    @Test func briefingAnswersAreKeptAndTakenBack() async throws {
        let test = try await TestStore()
        let ulid = test.ulid(4)
        let (lead, briefing) = try await test.store.write { tx in
            var lead = LeadRecord(ulid: ulid, createdAt: TestStore.start)
            try tx.save(&lead)
            var briefing = BriefingRecord(lead: lead.id, call: CallRecord.ID(3), operatorName: "Ann", openedAt: TestStore.start)
            try tx.save(&briefing)
            (briefing.operatorName, briefing.lastAnswerAt) = ("Bob", TestStore.start + .seconds(1))
            try tx.save(&briefing)
            try tx.save(AnswerRecord(fact: "budget", kind: .value, value: "100", operatorName: "Ann", at: TestStore.start), of: lead.id)
            try tx.save(AnswerRecord(fact: "budget", kind: .declined, operatorName: "Bob", at: TestStore.start + .seconds(2)), of: lead.id)
            try tx.save(
                AnswerRecord(fact: "task", kind: .other, value: "own words", operatorName: "Bob", at: TestStore.start + .seconds(1)), of: lead.id)
            try tx.save(AnswerRecord(fact: "city", kind: .value, value: "Omsk", operatorName: "Bob", at: TestStore.start), of: lead.id)
            try tx.clearAnswer(to: "city", of: lead.id)
            return (lead.id, briefing)
        }
        let answers = try await test.store.read { try $0.answers(of: lead) }
        #expect(answers.map(\.fact) == ["task", "budget"])
        #expect(answers.map(\.kind) == [.other, .declined])
        #expect(try await test.store.read { try $0.briefing(of: lead) } == briefing)
        #expect(try await test.store.read { try $0.openBriefings() } == [briefing])
        await test.database.close()
    }

    @Test func dueWorkIsGivenOldestFirstAndOnce() async throws {
        let test = try await TestStore()
        let start = TestStore.start
        try await test.store.write { tx in
            try tx.schedule(DueRecord(kind: .hangupDecision, subject: 1, at: start + .seconds(30)))
            try tx.schedule(DueRecord(kind: .forgottenBriefing, subject: 1, at: start + .seconds(10)))
            try tx.schedule(DueRecord(kind: .forgottenBriefing, subject: 1, at: start + .seconds(20)))
            try tx.schedule(DueRecord(kind: .callback, subject: 2, at: start + .seconds(40)))
        }
        let due = try await test.store.read { try $0.due(by: start + .seconds(30)) }
        #expect(due.map(\.kind) == [.forgottenBriefing, .hangupDecision])
        #expect(try await test.store.read { try $0.due(.forgottenBriefing, subject: 1) } == start + .seconds(20))
        let done = try await test.store.write { tx in
            [try tx.unschedule(.forgottenBriefing, subject: 1), try tx.unschedule(.forgottenBriefing, subject: 1)]
        }
        #expect(done == [true, false])
        #expect(try await test.store.read { try $0.due(by: start + .seconds(100)).count } == 2)
        await test.database.close()
    }

    @Test func theDirectoryKeepsOneEntryForEachSource() async throws {
        let test = try await TestStore()
        let (number, start) = (try test.number(1), TestStore.start)
        try await test.store.write { tx in
            try tx.save(DirectoryEntry(number: number, source: "list a", who: "client", asOf: start))
            try tx.save(DirectoryEntry(number: number, source: "list a", who: "supplier", manager: "Ann", asOf: start + .seconds(1)))
            try tx.save(DirectoryEntry(number: number, source: "outcomes", who: "client", name: "Acme", company: "Acme", asOf: start + .seconds(2)))
        }
        let entries = try await test.store.read { try $0.directory(number) }
        #expect(entries.map(\.who) == ["client", "supplier"])
        let dropped = try await test.store.write { try $0.dropDirectory(source: "list a", before: start + .seconds(9)) }
        #expect(dropped == 1)
        #expect(try await test.store.read { try $0.directory(number).map(\.source) } == ["outcomes"])
        await test.database.close()
    }

    @Test func settingsAndRefusalsAndOutcomesAreKept() async throws {
        let test = try await TestStore()
        let (ulid, start) = (test.ulid(5), TestStore.start)
        let refusal = RefusalCount(source: "demo", reason: "bad signature", minute: start, count: 3)
        let outcome = try await test.store.write { tx in
            try tx.set("a", "1")
            try tx.set("a", "2")
            try tx.set("b", "1")
            try tx.set("b", nil)
            try tx.record([refusal])
            try tx.record([refusal])
            var lead = LeadRecord(ulid: ulid, createdAt: start)
            try tx.save(&lead)
            var outcome = OutcomeRecord(lead: lead.id, account: "book", status: .won, at: start, receivedAt: start + .seconds(1))
            (outcome.remoteID, outcome.stage, outcome.reason, outcome.amount) = ("B-1", "paid", "PRICE", "1.50")
            (outcome.paid, outcome.currency, outcome.owner, outcome.raw, outcome.conflict) = ("1.50", "EUR", "Ann", RawRecord.ID(2), true)
            try tx.insert(&outcome)
            return outcome
        }
        let (a, b, refusals, outcomes) = try await test.store.read { snapshot in
            (try snapshot.setting("a"), try snapshot.setting("b"), try snapshot.refusals(since: start), try snapshot.outcomes(of: outcome.lead))
        }
        #expect(a == "2" && b == nil)
        #expect(refusals.map(\.count) == [6])
        #expect(outcomes == [outcome])
        await test.database.close()
    }
}
