// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Intake
import PBX
import SQLEngine
import Store
import Testing
import WireFormats

@Suite("What is not believed, not readable, or not in time")
struct IntakeRefusalTests {
    @Test("refusals are counted by source, reason and minute, and written once")
    func refusals() async throws {
        try await IntakeRig.run { rig in
            let body = "{\"call\":\"c-1\",\"event\":\"incoming\"}"
            for _ in 0..<7 {
                let forged = try rig.request(body, secret: Secret("whsec_b3RoZXItc2VjcmV0LW9mLXNvbWVib2R5LWVsc2U="))
                #expect(await rig.intake.receive(source: "demo", token: nil, forged).status == 401)
            }
            let stale = try rig.request(body, at: rig.time.now() - .seconds(3600))
            #expect(await rig.intake.receive(source: "demo", token: nil, stale).status == 401)
            #expect(await rig.intake.receive(source: "nobody's", token: nil, try rig.request(body)).status == 404)
            await rig.due.runDue()
            #expect(try await rig.audit("request").isEmpty, "the minute is not over")
            rig.time.advance(by: .seconds(60))
            await rig.due.runDue()
            let counts = try await rig.store.read { try $0.refusals(since: IntakeRig.start - .seconds(60)) }
            #expect(
                Set(counts.map { "\($0.source) \($0.reason) \($0.count)" }) == ["demo bad signature 7", "demo stale 1", "unknown unknown source 1"])
            #expect(try await rig.audit("request").count == 3)
            #expect(try await rig.calls().isEmpty)
            #expect(rig.intake.counts.refused == 9)
        }
    }

    @Test(
        "an authenticated body that can't be read is kept and shown",
        arguments: ["{\"call\":\"c-1\",", "[]", "{\"event\":\"incoming\"}", "\u{FEFF}nothing"])
    func unreadable(_ body: String) async throws {
        try await IntakeRig.run { rig in
            #expect(try await rig.post(body).status == 400)
            let kept = try await rig.store.read { try $0.unreadable().items }
            #expect(kept.count == 1)
            #expect(kept.first?.body == Array(body.utf8))
            #expect(try await rig.audit("event.record").map(\.outcome) == ["unreadable"])
            #expect(rig.intake.counts.unreadable == 1)
        }
    }

    @Test("watch mode by line: decided and recorded, answered \"let through\", nothing pushed")
    func watchMode() async throws {
        try await IntakeRig.run { rig in
            let fields = "\"from\":\"+74956660001\",\"to\":\"+78120000000\""
            let answer = try JSON.parse(String(decoding: try await rig.tell("decide", fields).body, as: UTF8.self))
            #expect(answer["action"] == "answer")
            let call = try #require(try await rig.calls().first)
            #expect(call.watch)
            #expect(call.ringThen == .reject)
            let lead = try await rig.lead()
            #expect(lead.watch)
            _ = try await rig.desk.take(lead: lead.ulid, by: "Anna")
            _ = try await rig.desk.answer("service", value: "seo", lead: lead.ulid, by: "Anna")
            _ = try await rig.desk.close(lead: lead.ulid, by: "Anna")
            #expect(try await rig.lead().status == .qualified)
            #expect(try await rig.orders(of: lead).isEmpty)
        }
    }

    @Test("the allow list wins over a refusal, and the decision says so")
    func allowList() async throws {
        try await IntakeRig.run(changing: { $0.allowed = NumberList(["+7495666000"]) }) { rig in
            let allowed = try await rig.tell("decide", call: "c-1", "\"from\":\"+74956660001\"")
            #expect(try JSON.parse(String(decoding: allowed.body, as: UTF8.self))["action"] == "answer")
            let refused = try await rig.tell("decide", call: "c-2", "\"from\":\"+74956661001\"")
            #expect(try JSON.parse(String(decoding: refused.body, as: UTF8.self))["action"] == "reject")
            let call = try #require(try await rig.calls().first)
            #expect(try await rig.store.read { try $0.decisions(of: call.id) }.first?.overriddenBy == "allow list")
            #expect(try await rig.leads().count == 1)
        }
    }

    @Test("a store that takes no writes: 503 and nothing promised; the repeat is taken when it is back")
    func notStored() async throws {
        try await IntakeRig.run { rig in
            rig.stall.fail(SQLFailure(.full, "no space"))
            let refused = [try await rig.tell("incoming"), try await rig.tell("decide")]
            #expect(refused.map(\.status) == [503, 503])
            rig.stall.fail(nil)
            let taken = [try await rig.tell("incoming"), try await rig.tell("decide")]
            #expect(taken.map(\.status) == [200, 200])
            #expect(try await rig.calls().count == 1)
            #expect(rig.ring.takeLeftovers().isEmpty)
        }
    }

    @Test("a stalled disk: the PBX hears in time, and what was decided all the same is on record as not obeyed")
    func stalled() async throws {
        let quick = try #require(Dialect.shipped["callsieve"]).replacing("within: 1 s", with: "within: 100 ms")
        let rig = try await IntakeRig(dialect: quick)
        rig.stall.stall()
        #expect(try await rig.tell("decide", "\"from\":\"+74956660001\"").status == 503)
        #expect(rig.intake.counts.failedOpen == 1)
        rig.stall.open()
        try await rig.settled { try await !rig.audit("call.answer").isEmpty }
        #expect(try await rig.audit("call.answer").map(\.outcome) == ["unavailable"])
        // The caller was let through and somebody talked with them.
        try await rig.tell("answered", second: 4, "\"from\":\"+74956660001\"")
        try await rig.tell("ended", second: 64, "\"from\":\"+74956660001\",\"talk_s\":60")
        #expect(try await rig.calls().first?.outcome == .answered)
        #expect(try await rig.leads().count == 1)
        await rig.close()
    }

    @Test("a dialect that must not see an error gives its preset answer, counted, and the event is stored when it can be")
    func presetAnswer() async throws {
        let preset = try #require(Dialect.shipped["callsieve"]).replacing("within: 1 s", with: "within: 100 ms")
            .replacing("on failure: unavailable", with: "on failure: answer")
        let rig = try await IntakeRig(dialect: preset)
        rig.stall.stall()
        let reply = try await rig.tell("decide", "\"from\":\"+74956660001\"")
        #expect(reply.status == 200)
        #expect(try JSON.parse(String(decoding: reply.body, as: UTF8.self))["action"] == "answer")
        #expect(rig.intake.counts.presetAnswers == 1)
        rig.stall.open()
        try await rig.settled { try await !rig.audit("call.answer").isEmpty }
        #expect(try await rig.audit("call.answer").map(\.outcome) == ["preset answer"])
        #expect(try await rig.calls().count == 1)
        #expect(try await rig.leads().count == 1, "the caller was let through")
        await rig.close()
    }

    @Test("what was in hand at a crash is taken up at the next start")
    func leftovers() async throws {
        let rig = try await IntakeRig()
        let request = try rig.request("{\"call\":\"c-9\",\"event\":\"decide\",\"from\":\"+74951112233\",\"to\":\"+74950000101\"}")
        rig.stall.stall()
        // The process "ends" while the write waits: nobody reads the answer.
        let waiting = Task { await rig.intake.receive(source: "demo", token: nil, request) }
        try await rig.settled { rig.intake.counts.requests == 1 && rig.stall.hasWaiting }
        let later = try await IntakeRig.afterCrash(of: rig)
        #expect(await later.intake.takeUpLeftovers() == 1)
        #expect(try await later.calls().count == 1)
        #expect(try await later.leads().count == 1)
        #expect(await later.intake.takeUpLeftovers() == 0)
        await later.close()
        rig.stall.fail(SQLFailure(.unavailable, "gone"))
        rig.stall.open()
        _ = await waiting.value
    }
}
