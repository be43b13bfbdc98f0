// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Foundation
import PBX
import PBXSamples
import Testing
import WireFormats

/// Requests that a real Kamailio sent (Fixtures/captures/kamailio).
@Suite struct KamailioTests {
    private static let files: [String] = {
        let folder = Recorded.folder.appending(path: "captures/kamailio")
        return ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { $0.hasSuffix(".http") }.sorted()
    }()

    private static let kinds: [String: EventKind] = [
        "call": .incoming, "incoming": .status, "ringing": .ringing, "answered": .answered, "dtmf": .digits, "ended": .ended, "missed": .missed,
    ]

    private func event(_ name: String) throws -> CallEvent {
        try Samples.event(Recorded.request("captures/kamailio/\(name).http"), Samples.kamailio())
    }

    @Test func capturesAreAllThere() {
        #expect(KamailioTests.files.count == 59)
    }

    @Test(arguments: KamailioTests.files)
    func everyCaptureIsReadWithItsKind(file: String) throws {
        let event = try event(String(file.dropLast(5)))
        let word = file.dropLast(5).split(separator: "-").last.map(String.init) ?? ""
        #expect(event.kind == KamailioTests.kinds[word])
        #expect(event.asks == (word == "call"))
        #expect(
            event.callID.hasSuffix("@127.0.0.1") && event.line == "+12025550101" || file.hasPrefix("busy") || file.hasPrefix("noanswer")
                || file.hasPrefix("cancelled"))
        #expect(event.at != nil && event.extra["source_ip"] == "127.0.0.1")
    }

    @Test func eventsOfOneCallHaveKeysOfTheirOwn() throws {
        var keys: Set<String> = []
        for file in KamailioTests.files { keys.insert(try event(String(file.dropLast(5))).dedupeKey) }
        #expect(keys.count == KamailioTests.files.count)
    }

    @Test(arguments: [
        ("cancelled-4-missed", HangupCause.callerHungUp), ("busy-3-missed", .busy), ("noanswer-4-missed", .noAnswer),
        ("rejected-3-missed", .rejected),
        ("redirected-3-missed", .redirected), ("answered-6-ended", .callerHungUp), ("forwarded-6-ended", .callerHungUp),
    ])
    func endsHaveTheirCause(name: String, cause: HangupCause) throws {
        #expect(try event(name).cause == cause)
    }

    @Test func talkAndDigitsAreRead() throws {
        #expect(try event("answered-6-ended").talk == .seconds(1))
        #expect(try event("answered-5-dtmf").digits == "5")
    }

    @Test func callersAreRead() throws {
        #expect(try event("answered-1-call").caller?.number?.e164 == "+12025550100")
        #expect(try event("anonymous-1-call").caller == .withheld)
        #expect(try event("national-1-call").callerName == "岡田 花子")
        #expect(try event("national-1-call").caller == .unreadable("02079460124"))
        #expect(try event("names-1-call").callerName == "$rU \\\\tab here")
        #expect(try event("latin1-1-call").callerName == nil)
    }

    @Test func nationalNumberIsReadInTheCountryOfItsLine() throws {
        let source = SourceProfile(
            name: "k", dialect: try Samples.dialect("kamailio"), secrets: ["bearer": [Secret("t")]], region: "US", lineRegions: ["+12025550101": "GB"]
        )
        let event = try Samples.event(Recorded.request("captures/kamailio/national-1-call.http"), source)
        #expect(event.caller?.number?.e164 == "+442079460124")
    }

    @Test(arguments: (1...6).map { $0 })
    func signedCaptureIsBelieved(number: Int) throws {
        let file = try #require(KamailioTests.files.first { $0.hasPrefix("signed-\(number)-") })
        let request = try Recorded.request("captures/kamailio/" + file)
        for secrets in [["bearer": "test-token"], ["signing": "s3cret"], ["bearer": "test-token", "signing": "s3cret"]] {
            let source = try Samples.kamailio(secrets)
            #expect(source.dialect.authenticate(request, source) == .accepted)
        }
    }

    @Test func everySecretThatIsConfiguredMustHold() throws {
        var request = try Recorded.request("captures/kamailio/signed-1-call.http")
        let source = try Samples.kamailio()
        request.body.append(0x20)
        request.headers.removeAll { $0.name == "Content-Length" }
        #expect(source.dialect.authenticate(request, source) == .refused(HookReply(status: 401), .badSignature))
        let bearerOnly = try Samples.kamailio(["bearer": "test-token"])
        #expect(bearerOnly.dialect.authenticate(request, bearerOnly) == .accepted)
        let wrong = try Samples.kamailio(["bearer": "other", "signing": "s3cret"])
        #expect(wrong.dialect.authenticate(request, wrong) == .refused(HookReply(status: 401), .badToken))
        #expect(
            try source.dialect.authenticate(Recorded.request("captures/kamailio/answered-1-call.http"), source)
                == .refused(HookReply(status: 401), .missing))
    }

    @Test(
        arguments: [
            (Action.answer, nil, #"{"action":"accept"}"#), (.answerFirst, nil, #"{"action":"accept"}"#),
            (.reject, nil, #"{"action":"reject","code":603,"reason":"Decline"}"#),
            (.divert, "sales", #"{"action":"forward","target":"queue-sales"}"#),
            (.divert, nil, #"{"action":"accept"}"#), (.voicemail, nil, #"{"action":"forward","target":"voicemail"}"#),
            (.menu, "night", #"{"action":"forward","target":"night"}"#),
        ] as [(Action, String?, String)])
    func verbsAreTheActionsOfTheProxy(action: Action, to: String?, body: String) throws {
        let source = SourceProfile(
            name: "k", dialect: try Samples.dialect("kamailio"), secrets: ["bearer": [Secret("t")]], targets: ["sales": "queue-sales"])
        var verdict = Verdict(then: action)
        verdict.to = to
        let reply = source.dialect.answer(verdict, to: try event("answered-1-call"), source).reply
        #expect(reply.status == 200 && String(decoding: reply.body, as: UTF8.self) == body)
    }

    @Test func retriedDeliveryHasTheSameKey() throws {
        #expect(try event("answered-5-dtmf").dedupeKey == event("answered-5-dtmf").dedupeKey)
    }
}
