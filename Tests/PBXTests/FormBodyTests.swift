// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import PBX
import PBXSamples
import Testing
import WireFormats

@Suite struct FormBodyTests {
    @Test(
        arguments: [
            ("a=1&a=2", ["a=1", "a=2"]), ("a=%zz&b=%", ["a=%zz", "b=%"]), ("a=+x%2B", ["a= x+"]), ("a", ["a="]), ("=v", ["=v"]), ("&&a=b&", ["a=b"]),
            ("a=b=c", ["a=b=c"]), ("n%61me=x", ["name=x"]), ("a=%FC", ["a=\u{FFFD}"]), ("a=%d0%90", ["a=А"]), ("", []), ("a=%2", ["a=%2"]),
        ] as [(String, [String])])
    func formsAreReadAsBrowsersWriteThem(text: String, fields: [String]) {
        #expect(Form(parsing: Array(text.utf8)).fields.map { "\($0.name)=\($0.value)" } == fields)
    }

    @Test func firstValueAgreesWithTheForm() {
        let bytes = Array("x=1&j%73on=%7B%22a%22%3A+1%7D&json=2&bad=%FF".utf8)
        #expect(Form.firstValue(of: "json", in: bytes) == Array("{\"a\": 1}".utf8))
        #expect(Form.firstValue(of: "bad", in: bytes) == [0xFF])
        #expect(Form.firstValue(of: "none", in: bytes) == nil)
    }

    @Test func fieldsAreBounded() {
        let text = (0..<5_000).map { "a\($0)=1" }.joined(separator: "&")
        #expect(Form(parsing: Array(text.utf8)).fields.count == Form.fieldsMax)
    }

    private func source(_ read: String) throws -> SourceProfile {
        let dialect = try Dialect.load(
            """
            dialect: f
            verify: {scheme: path-token}
            body: [{read: \(read)}]
            fields: {call: "call | data.call.id", caller: from, name: data.name}
            key: "{call | data.call.id}"
            events: [{kind: incoming}]
            replies: {ok: 200, refused: 401, malformed: 400, unavailable: 503}
            """, file: "f.yaml")
        return SourceProfile(name: "f", dialect: dialect, secrets: ["token": [Secret("t")]])
    }

    private func event(_ body: String, _ read: String) throws -> CallEvent {
        try Samples.event(HookRequest(method: "POST", tail: ["t"], body: Array(body.utf8), arrivedAt: Samples.now), source(read))
    }

    @Test func lostPlusIsFound() throws {
        #expect(try event("data[call][id]=1&from=+74950000202", "[form nested]").caller?.number?.e164 == "+74950000202")
        #expect(try event("data[call][id]=1&from=%2B74950000202", "[form nested]").caller?.number?.e164 == "+74950000202")
    }

    @Test func nestedNamesOpenUp() throws {
        let event = try event("data[call][id]=17&data[name]=Anna&data[list][]=a&data[list][]=b", "[form nested]")
        #expect(event.callID == "17" && event.callerName == "Anna")
    }

    @Test(arguments: [
        "call=1&" + String(repeating: "[b]", count: 1_000) + "=x", "call=1&a" + String(repeating: "[b]", count: 1_000) + "=x",
        "call=1&a[=1&a]=2&a[b=3&[]=4&a[][]=5&a=6&a[b]=7", "call=1&a[b]]=1&a]b[c]=2&a[b]c]=3&a[[b]]=4&]=5&[=6&a[]]]=7",
    ])
    func oddNamesDoNotTrap(body: String) throws {
        #expect(try event(body, "[form nested]").callID == "1")
    }

    @Test func stepsOpenAFieldOfAForm() throws {
        let json = percentEncoded(#"{"data":{"call":{"id":"9"}}}"#)
        #expect(try event("x=\(json)", "[form, field x, json]").callID == "9")
        #expect(try event(Base64.encode(Array(#"{"call":"8"}"#.utf8)), "[base64, json]").callID == "8")
        #expect(try event(#"{"call":"7","data":{"name":"A%20B"}}"#, "[json, decode values data]").callerName == "A B")
    }

    @Test func batchGivesAnEventForEachElement() throws {
        let source = try source("[json, each items]")
        let body = Array(#"{"items":[{"call":"1"},{"call":"2"}]}"#.utf8)
        guard
            case .events(let events) = source.dialect.decode(
                HookRequest(method: "POST", tail: ["t"], body: body, arrivedAt: Samples.now), source, numbers: Samples.numbers)
        else { throw Samples.Unexpected(what: "no events") }
        #expect(events.map(\.callID) == ["1", "2"])
    }
}
