// SPDX-License-Identifier: Apache-2.0
import CallModel
import Crypto
import Essentials
import PBX
import PBXSamples
import Testing
import WireFormats

/// A PBX that nobody here knows: its dialect is a file written from docs/dialects.md, and not a line of Swift knows of it.
@Suite struct AcmeDialectTests {
    private func source(texts: [String: String] = [:]) throws -> SourceProfile {
        let text = String(decoding: try Recorded.bytes("dialects/acme.yaml"), as: UTF8.self)
        return SourceProfile(
            name: "acme", dialect: try Dialect.load(text, file: "acme.yaml"), secrets: ["signing": [Secret("old"), Secret("s3cret")]],
            targets: ["sales": "201", "key 1": "301"], texts: texts)
    }

    /// A request as that PBX sends it.
    private func request(_ body: String, secret: String = "s3cret", ago: Int64 = 0) -> HookRequest {
        let time = String((Samples.now - .seconds(ago)).unixMilliseconds)
        let mac = HMAC<SHA256>.authenticationCode(for: Array("\(time).\(body)".utf8), using: SymmetricKey(data: Array(secret.utf8)))
        return HookRequest(
            method: "POST",
            headers: [
                HookHeader("Content-Type", "application/x-www-form-urlencoded"), HookHeader("X-Acme-Time", time),
                HookHeader("X-Acme-Signature", Hex.encode(mac)),
            ], body: Array(body.utf8), arrivedAt: Samples.now)
    }

    private let new = "uid=A7&state=new&ts=1772445600120&did=74950000101&party%5Bnumber%5D=84950000202&party%5Bname%5D=Anna&utm_source=ads"

    @Test func signatureOverTimeAndBodyIsChecked() throws {
        let source = try source()
        func reason(_ request: HookRequest) -> RefusalReason? {
            if case .refused(_, let reason) = source.dialect.authenticate(request, source) { reason } else { nil }
        }
        #expect(reason(request(new)) == nil)
        #expect(reason(request(new, secret: "old")) == nil, "the old secret is good while it is being replaced")
        #expect(reason(request(new, secret: "other")) == .badSignature)
        #expect(reason(request(new, ago: 301)) == .stale)
        var changed = request(new)
        changed.body.append(UInt8(ascii: " "))
        #expect(reason(changed) == .badSignature)
        #expect(reason(HookRequest(method: "GET", query: Array("challenge=x".utf8), arrivedAt: Samples.now)) == nil)
    }

    @Test func callIsReadAndFolded() throws {
        let source = try source()
        let bodies = [
            new, "uid=A7&state=keys&keys=1&ts=1772445604000", "uid=A7&state=talk&ext=201&ts=1772445609000",
            "uid=A7&state=end&talk_ms=31500&why=16&ts=1772445641000", "uid=A7&state=record&rec=https%3A%2F%2Facme.example%2F7.mp3",
        ]
        let events = try bodies.map { try Samples.event(request($0), source) }
        #expect(events[0].caller?.number?.e164 == "+74950000202" && events[0].callerName == "Anna" && events[0].line == "+74950000101")
        #expect(events[0].at == Instant(unixMilliseconds: 1_772_445_600_120) && events[0].extra["utm_source"] == "ads")
        let call = RecordedStory.fold(events)
        #expect(call.outcome == .answered && call.talk == .milliseconds(31_500) && call.digits == "1" && call.agent == "201")
        #expect(call.recording == "https://acme.example/7.mp3" && call.extra["utm_source"] == "ads")
    }

    @Test(
        arguments: [
            (.answer, nil, "<acme><pass/></acme>"), (.answerFirst, nil, "<acme><pass priority=\"1\"/></acme>"),
            (.divert, "sales", "<acme><dial>201</dial></acme>"), (.menu, nil, "<acme><pass/></acme>"),
            (.voicemail, nil, "<acme><dial>*98</dial></acme>"), (.reject, "busy", "<acme><hangup code=\"486\"/></acme>"),
            (.reject, nil, "<acme><say>We do not take this call.</say><hangup code=\"603\"/></acme>"),
        ] as [(Action, String?, String)])
    func everyVerbIsAnsweredInXML(then: Action, to: String?, xml: String) throws {
        let source = try source()
        var verdict = Verdict(then: then)
        verdict.to = to
        let reply = source.dialect.answer(verdict, to: try Samples.event(request(new), source), source).reply
        #expect(try XMLElement.parse(reply.body) == XMLElement.parse(Array(xml.utf8)))
    }

    @Test func menuIsAskedAndItsKeyLeadsOn() throws {
        let source = try source(texts: ["menu": "Press one."])
        let ask = source.dialect.answer(Verdict(then: .menu), to: try Samples.event(request(new), source), source).reply
        #expect(try XMLElement.parse(ask.body) == XMLElement.parse(Array("<acme><ask digits=\"1\">Press one.</ask></acme>".utf8)))
        let keys = try Samples.event(request("uid=A7&state=keys&keys=1&ts=1772445604000"), source)
        #expect(
            try XMLElement.parse(source.dialect.goOn(after: keys, source).reply.body) == XMLElement.parse(Array("<acme><dial>301</dial></acme>".utf8))
        )
    }
}
