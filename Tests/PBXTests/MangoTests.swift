// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import PBX
import PBXSamples
import Testing
import WireFormats

@Suite struct MangoTests {
    @Test(arguments: try Recorded.manifest().filter { $0.provider == "mango" })
    func everySampleYieldsWhatTheManifestSays(row: Recorded.Row) throws {
        try ManifestCheck(source: Samples.mango()).check(row)
    }

    @Test func samplesOfMangoAreAllThere() throws {
        #expect(try Recorded.manifest().count { $0.provider == "mango" } == 23)
    }

    @Test func endSaysWhenTheTalkBegan() throws {
        let event = try event("answered-09-summary")
        #expect(event.startedAt == Samples.now && event.answeredAt == Instant(unixSeconds: 1_772_445_615))
        #expect(event.endedAt == Instant(unixSeconds: 1_772_445_652) && event.cause == .callerHungUp)
        #expect(event.caller?.number?.e164 == "+74950000202" && event.line == "+74950000101" && event.agent == "12")
    }

    @Test func missedCallHasNoAnswerTime() throws {
        let event = try event("missed-05-summary")
        #expect(event.kind == .missed && event.answeredAt == nil && event.cause == .noAnswer)
    }

    @Test func reasonMayBeTextOrNumber() throws {
        #expect(try event("missed-04-call-abonent-disconnected").cause == .noAnswer)
        #expect(try event("disorder-01-disconnected-seq3").cause == .calleeHungUp)
    }

    @Test func unknownReasonIsReadAsItsClass() throws {
        #expect(try played(["disconnect_reason": 2042]).cause == .failed)
        #expect(try played(["disconnect_reason": 99]).cause == nil)
    }

    @Test func absentNumberInAMenuIsAWithheldOne() throws {
        #expect(try event("anonymous-01-call-ivr-appeared").caller == .withheld)
        #expect(try event("answered-10-recording-completed").caller == nil)
    }

    @Test func legAndSequenceOrderTheEvents() throws {
        let event = try event("answered-06-call-abonent-connected")
        #expect(event.legID == "MToxMDAwOTU2NTo4MTozMTI2OTU1Nzk=" && event.sequence == 2 && event.at == Instant(unixSeconds: 1_772_445_615))
    }

    @Test func ownCallsAreOutgoing() throws {
        let event = try played(["end_time": 1_772_445_600, "call_direction": 2, "talk_time": 0, "to": ["number": "74950000202"]])
        #expect(event.kind == .outgoing && event.caller?.number?.e164 == "+74950000202")
    }

    @Test func divertIsTheCommandOfTheSample() throws {
        let source = SourceProfile(
            name: "mango", dialect: try Samples.dialect("mango"), secrets: try Samples.mango().secrets, targets: ["sales": "12"],
            texts: ["shown name": "Lead score 82"])
        var verdict = Verdict(then: .divert)
        verdict.to = "sales"
        let answer = source.dialect.answer(verdict, to: try event("answered-01-call-ivr-appeared"), source, commandID: "cs-0001")
        try expect(answer, isThatOf: "command-route")
    }

    @Test func rejectIsTheCommandOfTheSample() throws {
        let source = try Samples.mango()
        let event = try event("answered-01-call-ivr-appeared")
        try expect(source.dialect.answer(Verdict(then: .reject), to: event, source, commandID: "cs-0002"), isThatOf: "command-hangup")
    }

    @Test(arguments: [Action.answer, .answerFirst, .divert, .voicemail])
    func lettingThroughAndNowhereToGoNeedNoCommand(action: Action) throws {
        let source = try Samples.mango()
        let answer = source.dialect.answer(Verdict(then: action), to: try event("answered-01-call-ivr-appeared"), source)
        #expect(answer == .reply(HookReply(status: 200)))
    }

    @Test func sameEventGivesTheSameCommand() throws {
        let source = try Samples.mango()
        let event = try event("answered-01-call-ivr-appeared")
        let first = source.dialect.answer(Verdict(then: .reject), to: event, source)
        #expect(first == source.dialect.answer(Verdict(then: .reject), to: event, source))
        guard case .commands(let all, _) = first, let command = all.first else { throw Samples.Unexpected(what: "\(first)") }
        #expect(command.id.hasPrefix("cs-") && command.within == .seconds(8))
    }

    private func event(_ name: String) throws -> CallEvent {
        try Samples.event(Recorded.request("pbx/mango/\(name).http"), Samples.mango())
    }

    private func played(_ fields: JSON) throws -> CallEvent {
        let members = (fields.members ?? []) + [.init("entry_id", "e"), .init("call_id", "l"), .init("seq", 1), .init("call_state", "Disconnected")]
        let form = Form([.init("json", JSON.object(members).text)])
        let headers = [HookHeader("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")]
        return try Samples.event(HookRequest(method: "POST", headers: headers, body: form.serialised(), arrivedAt: Samples.now), Samples.mango())
    }

    private func expect(_ answer: CallTimeAnswer, isThatOf name: String) throws {
        guard case .commands(let all, let ok) = answer, let command = all.first else { throw Samples.Unexpected(what: "\(answer)") }
        let sample = try Recorded.request("pbx/mango/answers/\(name).http")
        #expect(command.url == "https://" + (sample.header("Host") ?? "") + sample.target && command.method == "POST")
        #expect(String(decoding: command.body, as: UTF8.self) == String(decoding: sample.body, as: UTF8.self))
        #expect(command.headers == [HookHeader("Content-Type", "application/x-www-form-urlencoded")] && ok == HookReply(status: 200))
    }
}
