// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import PBX
import PBXSamples
import Testing
import WireFormats

/// BAD-INPUTS B and C: bodies that are no good, and calls that make no sense. Nothing may trap; nothing of it is lost.
@Suite struct BadBodyTests {
    private func decode(_ body: [UInt8], type: String? = "application/json") throws -> Decoded {
        let source = try Samples.callsieve()
        let headers = type.map { [HookHeader("Content-Type", $0)] } ?? []
        return source.dialect.decode(
            HookRequest(method: "POST", headers: headers, body: body, arrivedAt: Samples.now), source, numbers: Samples.numbers)
    }

    private func decode(_ text: String) throws -> Decoded { try decode(Array(text.utf8)) }

    private func event(_ text: String) throws -> CallEvent {
        guard case .events(let events) = try decode(text) else { throw Samples.Unexpected(what: "\(try decode(text))") }
        return events[0]
    }

    private func isUnreadable(_ decoded: Decoded) -> Bool {
        guard case .unreadable(let reply, let problem) = decoded else { return false }
        return reply.status == 400 && !problem.isEmpty
    }

    @Test(arguments: [
        "", " ", "null", "[]", "[1]", "\"x\"", "0", "{}", "{", "}", "{\"call\":\"c\"}", "{\"event\":\"ringing\"}",
        "{\"call\":null,\"event\":\"ringing\"}",
        "{\"call\":\"\",\"event\":\"ringing\"}", "{\"call\":{},\"event\":\"ringing\"}", "{\"call\":\"c\",\"event\":\"ringing\"} x",
        "{\"call\":\"c\",\"call\":\"d\",\"event\":\"ringing\"}", "{\"call\":\"c\",\"event\":\"ringing\",\"n\":NaN}", "{'call':'c'}",
        "call=c&event=ringing",
        "<xml/>", "{\"call\":\"c\\x\",\"event\":\"ringing\"}",
    ])
    func unreadable(text: String) throws {
        #expect(isUnreadable(try decode(text)))
    }

    @Test func truncatedAtEveryByte() throws {
        let whole = Array(#"{"call":"c-1","event":"ringing","from":"+74950000202","fields":{"a":[1,2.5e3,"\u00e9"]}}"#.utf8)
        for length in 0..<whole.count { #expect(isUnreadable(try decode(Array(whole[..<length])))) }
        #expect(try event(String(decoding: whole, as: UTF8.self)).callID == "c-1")
    }

    @Test func deepAndWideBodies() throws {
        #expect(isUnreadable(try decode(String(repeating: "[", count: 100_000))))
        let deep = String(repeating: "{\"a\":", count: 200) + "1" + String(repeating: "}", count: 200)
        #expect(isUnreadable(try decode("{\"call\":\"c\",\"event\":\"ringing\",\"x\":\(deep)}")))
        let wide = (0..<30_000).map { "\"k\($0)\":1" }.joined(separator: ",")
        #expect(isUnreadable(try decode("{\"call\":\"c\",\"event\":\"ringing\",\(wide)}")))
        let many = (0..<500).map { "\"k\($0)\":\"\(String(repeating: "v", count: 3_000))\"" }.joined(separator: ",")
        let event = try event("{\"call\":\"c\",\"event\":\"ringing\",\(many)}")
        #expect(event.extra.count == 64 && event.extra.values.allSatisfy { $0.utf8.count == 1_000 })
    }

    @Test(arguments: ["1e999", "-0", "9007199254740993", String(repeating: "9", count: 400)])
    func numbersKeepTheirText(number: String) throws {
        #expect(try event("{\"call\":\(number),\"event\":\"ringing\",\"x\":\(number)}").callID == number)
    }

    @Test func badTextIsRepairedAndAccepted() throws {
        let bytes = Array("{\"call\":\"c\",\"event\":\"ringing\",\"name\":\"M".utf8) + [0xFC] + Array("ller\",\"x\":\"\\ud800 \\u0000\"}".utf8)
        guard case .events(let events) = try decode(bytes) else { throw Samples.Unexpected(what: "unreadable") }
        #expect(events[0].callerName == "M\u{FFFD}ller" && events[0].extra["x"] == "\u{FFFD} \u{0}")
        #expect(try event("\u{FEFF}{\"call\":\"c\",\"event\":\"ringing\"}").callID == "c")
        #expect(isUnreadable(try decode([0xFF, 0xFE] + "{\"call\":1}".utf8.flatMap { [$0, 0] })))
    }

    @Test func namesAreOneLineAndBounded() throws {
        let name = "A\\r\\n\\u0000\\u001bB \\u202e\\u200d" + String(repeating: "\\u0301", count: 10_000)
        let read = try #require(try event("{\"call\":\"c\",\"event\":\"ringing\",\"name\":\"\(name)\"}").callerName)
        #expect(read.hasPrefix("A    B ") && read.utf8.count <= 2_003)
    }

    @Test(
        arguments: [
            ("application/json; charset=utf-8", true), ("APPLICATION/JSON", true), ("application/problem+json", true), (nil, true),
            ("text/plain", false),
            ("application/x-www-form-urlencoded", false), ("multipart/form-data; boundary=x", false), ("", true), ("garbage", false), (";", true),
        ] as [(String?, Bool)])
    func contentType(type: String?, isRead: Bool) throws {
        let decoded = try decode(Array(#"{"call":"c","event":"ringing"}"#.utf8), type: type)
        #expect(isUnreadable(decoded) == !isRead)
    }

    @Test func scriptsArePlainText() throws {
        let event = try event(##"{"call":"c","event":"ringing","name":"\"><img src=x>","from":"\"><img>","__proto__":{"a":1},"$ref":"#/x"}"##)
        #expect(event.callerName == "\"><img src=x>" && event.caller == .unreadable("\"><img>") && event.extra == ["$ref": "#/x"])
    }

    @Test func fieldsOfAnotherTypeAreReadOrLeftOut() throws {
        let event = try event(
            #"{"call":17,"event":"ended","from":74950000202,"to":["x"],"agent":12,"digits":5,"name":null,"sequence":"7","wait_s":"3","talk_s":null,"at":"1772445600"}"#
        )
        #expect(
            event.callID == "17" && event.caller?.number?.e164 == "+74950000202" && event.line == nil && event.agent == "12" && event.digits == "5")
        #expect(event.callerName == nil && event.sequence == 7 && event.wait == .seconds(3) && event.talk == nil && event.at == Samples.now)
    }

    @Test(arguments: ["-1", "1e9", "\"x\"", "1e999", "\"\"", "true", "[]"])
    func durationsThatCannotBe(text: String) throws {
        #expect(try event("{\"call\":\"c\",\"event\":\"ended\",\"talk_s\":\(text)}").talk == nil)
    }

    @Test(
        arguments: [
            ("\"1970-01-01T00:00:00Z\"", 0), ("\"2038-01-19T03:14:08Z\"", 2_147_483_648), ("\"2106-02-07T06:28:16Z\"", 4_294_967_296),
            ("\"9999-12-31T23:59:59Z\"", 253_402_300_799), ("\"10000-01-01T00:00:00Z\"", nil), ("\"2026-03-02 13:00:00\"", 1_772_445_600),
            ("\"2026-03-02T10:00:00\"", 1_772_434_800), ("\"2026-03-02T12:00:00+02\"", 1_772_445_600), ("\"2026-02-30T10:00:00Z\"", nil),
            ("\"2026-13-01T10:00:00Z\"", nil), ("\"2026-03-02T24:00:00Z\"", nil), ("\"2016-12-31T23:59:60Z\"", 1_483_228_800), ("-1", nil),
            ("1e9", nil),
            ("99999999999999999999", nil), ("\"now\"", nil), ("\"\"", nil), ("0", nil), ("\"2026-03-02T10:00:00+25:00\"", nil),
        ] as [(String, Int64?)])
    func times(text: String, seconds: Int64?) throws {
        #expect(try event("{\"call\":\"c\",\"event\":\"ended\",\"at\":\(text)}").at == seconds.map { Instant(unixSeconds: $0) })
    }

    @Test func idsOfAnyFormAreTexts() throws {
        #expect(try event(#"{"call":"1795466350.0","event":"ringing"}"#).callID == "1795466350.0")
        #expect(try event(#"{"call":"1-26678@127.0.0.1","event":"ringing"}"#).callID == "1-26678@127.0.0.1")
        #expect(isUnreadable(try decode("{\"call\":\"\(String(repeating: "c", count: 513))\",\"event\":\"ringing\"}")))
        let long = try event("{\"call\":\"c\",\"event\":\"ringing\",\"id\":\"\(String(repeating: "i", count: 5_000))\"}")
        #expect(long.dedupeKey.hasPrefix("sha256:"))
    }

    @Test func longLinksAreCut() throws {
        let event = try event("{\"call\":\"c\",\"event\":\"recording\",\"recording\":\"https://u:p@h/\(String(repeating: "r", count: 100_000))\"}")
        #expect(event.recording?.utf8.count == 2_000)
    }

    @Test func mutatedBodiesNeverTrap() throws {
        let random = SeededRandom(seed: 7)
        let whole = Array(
            #"{"call":"c-1","event":"ringing","from":"+74950000202","at":"2026-03-02T10:00:00Z","fields":{"a":[1,2.5e3,"\u00e9"]}}"#.utf8)
        for _ in 0..<5_000 {
            var body = whole
            let dice = random.bytes(6)
            for pair in [(dice[0], dice[1]), (dice[2], dice[3])] { body[Int(pair.0) % body.count] = pair.1 }
            if dice[4] < 64 { body.removeLast(Int(dice[5]) % body.count) }
            _ = try decode(body)
        }
    }
}
