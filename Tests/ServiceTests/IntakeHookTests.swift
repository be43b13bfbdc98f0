// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Intake
import PBX
import SQLEngine
import Store
import Testing
import WireFormats

@Suite("A webhook becomes a call, a decision and a lead")
struct IntakeHookTests {
    @Test("an asking event is answered with the verdict, and everything is in one place")
    func decides() async throws {
        try await IntakeRig.run { rig in
            let reply = try await rig.tell("decide", "\"name\":\"Anna\"")
            #expect(reply.status == 200)
            #expect(try JSON.parse(String(decoding: reply.body, as: UTF8.self))["action"] == "answer")
            let call = try #require(try await rig.calls().first)
            #expect(call.lineName == "main")
            #expect(call.channel == "site")
            #expect(call.ringThen == .answer)
            let lead = try await rig.lead()
            #expect(lead.status == .new)
            #expect(lead.number?.e164 == "+74951112233")
            #expect(lead.name == "Anna")
            #expect(lead.group == "sales")
            #expect(call.lead == lead.id)
            let decisions = try await rig.store.read { try $0.decisions(of: call.id) }
            #expect(decisions.count == 1)
            #expect(decisions.first?.input.facts["caller is"] == .text("stranger"))
            #expect(decisions.first?.input.facts["repeats"] == .integer(0))
            #expect(decisions.first?.lead == lead.id)
            let event = try #require(try await rig.store.read { try $0.events(of: call.id) }.first)
            let kept = try #require(event.raw)
            let raw = try #require(try await rig.store.read { try $0.raw(kept) })
            #expect(raw.person == call.person)
            #expect(!String(decoding: raw.head, as: UTF8.self).contains("webhook-signature"))
            #expect(try await rig.audit("call.event").count == 1)
        }
    }

    @Test("a hundred of the same at once: one call, one lead, byte-equal answers")
    func hundredAtOnce() async throws {
        try await IntakeRig.run { rig in
            let request = try rig.request(
                "{\"call\":\"c-1\",\"event\":\"decide\",\"at\":\(rig.time.now().unixSeconds),\"from\":\"+74951112233\",\"to\":\"+74950000101\"}")
            let replies = await withTaskGroup(of: HookReply.self) { group in
                for _ in 0..<100 { group.addTask { await rig.intake.receive(source: "demo", token: nil, request) } }
                return await group.reduce(into: Set<HookReply>()) { $0.insert($1) }
            }
            #expect(replies.count == 1)
            #expect(replies.first?.status == 200)
            #expect(try await rig.calls().count == 1)
            #expect(try await rig.leads().count == 1)
            // Days later, the PBX's queue repeats it once more, signed anew.
            rig.time.advance(by: .seconds(20 * 86_400))
            let again = try rig.request(String(decoding: request.body, as: UTF8.self))
            #expect(await rig.intake.receive(source: "demo", token: nil, again) == replies.first)
            #expect(try await rig.calls().count == 1)
        }
    }

    @Test("a second ask for the same call gets the stored answer")
    func asksTwice() async throws {
        try await IntakeRig.run { rig in
            let first = try await rig.tell("decide")
            let second = try await rig.tell("decide", second: 3, "\"id\":\"another\"")
            #expect(first.body == second.body)
            let call = try #require(try await rig.calls().first)
            #expect(try await rig.store.read { try $0.decisions(of: call.id) }.count == 1)
        }
    }

    @Test("the same key with other contents is flagged, and the first stands")
    func changedBody() async throws {
        try await IntakeRig.run { rig in
            try await rig.tell("answered", "\"id\":\"e-1\",\"agent\":\"12\"")
            let reply = try await rig.tell("answered", "\"id\":\"e-1\",\"agent\":\"14\"")
            #expect(reply.status == 200)
            #expect(try await rig.calls().first?.agent == "Anna Petrova")
            let conflicts = try await rig.audit("event.repeat")
            #expect(conflicts.map(\.outcome) == ["conflict"])
        }
    }

    @Test("any order of events gives the same call and one lead", arguments: [UInt64(1), 2, 3, 4])
    func anyOrder(_ seed: UInt64) async throws {
        try await IntakeRig.run { rig in
            let events: [(String, Int64, String)] = [
                ("incoming", 0, ""), ("ringing", 1, "\"agent\":\"12\""), ("digits", 2, "\"digits\":\"5\""), ("answered", 5, "\"agent\":\"12\""),
                ("ended", 65, "\"talk_s\":60"), ("recording", 66, "\"recording\":\"https://pbx.example/r/1\""),
            ]
            var dice = SeededGenerator.make(seed)
            for (event, second, fields) in events.shuffled(using: &dice) { try await rig.tell(event, second: second, fields) }
            let calls = try await rig.calls()
            #expect(calls.count == 1)
            #expect(calls.first?.state == .ended)
            #expect(calls.first?.outcome == .answered)
            #expect(calls.first?.talk == .seconds(60))
            #expect(calls.first?.digits == "5")
            #expect(calls.first?.recording == "https://pbx.example/r/1")
            #expect(calls.first?.incomplete == [])
            #expect(try await rig.leads().count == 1)
        }
    }

    @Test("a refused call leaves a call with its reason, and no lead")
    func rejected() async throws {
        try await IntakeRig.run { rig in
            let from = "\"from\":\"+74956660001\""
            let reply = try await rig.tell("decide", from)
            #expect(try JSON.parse(String(decoding: reply.body, as: UTF8.self))["action"] == "reject")
            try await rig.tell("missed", second: 1, from + ",\"cause\":\"rejected\"")
            let call = try #require(try await rig.calls().first)
            #expect(call.outcome == .blocked)
            #expect(call.ringReason == "SPAM")
            #expect(try await rig.leads().isEmpty)
            rig.time.advance(by: .seconds(600))
            await rig.due.runDue()
            #expect(try await rig.leads().isEmpty)
            #expect(try await rig.store.read { try $0.decisions(of: call.id) }.count == 1)
        }
    }

    @Test("advice is not obeyed: a PBX that only tells gets its lead when the call goes on")
    func advice() async throws {
        try await IntakeRig.run { rig in
            let from = "\"from\":\"+74956660001\""
            let reply = try await rig.tell("incoming", from)
            #expect(reply.body == Array("{}".utf8))
            #expect(try await rig.leads().isEmpty, "the PBX may still ask")
            try await rig.tell("answered", second: 4, from)
            #expect(try await rig.leads().count == 1)
            try await rig.tell("ended", second: 14, from + ",\"talk_s\":10")
            #expect(try await rig.calls().first?.outcome == .answered)
        }
    }

    @Test("a client is diverted: the directory says who, and there is no lead")
    func client() async throws {
        try await IntakeRig.run { rig in
            let number = try #require(PhoneNumber(e164: "+74951112233"))
            let now = rig.time.now()
            try await rig.store.write { try $0.save(DirectoryEntry(number: number, source: "list", who: "client", manager: "Boris", asOf: now)) }
            let answer = try JSON.parse(String(decoding: try await rig.tell("decide").body, as: UTF8.self))
            #expect(answer["action"] == "divert")
            #expect(answer["target"] == "201")
            #expect(try await rig.leads().isEmpty)
        }
    }

    @Test("a withheld number is a lead of its own call")
    func withheld() async throws {
        try await IntakeRig.run { rig in
            try await rig.tell("decide", call: "c-1", "\"from\":\"anonymous\"")
            try await rig.tell("decide", call: "c-2", "\"from\":\"anonymous\"")
            let leads = try await rig.leads()
            #expect(leads.count == 2)
            #expect(leads.allSatisfy { $0.number == nil && $0.person == nil })
            let call = try #require(try await rig.calls().first)
            #expect(call.withheld)
            let facts = try await rig.store.read { try $0.decisions(of: call.id) }.first?.input.facts
            #expect(facts?["caller"] == nil)
            #expect(facts?["caller is"] == nil)
        }
    }

    @Test("an undeclared line is unknown, an outbound call is no lead")
    func lineAndDirection() async throws {
        try await IntakeRig.run { rig in
            try await rig.tell("incoming", call: "c-1", "\"to\":\"+79990000000\"")
            #expect(try await rig.calls().first?.lineName == "unknown")
            try await rig.tell("incoming", call: "c-2", "\"from\":\"+74957770000\",\"direction\":\"outbound\"")
            #expect(try await rig.leads().count == 1)
            #expect(try await rig.calls().count == 2)
        }
    }

    @Test("a call id used again after a day is a new call, with the same keys")
    func generations() async throws {
        try await IntakeRig.run { rig in
            try await rig.answeredCall()
            rig.time.advance(by: .seconds(86_400))
            try await rig.answeredCall()
            let calls = try await rig.calls()
            #expect(calls.map(\.generation) == [0, 1])
            #expect(try await rig.leads().count == 1)
            #expect(try await rig.lead().repeats == 1)
        }
    }

    @Test("after a restart the cache is empty and nothing else is different")
    func restart() async throws {
        let start = IntakeRig.start.unixSeconds
        let ended = "{\"call\":\"c-1\",\"event\":\"ended\",\"at\":\(start + 30),\"talk_s\":20}"
        let folder = try await IntakeRig.leave { rig in
            try await rig.tell("decide")
            try await rig.post(ended)
        }
        let later = try await IntakeRig(folder: folder, at: IntakeRig.start + .seconds(40))
        try await later.post(ended)
        try await later.post("{\"call\":\"c-1\",\"event\":\"answered\",\"at\":\(start + 10),\"agent\":\"12\"}")
        let calls = try await later.calls()
        #expect(calls.count == 1)
        #expect(calls.first?.outcome == .answered)
        #expect(calls.first?.agent == "Anna Petrova")
        await later.close()
    }
}

/// The standard library's generators from a seed.
struct SeededGenerator: RandomNumberGenerator {
    let source: SeededRandom
    static func make(_ seed: UInt64) -> SeededGenerator { SeededGenerator(source: SeededRandom(seed: seed)) }
    mutating func next() -> UInt64 { source.bytes(8).reduce(0) { $0 << 8 | UInt64($1) } }
}
