// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Foundation
import PBX
import PBXSamples
import Testing
import WireFormats

/// What docs/dialects.md shows works as it says.
@Suite struct GuideTests {
    private static let guide: String = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return (try? String(contentsOf: root.appending(path: "docs/dialects.md"), encoding: .utf8)) ?? ""
    }()

    /// The fenced block of that language which holds `text`.
    private func block(_ language: String, holding text: String) throws -> String {
        let blocks = GuideTests.guide.split(separator: "```\(language)\n").dropFirst().compactMap { $0.split(separator: "\n```").first }
        return String(try #require(blocks.first { $0.contains(text) }))
    }

    private func acme() throws -> SourceProfile {
        let dialect = try Dialect.load(try block("yaml", holding: "dialect: acme"), file: "acme.yaml")
        return SourceProfile(name: "acme", dialect: dialect, secrets: ["signing": [Secret("key")]], region: "RU", targets: ["sales": "201"])
    }

    private func request(_ fields: [(String, String)], time: String = "1772445600000") -> HookRequest {
        let body = Form(fields.map { Form.Field($0.0, $0.1) }).serialised()
        return HookRequest(
            method: "POST", headers: [HookHeader("Content-Type", "application/x-www-form-urlencoded"), HookHeader("X-Acme-Time", time)], body: body,
            arrivedAt: Samples.now)
    }

    @Test func exampleOfTheGuideReadsItsPBX() throws {
        let source = try acme()
        let new = request([("uid", "7"), ("state", "new"), ("party[number]", "8 495 000 02 02"), ("did", "74950000101"), ("ts", "1772445600123")])
        let event = try Samples.event(new, source)
        #expect(event.kind == .incoming && event.asks && event.callID == "7" && event.dedupeKey == "7:new:1772445600123")
        #expect(
            event.caller?.number?.e164 == "+74950000202" && event.line == "+74950000101" && event.at == Instant(unixMilliseconds: 1_772_445_600_123))
        let end = try Samples.event(request([("uid", "7"), ("state", "end"), ("billed", "31"), ("why", "412"), ("ts", "1772445652000")]), source)
        #expect(end.kind == .ended && end.talk == .seconds(31) && end.cause == .rejected)
        guard case .ignored(_, let why) = source.dialect.decode(request([("uid", "7"), ("state", "hold")]), source, numbers: Samples.numbers) else {
            throw Samples.Unexpected(what: "not ignored")
        }
        #expect(why == "a step that changes nothing for us")
    }

    @Test func exampleOfTheGuideAnswers() throws {
        let source = try acme()
        let event = try Samples.event(request([("uid", "7"), ("state", "new"), ("ts", "1")]), source)
        var divert = Verdict(then: .divert)
        divert.to = "sales"
        let body = source.dialect.answer(divert, to: event, source).reply.body
        #expect(String(decoding: body, as: UTF8.self) == #"{"do":"dial","to":"201"}"#)
        let reject = source.dialect.answer(Verdict(then: .reject), to: event, source).reply.body
        #expect(String(decoding: reject, as: UTF8.self) == #"{"do":"hangup","code":603,"play":"We do not take this call."}"#)
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")))
    func signingInAShellIsAccepted() throws {
        let script =
            try block("sh", holding: "openssl dgst").split(separator: "\ncurl ")[0]
            + "\nprintf '%s\\n%s\\n%s\\n%s' \"$id\" \"$time\" \"$signature\" \"$body\"\n"
        let lines = try run(String(script)).split(separator: "\n").map(String.init)
        try #require(lines.count == 4)
        let headers = [
            HookHeader("Content-Type", "application/json"), HookHeader("webhook-id", lines[0]), HookHeader("webhook-timestamp", lines[1]),
            HookHeader("webhook-signature", lines[2]),
        ]
        let now = Instant(unixSeconds: try #require(Int64(lines[1])))
        let request = HookRequest(method: "POST", headers: headers, body: Array(lines[3].utf8), arrivedAt: now)
        let source = try Samples.callsieve()
        #expect(source.dialect.authenticate(request, source) == .accepted)
        #expect(try Samples.event(request, source).asks)
    }

    private func run(_ script: String) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", script]
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}
