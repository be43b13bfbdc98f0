// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Intake
import PBX
import Screening
import Store
import Testing
import WireFormats

@Suite("A lead through its calls")
struct IntakeLeadTests {
    @Test("a repeat call attaches to the open lead, from any line")
    func attaches() async throws {
        try await IntakeRig.run { rig in
            try await rig.tell("decide", call: "c-1")
            rig.time.advance(by: .seconds(3 * 86_400))
            try await rig.tell("decide", call: "c-2", "\"to\":\"+74950000104\"")
            let lead = try await rig.lead()
            #expect(try await rig.leads().count == 1)
            #expect(lead.repeats == 1)
            let second = try #require(try await rig.calls().last)
            #expect(second.lead == lead.id)
            let facts = try await rig.store.read { try $0.decisions(of: second.id) }.first?.input.facts
            #expect(facts?["repeats"] == .integer(1))
            #expect(facts?["open lead"] == .integer(3))
            rig.time.advance(by: .seconds(31 * 86_400))
            try await rig.tell("decide", call: "c-3")
            #expect(try await rig.leads().count == 2)
            #expect(try await rig.lead().previous == lead.id)
        }
    }

    @Test("sent to the owner of the open lead, a call is that lead's, and the owner's to judge")
    func divertedToOwner() async throws {
        try await IntakeRig.run { rig in
            try await rig.tell("decide", call: "c-1")
            let number = try #require(PhoneNumber(e164: "+74951112233"))
            let now = rig.time.now()
            try await rig.store.write { try $0.save(DirectoryEntry(number: number, source: "list", manager: "Anna Petrova", asOf: now)) }
            rig.time.advance(by: .seconds(3600))
            let answer = try JSON.parse(String(decoding: try await rig.tell("decide", call: "c-2").body, as: UTF8.self))
            #expect(answer["action"] == "divert")
            #expect(answer["target"] == "12", "by directory: her extension")
            try await rig.tell("ended", call: "c-2", second: 40, "\"talk_s\":30")
            let calls = try await rig.calls()
            let lead = try await rig.lead()
            #expect(calls.map(\.lead) == [lead.id, lead.id])
            #expect(calls.last?.outcome == .diverted)
            rig.time.advance(by: .seconds(3600))
            #expect(await rig.due.runDue() == 0)
            #expect(try await rig.lead().status == .new)
        }
    }

    @Test("an erased person's call is not written again from memory")
    func erased() async throws {
        try await IntakeRig.run { rig in
            try await rig.tell("decide")
            let number = try #require(PhoneNumber(e164: "+74951112233"))
            _ = try await rig.store.forget(number, by: "operator Anna", reason: "asked for it", erasers: Store.erasers + [rig.intake.eraser])
            try await rig.post("{\"call\":\"c-1\",\"event\":\"ended\",\"at\":\(rig.time.now().unixSeconds + 9),\"talk_s\":3}")
            let calls = try await rig.calls()
            #expect(calls.map(\.erased) == [true, false])
            #expect(calls.allSatisfy { $0.number == nil })
        }
    }

    @Test("a missed call nobody briefed is a callback 30 s after its end")
    func hangup() async throws {
        try await IntakeRig.run { rig in
            try await rig.tell("decide")
            try await rig.tell("missed", second: 25, "\"cause\":\"no answer\",\"wait_s\":25")
            rig.time.advance(by: .seconds(29))
            #expect(await rig.due.runDue() == 0)
            rig.time.advance(by: .seconds(1))
            #expect(await rig.due.runDue() == 1)
            let lead = try await rig.lead()
            #expect(lead.status == .needsCallback)
            #expect(lead.reason == "MISSED")
            #expect(lead.callbackAt == rig.time.now() + .seconds(900))
            #expect(try await rig.orders(of: lead).isEmpty, "only what is in deliver: goes out")
            let call = try #require(try await rig.calls().first)
            let decision = try #require(try await rig.store.read { try $0.decisions(of: call.id) }.last)
            #expect(decision.input.moment == .hangup)
            #expect(decision.input.facts["outcome"] == .text("MISSED"))
            #expect(decision.input.facts["wait"] == .duration(.seconds(25)))
            #expect(await rig.due.runDue() == 0)
        }
    }

    @Test("due work runs late after a stop rather than not at all, with the facts of its time")
    func lateAfterStop() async throws {
        let folder = try await IntakeRig.leave { try await $0.answeredCall() }
        let later = try await IntakeRig(folder: folder, at: IntakeRig.start + .seconds(6 * 3600))
        #expect(await later.due.runDue() == 1)
        let lead = try await later.lead()
        #expect(lead.status == .needsCallback)
        #expect(lead.reason == "BRIEFING_NOT_CLOSED")
        let call = try #require(try await later.calls().first)
        #expect(try await later.store.read { try $0.decisions(of: call.id) }.last?.input.at == call.endedAt)
        await later.close()
    }

    @Test("a waiting lead that calls again is opened with its old answers, and closed as qualified it is ordered once")
    func reopens() async throws {
        try await IntakeRig.run { rig in
            try await rig.answeredCall("c-1")
            let lead = try await rig.lead()
            _ = try await rig.desk.take(lead: lead.ulid, by: "Anna")
            _ = try await rig.desk.answer("service", value: "seo", lead: lead.ulid, by: "Anna")
            rig.time.advance(by: .seconds(1000))
            await rig.due.runDue()
            #expect(try await rig.lead().status == .needsCallback)
            try await rig.tell("decide", call: "c-2")
            let call = try #require(try await rig.calls().last)
            let view = try await rig.desk.take(call: call.ulid, by: "Boris")
            #expect(view.lead.id == lead.id)
            #expect(view.questions.first { $0.question.fact == "service" }?.answer?.value == "seo")
            #expect(view.lead.status == .briefing)
            _ = try await rig.desk.answer("purpose", value: "project", lead: lead.ulid, by: "Boris")
            _ = try await rig.desk.close(lead: lead.ulid, by: "Boris")
            #expect(try await rig.lead().status == .qualified)
            #expect(try await rig.orders(of: lead).count == 1)
        }
    }

    @Test("a lead that sales have gets a call record for the CRM, and stays where it is")
    func callRecord() async throws {
        try await IntakeRig.run { rig in
            try await rig.answeredCall("c-1")
            let lead = try await rig.qualified()
            rig.time.advance(by: .seconds(3600))
            try await rig.answeredCall("c-2")
            let orders = try await rig.orders(of: lead)
            #expect(orders.map(\.kind) == [.deliver, .call])
            #expect(orders.last?.payload["call.talk_s"] == 60)
            rig.time.advance(by: .seconds(3600))
            await rig.due.runDue()
            #expect(try await rig.lead().status == .qualified)
            #expect(try await rig.leads().count == 1)
        }
    }

    @Test("outcomes of the CRM move the lead; the impossible is a conflict; a repeat changes nothing; WON makes a client")
    func outcomes() async throws {
        try await IntakeRig.run { rig in
            try await rig.answeredCall("c-1")
            let lead = try await rig.qualified()
            #expect(try await rig.report("m-1", lead, "ACCEPTED").status == 200)
            #expect(try await rig.lead().status == .accepted)
            #expect(
                try await rig.report(
                    "m-2", lead, "WON", second: 10, "\"amount\":\"300000.00\",\"paid\":\"300000.00\",\"currency\":\"RUB\",\"owner\":\"Vera\""
                ).status == 200)
            let won = try await rig.lead()
            #expect(won.status == .won)
            #expect(won.outcomePaid == "300000.00")
            #expect(won.owner == "Vera")
            #expect(try await rig.report("m-1", lead, "ACCEPTED").status == 200)
            #expect(try await rig.report("m-3", lead, "PROPOSAL", second: 20).status == 200)
            let outcomes = try await rig.store.read { try $0.outcomes(of: lead.id) }
            #expect(outcomes.map(\.conflict) == [false, false, true])
            #expect(try await rig.lead().status == .won)
            rig.time.advance(by: .seconds(86_400))
            let answer = try JSON.parse(String(decoding: try await rig.tell("decide", call: "c-2").body, as: UTF8.self))
            #expect(answer["action"] == "divert", "who paid is a client")
            let forged = try rig.request("{}", secret: Secret("whsec_b3RoZXItc2VjcmV0LW9mLXNvbWVib2R5LWVsc2U="))
            #expect(await rig.outcomes.receive(account: "book", token: nil, forged).status == 401)
            #expect(await rig.outcomes.receive(account: "other", token: nil, forged).status == 404)
        }
    }
}

extension IntakeRig {
    /// The last lead, taken, asked and closed as qualified.
    @discardableResult
    func qualified() async throws -> LeadRecord {
        let lead = try await lead()
        _ = try await desk.take(lead: lead.ulid, by: "Anna")
        _ = try await desk.answer("purpose", value: "project", lead: lead.ulid, by: "Anna")
        _ = try await desk.answer("service", value: "seo", lead: lead.ulid, by: "Anna")
        _ = try await desk.close(lead: lead.ulid, by: "Anna")
        return try await self.lead()
    }

    func report(_ id: String, _ lead: LeadRecord, _ status: String, second: Int64 = 0, _ fields: String = "") async throws -> HookReply {
        let at = 20 + second
        let rest = fields.isEmpty ? "" : "," + fields
        let body = """
            {"type":"card.changed","data":{"key":"\(lead.key)","card":"B-1","status":"\(status)","changed_at":"2026-11-23T13:00:\(at)Z"\(rest)}}
            """
        return await outcomes.receive(account: "book", token: nil, try request(body, id: id))
    }

    /// Waits for what another task is about to do; never by the clock alone.
    func settled(_ condition: () async throws -> Bool) async throws {
        for _ in 0..<2000 {
            if try await condition() { return }
            try await Task.sleep(for: .milliseconds(5))
        }
        Issue.record("it did not settle")
    }
}
