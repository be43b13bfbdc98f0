// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import PBX
import PBXSamples
import Testing

/// Requests that a real Asterisk 22 and a real FreeSWITCH 1.10 sent (Fixtures/captures).
@Suite struct CaptureTests {
    private static func word(_ file: String) -> String { file.dropLast(5).split(separator: "-").last.map(String.init) ?? "" }

    private func asterisk() throws -> SourceProfile { try CaptureSources.source("asterisk") }
    private func freeswitch() throws -> SourceProfile { try CaptureSources.source("freeswitch") }

    private func event(_ pbx: String, _ file: String) throws -> CallEvent {
        try Samples.event(Recorded.request("captures/\(pbx)/\(file)"), pbx == "asterisk" ? asterisk() : freeswitch())
    }

    @Test func capturesAreAllThere() {
        #expect(CaptureSources.files("asterisk").count == 49 && CaptureSources.files("freeswitch").count == 27)
    }

    private static let asteriskKinds: [String: EventKind] = [
        "call": .incoming, "incoming": .status, "digits": .digits, "queued": .ringing, "answered": .answered, "voicemail": .status, "hangup": .missed,
    ]

    @Test(arguments: CaptureSources.files("asterisk"))
    func asterisk(file: String) throws {
        let event = try event("asterisk", file)
        let word = CaptureTests.word(file)
        // Somebody talked in these alone; disposition says ANSWERED of nearly all.
        let isTalk = file.hasPrefix("queue-6") || file.hasPrefix("forwarded-dial-4")
        #expect(event.kind == (isTalk ? .ended : CaptureTests.asteriskKinds[word]), "\(event)")
        #expect(event.asks == (word == "call") && event.callID.contains(".") && !event.dedupeKey.isEmpty)
    }

    @Test func asteriskCallersAndCausesAreRead() throws {
        #expect(try event("asterisk", "plain-post-1-call.http").caller?.number?.e164 == "+12025550100")
        #expect(try event("asterisk", "plain-get-1-call.http").callerName == "Ann Example")
        #expect(try event("asterisk", "plain-json-1-call.http").line == "json")
        #expect(try event("asterisk", "anonymous-1-call.http").caller == .withheld)
        #expect(try event("asterisk", "latin1-name-1-call.http").callerName?.contains("\u{FFFD}") ?? false)
        #expect(try event("asterisk", "rejected-3-hangup.http").cause == .rejected)
        #expect(try event("asterisk", "rejected-busy-3-hangup.http").cause == .busy)
        #expect(try event("asterisk", "no-agent-6-hangup.http").cause == .voicemail)
    }

    @Test func asteriskTokenIsChecked() throws {
        let source = try asterisk()
        #expect(try source.dialect.authenticate(Recorded.request("captures/asterisk/queue-1-call.http"), source) == .accepted)
        #expect(
            try source.dialect.authenticate(Recorded.request("captures/asterisk/plain-get-1-call.http"), source)
                == .refused(HookReply(status: 401), .missing))
    }

    /// With encode and encode-values both on, FreeSWITCH's record is no JSON any more where a value holds JSON itself: it is kept as unreadable.
    @Test func freeswitchRecordEncodedTwiceIsUnreadable() throws {
        let source = try freeswitch()
        let request = try Recorded.request("captures/freeswitch/cdrform-1-cdr.http")
        guard case .unreadable(let reply, _) = source.dialect.decode(request, source, numbers: Samples.numbers) else {
            throw Samples.Unexpected(what: "read")
        }
        #expect(reply.status == 400)
    }

    @Test(arguments: CaptureSources.files("freeswitch").filter { $0 != "cdrform-1-cdr.http" })
    func freeswitch(file: String) throws {
        let event = try event("freeswitch", file)
        switch CaptureTests.word(file) {
        case "call", "xml": #expect(event.kind == .incoming && event.asks)
        case "digits": #expect(event.kind == .digits && event.digits == "1")
        case "answered": #expect(event.kind == .answered && event.agent == "agent")
        case "cdr": #expect(event.kind == (file.hasPrefix("agent") ? .ended : .missed) && event.endedAt != nil, "\(event)")
        default: #expect(event.kind == [.incoming, .digits, .status][(Int(file.split(separator: "-")[1]) ?? 1) - 1])
        }
        #expect(event.callID.count == 36 && event.caller != nil)
    }

    @Test func freeswitchIsBelievedByEitherOfItsWays() throws {
        let source = try freeswitch()
        #expect(try source.dialect.authenticate(Recorded.request("captures/freeswitch/agent-1-call.http"), source) == .accepted)
        #expect(try source.dialect.authenticate(Recorded.request("captures/freeswitch/agent-4-cdr.http"), source) == .accepted)
        #expect(try !source.dialect.authenticate(Recorded.request("captures/freeswitch/agent-3-answered.http"), source).isAccepted)
    }
}
