// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Foundation
import PBX
import PBXSamples
import Testing
import WireFormats

/// Answers and commands in the vendors' own forms, against the recorded ones (Fixtures/pbx/*/answers).
@Suite struct AnswerFormTests {
    struct Case: Sendable, CustomStringConvertible {
        let request: String
        let action: Action
        let to: String?
        let answer: String
        var texts: [String: String] = [:]
        var say: String?
        var description: String { answer }
    }

    private static let replies: [Case] = [
        Case(request: "asterisk/answered-01-call", action: .answer, to: nil, answer: "asterisk/answers/accept"),
        Case(request: "asterisk/answered-01-call", action: .divert, to: "sales", answer: "asterisk/answers/forward"),
        Case(request: "asterisk/answered-01-call", action: .reject, to: nil, answer: "asterisk/answers/reject"),
        Case(request: "asterisk/answered-01-call", action: .voicemail, to: "100", answer: "asterisk/answers/voicemail"),
        Case(request: "standard-webhooks/answered-01-ringing", action: .answer, to: nil, answer: "standard-webhooks/answers/accept"),
        Case(request: "standard-webhooks/answered-01-ringing", action: .divert, to: "sales", answer: "standard-webhooks/answers/forward"),
        Case(request: "standard-webhooks/answered-01-ringing", action: .voicemail, to: "100", answer: "standard-webhooks/answers/voicemail"),
        Case(request: "freeswitch/answered-01-xml-curl-dialplan", action: .answer, to: nil, answer: "freeswitch/answers/xml-accept"),
        Case(request: "freeswitch/answered-01-xml-curl-dialplan", action: .reject, to: nil, answer: "freeswitch/answers/xml-reject"),
        Case(
            request: "freeswitch/answered-01-xml-curl-dialplan", action: .voicemail, to: "default pbx.example 201",
            answer: "freeswitch/answers/xml-voicemail"),
        Case(request: "freeswitch/answered-02-httapi-first", action: .answer, to: nil, answer: "freeswitch/answers/httapi-continue-in-dialplan"),
        Case(request: "freeswitch/answered-02-httapi-first", action: .divert, to: "201", answer: "freeswitch/answers/httapi-dial"),
        Case(request: "freeswitch/answered-02-httapi-first", action: .reject, to: nil, answer: "freeswitch/answers/httapi-reject"),
        Case(
            request: "freeswitch/answered-02-httapi-first", action: .voicemail, to: "201", answer: "freeswitch/answers/httapi-voicemail",
            texts: ["domain": "pbx.example"]),
        Case(request: "twilio/answered-01-voice", action: .answer, to: nil, answer: "twilio/answers/accept-dial"),
        Case(request: "twilio/answered-01-voice", action: .reject, to: nil, answer: "twilio/answers/reject"),
        Case(request: "twilio/answered-01-voice", action: .voicemail, to: nil, answer: "twilio/answers/voicemail"),
        Case(request: "plivo/answered-01-answer", action: .answer, to: nil, answer: "plivo/answers/accept-dial"),
        Case(request: "plivo/answered-01-answer", action: .reject, to: nil, answer: "plivo/answers/reject"),
        Case(request: "plivo/answered-01-answer", action: .voicemail, to: nil, answer: "plivo/answers/voicemail"),
        Case(request: "vonage/answered-01-answer", action: .answer, to: nil, answer: "vonage/answers/accept-connect"),
        Case(request: "vonage/answered-01-answer", action: .reject, to: nil, answer: "vonage/answers/reject"),
        Case(request: "vonage/answered-01-answer", action: .voicemail, to: nil, answer: "vonage/answers/voicemail"),
        Case(request: "signalwire/answered-01-fetch", action: .answer, to: nil, answer: "signalwire/answers/accept-connect"),
        Case(request: "signalwire/answered-01-fetch", action: .reject, to: nil, answer: "signalwire/answers/reject"),
        Case(request: "zadarma/answered-01-start", action: .answer, to: nil, answer: "zadarma/answers/event-ack"),
        Case(request: "zadarma/answered-01-start", action: .answer, to: nil, answer: "zadarma/answers/caller-name", say: "Lead score 82"),
        Case(request: "zadarma/answered-01-start", action: .divert, to: "100", answer: "zadarma/answers/redirect-extension"),
        Case(request: "zadarma/answered-01-start", action: .menu, to: "0-1", answer: "zadarma/answers/redirect-scenario"),
        Case(request: "zadarma/answered-01-start", action: .reject, to: nil, answer: "zadarma/answers/hangup"),
        Case(request: "itoolabs/answered-01-contact", action: .answer, to: nil, answer: "itoolabs/answers/contact-unknown"),
        Case(request: "itoolabs/answered-01-contact", action: .divert, to: "andy", answer: "itoolabs/answers/contact-route", say: "Лид, 82 балла"),
        Case(request: "asterisk/answered-01-call", action: .reject, to: "busy", answer: "asterisk/answers/reject-busy"),
        Case(
            request: "asterisk/answered-01-call", action: .reject, to: nil, answer: "asterisk/answers/play", texts: ["refusal sound": "vm-goodbye"]),
        Case(request: "standard-webhooks/answered-01-ringing", action: .reject, to: "busy", answer: "standard-webhooks/answers/reject-busy"),
        Case(request: "freeswitch/answered-01-xml-curl-dialplan", action: .reject, to: "busy", answer: "freeswitch/answers/xml-reject-busy"),
        Case(
            request: "freeswitch/answered-02-httapi-first", action: .menu, to: nil, answer: "freeswitch/answers/httapi-ivr",
            texts: ["menu file": "https://media.callsieve.example/menu.wav"]),
        Case(
            request: "twilio/answered-01-voice", action: .menu, to: nil, answer: "twilio/answers/ivr",
            texts: ["menu": "Нажмите один, если вы хотите поговорить с отделом продаж.", "language": "ru-RU"]),
        Case(request: "twilio/answered-01-voice", action: .reject, to: "busy", answer: "twilio/answers/reject-busy"),
        Case(
            request: "twilio/answered-01-voice", action: .reject, to: nil, answer: "twilio/answers/play-and-hangup",
            texts: ["refusal audio": "https://media.callsieve.example/closed.mp3"]),
        Case(
            request: "plivo/answered-01-answer", action: .menu, to: nil, answer: "plivo/answers/ivr", texts: ["menu": "Press one for sales."]),
        Case(request: "plivo/answered-01-answer", action: .reject, to: "busy", answer: "plivo/answers/reject-busy"),
        Case(
            request: "vonage/answered-01-answer", action: .menu, to: nil, answer: "vonage/answers/ivr", texts: ["menu": "Press one for sales."]),
        Case(
            request: "zadarma/answered-01-start", action: .menu, to: nil, answer: "zadarma/answers/ivr-play", texts: ["menu file": "0000000000000001"]
        ),
        Case(request: "zadarma/answered-01-start", action: .menu, to: nil, answer: "zadarma/answers/ivr-say-digits", texts: ["say digits": "123"]),
        Case(
            request: "zadarma/answered-01-start", action: .divert, to: "100", answer: "zadarma/answers/redirect-rewrite",
            texts: ["forward number": "+74950000150"]),
        Case(request: "zadarma/answered-01-start", action: .reject, to: "busy", answer: "zadarma/answers/reject-busy"),
        Case(request: "sipuni/route-01-request", action: .answer, to: nil, answer: "sipuni/answers/route-choice"),
    ]

    private func answer(_ one: Case, commandID: String? = nil) throws -> CallTimeAnswer {
        let vendor = String(one.request.prefix { $0 != "/" })
        let source = try VendorSources.source(vendor, texts: one.texts)
        let event = try Samples.event(Recorded.request("pbx/\(one.request).http"), source)
        #expect(event.asks)
        var verdict = Verdict(then: one.action)
        verdict.to = one.to
        verdict.say = one.say
        return source.dialect.answer(verdict, to: event, source, commandID: commandID)
    }

    @Test(arguments: replies)
    func replyIsTheRecordedOne(one: Case) throws {
        let reply = try answer(one).reply
        let (type, body) = try recorded(one.answer)
        #expect(reply.status == 200)
        #expect(mediaType(reply.headers.first { $0.name == "Content-Type" }?.value) == mediaType(type))
        if body.first == UInt8(ascii: "<") {
            #expect(try XMLElement.parse(reply.body) == XMLElement.parse(body))
        } else {
            #expect(try JSON.parse(reply.body) == JSON.parse(body))
        }
    }

    @Test(
        arguments: [
            (.reject, nil, ["telnyx/answers/command-reject"]), (.reject, "busy", ["telnyx/answers/command-reject-busy"]),
            (.answer, nil, ["telnyx/answers/command-answer", "telnyx/answers/command-transfer"]),
            (.divert, "+12025550150", ["telnyx/answers/command-answer", "telnyx/answers/command-transfer"]),
        ] as [(Action, String?, [String])])
    func commandsAreTheRecordedOnes(action: Action, to: String?, files: [String]) throws {
        let one = Case(request: "telnyx/answered-01-initiated", action: action, to: to, answer: files[0])
        guard case .commands(let commands, let ok) = try answer(one, commandID: "cs-b0e6141e") else { throw Samples.Unexpected(what: "no command") }
        try #require(commands.count == files.count)
        for (command, file) in zip(commands, files) {
            let sample = try Recorded.request("pbx/\(file).http")
            #expect(command.url == "https://" + (sample.header("Host") ?? "") + sample.target && command.method == "POST" && ok.status == 200)
            #expect(try JSON.parse(command.body) == JSON.parse(sample.body))
            #expect(Set(command.headers) == [HookHeader("Authorization", "Bearer test-api-key"), HookHeader("Content-Type", "application/json")])
        }
        #expect(Set(commands.map(\.id)).count == commands.count)
    }

    /// Every answer that a vendor's folder shows is made by some verb, or is one of the plain acknowledgements and handshakes.
    @Test func everyRecordedAnswerIsMade() throws {
        var made = Set(AnswerFormTests.replies.map(\.answer))
        made.formUnion(["answer", "transfer", "reject", "reject-busy"].map { "telnyx/answers/command-\($0)" })
        made.formUnion(["mango/answers/command-route", "mango/answers/command-hangup"])
        let root = Recorded.folder.appending(path: "pbx")
        for vendor in try FileManager.default.contentsOfDirectory(atPath: root.path).sorted() {
            let files = (try? FileManager.default.contentsOfDirectory(atPath: root.path + "/\(vendor)/answers")) ?? []
            for file in files where !file.contains("ack") && !file.contains("handshake") && !file.contains("bad-token") {
                let name = "\(vendor)/answers/\(file.dropLast(5))"
                if name == "freeswitch/answers/xml-not-found" { continue }
                #expect(made.contains(name), "\(name)")
            }
        }
    }

    @Test(
        arguments: [
            ("twilio/answered-02-digits", "Dial"), ("plivo/answered-02-digits", "Dial"), ("vonage/answered-05-input", "connect"),
            ("signalwire/answered-02-transfer-digits", "connect"), ("freeswitch/answered-03-httapi-digits", "break"),
            ("zadarma/answered-02-ivr", "{}"),
        ])
    func callGoesOnAfterItsMenu(file: String, text: String) throws {
        let vendor = String(file.prefix { $0 != "/" })
        let event = try Samples.event(Recorded.request("pbx/\(file).http"), try VendorSources.source(vendor))
        let plain = try VendorSources.source(vendor)
        #expect(event.continues && !event.asks)
        #expect(String(decoding: plain.dialect.goOn(after: event, plain).reply.body, as: UTF8.self).contains(text))
        guard vendor != "freeswitch" else { return }
        let keyed = try VendorSources.source(vendor, targets: ["key 1": "777"])
        #expect(String(decoding: keyed.dialect.goOn(after: event, keyed).reply.body, as: UTF8.self).contains("777"))
    }

    @Test func telnyxIsSteeredOnAfterItsMenu() throws {
        let source = try VendorSources.source("telnyx")
        let event = try Samples.event(Recorded.request("pbx/telnyx/answered-04-gather-ended.http"), source)
        guard case .commands(let commands, _) = source.dialect.goOn(after: event, source) else { throw Samples.Unexpected(what: "no command") }
        #expect(commands.count == 1 && commands[0].url.hasSuffix("/actions/transfer"))
    }

    /// RingCentral and UIS report either way, and are steered where the source has the token for it.
    @Test(arguments: [("ringcentral", "answered-01", Action.reject, "/reject"), ("uis", "answered-01", .divert, "/v4.0")])
    func withAnAPITokenCallsAreSteered(vendor: String, story: String, action: Action, end: String) throws {
        let plain = try VendorSources.source(vendor)
        let secrets = plain.secrets.merging(["api_token": [Secret("T0KEN")]]) { _, new in new }
        let steered = SourceProfile(name: vendor, dialect: plain.dialect, secrets: secrets, zone: "Europe/Moscow")
        #expect(steered.problems == [])
        let row = try #require(try Recorded.manifest().first { $0.provider == vendor && $0.file.contains(story) })
        let request = try Recorded.request("pbx/" + row.file)
        #expect(try !Samples.event(request, plain).asks)
        let event = try Samples.event(request, steered)
        #expect(event.asks)
        var verdict = Verdict(then: action)
        verdict.to = action == .divert ? "201" : nil
        guard case .commands(let commands, _) = plain.dialect.answer(verdict, to: event, steered) else { throw Samples.Unexpected(what: "none") }
        #expect(commands.count == 1 && commands[0].url.hasSuffix(end))
        let whole = String(decoding: commands[0].body, as: UTF8.self) + commands[0].headers.map(\.value).joined()
        #expect(whole.contains("T0KEN"))
    }

    @Test func whatIsFilledInIsEscaped() throws {
        let one = Case(request: "twilio/answered-01-voice", action: .divert, to: "\"/><Hangup/><a b=\"&\r\n", answer: "")
        let body = try answer(one).reply.body
        let element = try XMLElement.parse(body)
        #expect(element.json["Dial"]?["Number"]?.string == "\"/><Hangup/><a b=\"&  ")
        #expect(!body.contains(13) && element.json["Hangup"] == nil)
    }

    @Test func handshakesAreAnsweredAsRecorded() throws {
        for (request, answer) in [
            ("zadarma/handshake-01-zd-echo", "zadarma/answers/handshake-zd-echo"),
            ("ringcentral/handshake-01-validation", "ringcentral/answers/handshake-validation"),
            ("cloudevents/handshake-01-options", "cloudevents/answers/handshake-allowed"),
        ] {
            let source = try VendorSources.source(String(request.prefix { $0 != "/" }))
            let recorded = try Recorded.request("pbx/\(request).http")
            #expect(source.dialect.authenticate(recorded, source) == .accepted)
            guard case .handshake(let reply) = source.dialect.decode(recorded, source, numbers: Samples.numbers) else {
                throw Samples.Unexpected(what: request)
            }
            let (_, body) = try self.recorded(answer)
            let head = String(decoding: try Recorded.bytes("pbx/\(answer).http"), as: UTF8.self)
            #expect(reply.status == 200 && reply.body == body)
            for header in reply.headers { #expect(head.contains("\(header.name): \(header.value)\r\n")) }
        }
    }

    @Test func withoutAnAddressToLetThroughThePBXIsLeftToItsOwnFallback() throws {
        let source = SourceProfile(
            name: "t", dialect: try Samples.dialect("twilio"), secrets: ["auth_token": [Secret("x")]], publicBase: "https://h.example")
        let event = try Samples.event(Recorded.request("pbx/twilio/answered-01-voice.http"), source)
        #expect(source.dialect.answer(nil, to: event, source) == .reply(HookReply(status: 503)))
        #expect(source.problems.count == 1 && source.problems[0].contains("targets"))
    }

    private func recorded(_ file: String) throws -> (type: String?, body: [UInt8]) {
        let sample = try Recorded.request("pbx/\(file).http")
        return (sample.header("Content-Type"), sample.body)
    }

    private func mediaType(_ value: String?) -> Substring? { value?.prefix { $0 != ";" } }
}
