// SPDX-License-Identifier: Apache-2.0
import CallModel
import PBX
import PBXSamples
import StrictYAML
import Testing

/// Mistakes in a dialect file: each is named with its line and what would be right.
@Suite struct DialectFileTests {
    /// A dialect that is right, one thing a line.
    private static let good = """
        dialect: mine
        verify: {scheme: bearer, secret: token}
        body:
          - {type: application/json, read: [json]}
        require: [id]
        formats: {time: unix milliseconds}
        fields:
          call: id
          caller: from
          cause: {from: why, table: {1: busy, otherwise: failed}}
        key: "{id}:{event}"
        events:
          - {when: {event: ring}, kind: incoming, asks: yes}
          - {when: {event: end}, kind: ended}
        replies: {ok: 200, refused: 401, malformed: 400, unavailable: 503}
        answer:
          within: 1 s
          verbs:
            answer: nothing
            answer first: {substitute: answer}
            divert: {json: {to: "{target}"}}
            menu: {substitute: answer}
            voicemail: {substitute: answer}
            reject: {json: {hangup: true}}
        """

    @Test func rightFileIsTaken() throws {
        let dialect = try Dialect.load(DialectFileTests.good, file: "mine.yaml")
        #expect(dialect.name == "mine" && dialect.secretNames == ["token"] && dialect.capabilities.asks)
        #expect(dialect.capabilities.verbs[.reject] == .reply && dialect.capabilities.verbs[.menu] == .substitute(.answer))
    }

    @Test(arguments: Dialect.shipped.keys.sorted())
    func shippedDialectIsRight(name: String) throws {
        #expect(try Samples.dialect(name).name == name)
    }

    /// What is replaced, by what, in which line the problem is, what it says, and what the fix holds.
    private static let mistakes: [(String, String, Int, String, String)] = [
        ("key: \"{id}:{event}\"", "kye: \"{id}\"", 13, "has no key", "add key"),
        ("asks: yes", "asks: yes, continues: yes", 13, "can't both ask and continue", "keep one"),
        ("asks: yes", "asks: {wiht: api_token}", 13, "\"with:\" is missing", ""),
        ("reject: {json: {hangup: true}}", "reject: [{when: {target: busy}, json: {hangup: 1}}]", 24, "no form is left", "last form"),
        ("reject: {json: {hangup: true}}", "reject: [{json: {}}, {when: {target: busy}, json: {}}, {json: {}}]", 24, "never reached", "before"),
        ("reject: {json: {hangup: true}}", "reject: [{when: {caller: present}, json: {}}, {json: {}}]", 24, "can't be asked here", "target and text"),
        ("reject: {json: {hangup: true}}", "reject: [{when: {text.menu: present}, json: {}}, {json: {}}]", 24, "nothing fills {text.menu}", "texts"),
        ("reject: {json: {hangup: true}}", "reject: {json: {key: \"{secret.token}\"}}", 24, "nothing fills {secret.token}", ""),
        ("reject: {json: {hangup: true}}", "reject: [{post: a/b}, {post: c/d}]", 24, "commands have no address", "base"),
        ("answer: nothing", "answer: [{when: {target: absent}, do: {substitute: reject}}, {do: nothing}]", 17, "answer can't be substituted", ""),
        ("read: [json]", "read: [multipat]", 4, "no way to read a body", "multipart"),
        ("{event: end}", "{evnt..x: end}", 14, "impossible path", "single dots"),
        ("require: [id]", "requires: [id]", 5, "unknown key \"requires\"", "require"),
        ("read: [json]", "read: [jason]", 4, "no way to read a body", "known: form"),
        ("read: [json]", "reads: [json]", 4, "\"read:\" is missing", ""),
        ("call: id", "cal: id", 8, "unknown field \"cal\"", "call"),
        ("call: id", "call: id..x", 8, "impossible path", "single dots"),
        ("call: id", "call: form.id", 8, "no row of body: reads a form", "read [form]"),
        ("call: id", "call: header", 8, "names no field", "body.header"),
        ("call: id", "call: header.A.b", 8, "a header has no parts", ""),
        ("call: id", "call: path.x", 8, "impossible path", "path.0"),
        ("call: id", "call: method.x", 8, "impossible path", "method"),
        ("call: id", "call: '\"x'", 8, "quotation mark", ""),
        ("call: id", "call: 'id |'", 8, "a path is missing", ""),
        ("call: id", "leg: id", 13, "which call this event belongs to", "add call"),
        ("caller: from", "caller: {form: from}", 9, "unknown key \"form\"", "from"),
        ("caller: from", "caller: {from: from, time: iso 8601}", 9, "is no time", ""),
        ("1: busy", "1: bussy", 10, "not known here", "busy"),
        ("time: unix milliseconds", "time: unix milis", 6, "not known here", "known: unix seconds"),
        ("kind: ended", "kind: endet", 14, "not known here", "ended"),
        ("kind: ended}", "}", 14, "no kind", "add kind"),
        ("kind: ended", "kind: ended, ignore: no", 14, "both kind and ignore", "keep one"),
        ("kind: ended", "kind: result", 14, "needs the field command", "command"),
        ("{event: end}", "{event: ring, x: present}", 14, "never reached: the row of line 13", "put it before"),
        ("{event: end}", "{event: over x}", 14, "a number is expected", ""),
        ("{event: end}", "{event: {a: b}}", 14, "a test is expected", "starts with"),
        ("\"{id}:{event}\"", "\"{id\"", 11, "is not closed", "close it"),
        ("\"{id}:{event}\"", "\"id}\"", 11, "stands alone", "}}"),
        ("scheme: bearer", "scheme: beaver", 2, "there is no scheme", "bearer"),
        ("scheme: bearer, secret: token", "scheme: hmac", 2, "\"at:\" is missing", ""),
        ("scheme: bearer, secret: token", "scheme: hmac, at: header.X, hash: md5", 2, "not known here", "sha256"),
        ("scheme: bearer, secret: token", "scheme: token, at: a | b", 2, "one path is expected", ""),
        ("scheme: bearer, secret: token", "scheme: bearer, secert: token", 2, "unknown key \"secert\"", "secret"),
        ("\"{target}\"", "\"{targte}\"", 21, "nothing fills {targte}", "target"),
        ("\"{target}\"", "\"{text.sorry}\"", 21, "nothing fills {text.sorry}", "texts"),
        ("reject: {json: {hangup: true}}", "rejects: {json: {}}", 24, "no verb of ring", "reject"),
        ("voicemail: {substitute: answer}", "#", 17, "nothing is said for \"voicemail\"", "substitute: answer"),
        ("voicemail: {substitute: answer}", "voicemail: {substitute: qualify}", 23, "no verb of ring", ""),
        ("answer: nothing", "answer: {substitute: reject}", 17, "answer can't be substituted", ""),
        ("menu: {substitute: answer}", "menu: {post: a/b, json: {}}", 22, "commands have no address", "base"),
        ("reject: {json: {hangup: true}}", "reject: {json: {}, text: x}", 24, "one body", ""),
        ("within: 1 s", "within: 1", 17, "no length of time", "800 ms"),
        ("within: 1 s", "withn: 1 s", 17, "\"within:\" is missing", ""),
        ("asks: yes", "asks: voice", 13, "no asking point \"voice\"", "points"),
        ("unavailable: 503", "unavailable: 99", 15, "from 200 to 599", ""),
        (", unavailable: 503", "", 15, "\"unavailable:\" is missing", ""),
        ("ok: 200", "ok: {json: \"{x}\"}", 15, "nothing fills {x} here", "{{"),
        ("dialect: mine", "dialekt: mine", 1, "\"dialect:\" is missing", ""),
        ("body:\n", "body: {}\nbodies:\n", 3, "a list is expected", ""),
        ("  caller: from", "\tcaller: from", 9, "tab", "two spaces"),
    ]

    @Test(arguments: DialectFileTests.mistakes.indices)
    func mistakeIsNamedWithItsLineAndFix(index: Int) throws {
        let (find, replacement, line, message, fix) = DialectFileTests.mistakes[index]
        let text = DialectFileTests.good.replacing(find, with: replacement, maxReplacements: 1)
        try #require(text != DialectFileTests.good)
        let error = #expect(throws: SourceProblems.self) { try Dialect.load(text, file: "mine.yaml") }
        let problems = try #require(error).problems
        let problem = problems.first { $0.message.contains(message) }
        #expect(problem != nil, "\(find) → \(replacement): \(problems)")
        #expect(problem?.line == line && problem?.file == "mine.yaml", "\(problems)")
        #expect(problem.map { fix.isEmpty || ($0.fix ?? "").contains(fix) } ?? false, "\(problems)")
    }

    @Test func askingWithoutAnswerIsNamed() throws {
        let text = DialectFileTests.good.split(separator: "\nanswer:\n")[0]
        let error = #expect(throws: SourceProblems.self) { try Dialect.load(String(text), file: "m.yaml") }
        #expect(error?.problems.map(\.message) == ["this row asks, but nothing says how to answer"])
    }

    @Test func severalMistakesAreNamedAtOnceInOrder() throws {
        let text = DialectFileTests.good.replacing("call: id", with: "call: form.id").replacing("kind: ended", with: "kind: x").replacing(
            "bearer", with: "b")
        let error = #expect(throws: SourceProblems.self) { try Dialect.load(text, file: "m.yaml") }
        let lines = try #require(error).problems.map(\.line)
        #expect(lines == lines.sorted() && Set([2, 8, 14]).isSubset(of: lines))
    }

    @Test func flatFormHasNoFieldsInsideFields() throws {
        let text = DialectFileTests.good.replacing("application/json, read: [json]", with: "application/x-www-form-urlencoded, read: [form]")
            .replacing("call: id", with: "call: data.id")
        let error = #expect(throws: SourceProblems.self) { try Dialect.load(text, file: "m.yaml") }
        #expect(error?.problems.first?.line == 8 && error?.problems.first?.fix?.contains("form nested") ?? false)
    }
}
