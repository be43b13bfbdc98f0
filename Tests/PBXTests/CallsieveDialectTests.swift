// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import PBX
import PBXSamples
import Testing
import WireFormats

@Suite struct CallsieveDialectTests {
    private let at = Instant(unixMilliseconds: 1_772_445_600_500)

    private func signed(_ event: JSON, id: String = "msg_1") throws -> HookRequest {
        try DialectPlayer(Samples.callsieve()).request(event, id: id, at: at)
    }

    @Test func playedRequestIsBelievedAndRead() throws {
        let source = try Samples.callsieve()
        let request = try signed([
            "call": "c-1", "event": "decide", "at": "2026-03-02T13:00:00.5+03:00", "from": "+74950000202", "name": "Анна", "to": "8 (495) 000-01-01",
            "agent": "12", "sequence": 3, "fields": ["utm_source": "ya", "n": 5], "brand": "north",
        ])
        #expect(source.dialect.authenticate(request, source) == .accepted)
        let event = try Samples.event(request, source)
        #expect(event.kind == .incoming && event.asks && event.askingPoint == nil)
        #expect(event.callID == "c-1" && event.dedupeKey == "c-1:decide:3" && event.source == "demo")
        #expect(event.caller?.number?.e164 == "+74950000202" && event.callerName == "Анна")
        #expect(event.line == "+74950000101" && event.agent == "12" && event.sequence == 3)
        #expect(event.at == at)
        #expect(event.extra == ["utm_source": "ya", "n": "5", "brand": "north"])
    }

    @Test(arguments: [
        ("incoming", EventKind.incoming), ("ringing", .ringing), ("digits", .digits), ("answered", .answered),
        ("transferred", .transferred), ("ended", .ended), ("missed", .missed), ("recording", .recording),
    ])
    func everyEventHasItsKind(name: String, kind: EventKind) throws {
        let event = try Samples.event(try signed(["call": "c", "event": .string(name), "from": "anonymous"]), Samples.callsieve())
        #expect(event.kind == kind && !event.asks && event.dedupeKey == "c:\(name)" && event.caller == .withheld)
    }

    @Test func endCarriesCauseAndDurations() throws {
        let event = try Samples.event(
            try signed([
                "call": "c", "event": "ended", "id": "e-9", "at": 1_772_445_600, "cause": "caller hung up", "wait_s": .number("7.5"), "talk_s": 61,
                "recording": "https://pbx.example/r/1", "direction": "inbound",
            ]), Samples.callsieve())
        #expect(event.dedupeKey == "e-9" && event.cause == .callerHungUp && event.wait == .milliseconds(7500) && event.talk == .seconds(61))
        #expect(event.recording == "https://pbx.example/r/1" && event.at == Instant(unixSeconds: 1_772_445_600) && event.caller == nil)
    }

    @Test func unknownEventIsAcknowledgedAndIgnored() throws {
        let source = try Samples.callsieve()
        guard
            case .ignored(let reply, let why) = source.dialect.decode(try signed(["call": "c", "event": "coffee"]), source, numbers: Samples.numbers)
        else { throw Samples.Unexpected(what: "not ignored") }
        #expect(reply.status == 200 && why.contains("no row"))
    }

    @Test(
        arguments: [
            (Action.answer, nil, #"{"action":"answer","reason":"PARTNER","say":"ok","call":"c"}"#),
            (.answerFirst, nil, #"{"action":"answer first","reason":"PARTNER","say":"ok","call":"c"}"#),
            (.divert, "account manager", #"{"action":"divert","target":"201","reason":"PARTNER","say":"ok","call":"c"}"#),
            (.divert, "77", #"{"action":"divert","target":"77","reason":"PARTNER","say":"ok","call":"c"}"#),
            (.divert, nil, #"{"action":"answer","reason":"PARTNER","say":"ok","call":"c"}"#),
            (.menu, "survey", #"{"action":"menu","target":"survey","reason":"PARTNER","say":"ok","call":"c"}"#),
            (.voicemail, nil, #"{"action":"voicemail","target":"vm-1","reason":"PARTNER","say":"ok","call":"c"}"#),
            (.reject, nil, #"{"action":"reject","reason":"PARTNER","say":"ok","call":"c"}"#),
        ] as [(Action, String?, String)])
    func everyVerbHasItsAnswer(action: Action, to: String?, body: String) throws {
        let source = try Samples.callsieve(targets: ["account manager": "201", "voicemail": "vm-1"])
        var event = CallEvent(source: "demo", kind: .incoming, callID: "c", dedupeKey: "c:decide")
        event.asks = true
        var verdict = Verdict(then: action)
        verdict.to = to
        verdict.reason = "PARTNER"
        verdict.say = "ok"
        let reply = source.dialect.answer(verdict, to: event, source).reply
        #expect(reply.status == 200 && String(decoding: reply.body, as: UTF8.self) == body)
        #expect(reply.headers == [HookHeader("Content-Type", "application/json")])
    }

    @Test func noVerdictLetsTheCallThrough() throws {
        let source = try Samples.callsieve()
        var event = CallEvent(source: "demo", kind: .incoming, callID: "c", dedupeKey: "c:decide")
        event.asks = true
        #expect(source.dialect.answer(nil, to: event, source).reply.body == Array(#"{"action":"answer","call":"c"}"#.utf8))
        event.asks = false
        #expect(source.dialect.answer(Verdict(then: .reject), to: event, source).reply.body == Array("{}".utf8))
    }

    @Test func standardReplies() throws {
        let dialect = try Samples.dialect("callsieve")
        #expect(dialect.reply(.ok) == HookReply(status: 200, headers: [HookHeader("Content-Type", "application/json")], body: Array("{}".utf8)))
        #expect([.refused, .malformed, .unavailable].map { dialect.reply($0).status } == [401, 400, 503])
        #expect(dialect.failsOpenWith == .unavailable503 && dialect.answerDeadline == .seconds(1))
        #expect(dialect.secretNames == ["signing", "bearer"] && dialect.hash.count == 64)
    }

    @Test func sourceSaysWhatKeepsItFromWorking() throws {
        let dialect = try Samples.dialect("callsieve")
        #expect(try Samples.callsieve().problems.isEmpty)
        let bad = SourceProfile(name: "x", dialect: dialect, secrets: ["signing": [Secret("!")], "salt": [Secret("a")]], zone: "Mars/Base")
        #expect(bad.problems.count == 3)
        #expect(SourceProfile(name: "x", dialect: dialect).problems.first?.contains("signing, bearer") ?? false)
    }
}
