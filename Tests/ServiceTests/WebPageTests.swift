// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Synchronization
import Testing
import WireFormats

@testable import Console
@testable import WebServer

/// The pages: escaped, in both languages, with nothing inline.
@Suite struct WebPageTests {
    static let bearer = WebRouteTests.bearer

    /// What callers have tried to be called (BAD-INPUTS 41, SECURITY.md 16).
    static let names = [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)", "\"\u{0301} onmouseover=alert(1) x=",
        "\u{0600}\"><svg onload=alert(1)>", "<\u{0301}b>", "{{t.title}}", "{{{name}}}", "&lt;b&gt;", "a\u{0}b", "javascript:alert(1)",
        "</title><script>", "\u{202E}gpj.exe", "]]><x>", "<!--", "<a href=//evil>",
    ]

    @Test(arguments: names) func aNameOfACallerStaysText(name: String) async throws {
        let host = WebTestHost()
        let call = host.backend.ring("+79161234567", name: name, state: .ended)
        let lead = try #require(call.lead)
        host.backend.state.withLock { state in
            state.leads[0].name = name
            state.leads[0].say = name
            state.leads[0].line = name
        }
        try await host.test { client in
            for path in ["/leads?view=waiting", "/leads?view=calls", "/leads/\(lead)", "/leads?line=\(percentEncoded(name))"] {
                let page = String(buffer: try await client.execute(uri: path, method: .get, headers: Self.bearer).body)
                #expect(Self.tags(page) == Self.tags(page.replacing(escapable(name), with: "")), "\(path)")
                #expect(!page.contains("<script>alert") && !page.contains("<img") && !page.contains("<svg"))
                let quoted = page.unicodeScalars.split(separator: "\"").contains { $0.starts(with: "\u{0301} onmouseover".unicodeScalars) }
                #expect(!quoted, "an attribute was ended by a quote with a combining mark")
            }
        }
    }

    /// Names of the elements that a browser would see.
    private static func tags(_ page: String) -> [String] { page.matches(of: /<([a-z]+)[ >]/).map { String($0.1) } }

    @Test(arguments: ["/", "/leads", "/leads?view=dropped", "/leads?view=callbacks", "/leads?view=calls", "/login"])
    func aPageHoldsNothingInlineAndNoTextWithoutTranslation(path: String) async throws {
        let host = WebTestHost()
        host.backend.ring("+79161234567")
        try await host.test { client in
            for language in ["en", "ru"] {
                var headers = Self.bearer
                headers[.cookie] = "lang=\(language)"
                let response = try await client.execute(uri: path, method: .get, headers: headers)
                #expect(response.status == .ok)
                let page = String(buffer: response.body)
                #expect(page.contains("<html lang=\"\(language)\">"))
                #expect(!page.contains("style=") && !page.contains("<style") && page.firstMatch(of: /\ on[a-z]+=/) == nil)
                #expect(page.firstMatch(of: /<script(?![^>]*src=)/) == nil)
                #expect(page.firstMatch(of: /(list|nav|brief|status|reason|login|due|recent)\.[a-zA-Z_]+/) == nil, "a key without a text")
            }
        }
    }

    @Test func thePageSpeaksTheLanguageOfTheCookieThenOfTheBrowser() async throws {
        try await WebTestHost().test { client in
            func title(_ headers: HTTPFields) async throws -> String {
                String(buffer: try await client.execute(uri: "/login", method: .get, headers: headers).body)
            }
            let holds1 = try await title([:]).contains("Log in")
            #expect(holds1)
            let holds2 = try await title([.acceptLanguage: "ru-RU,ru;q=0.9,en;q=0.8"]).contains("Вход")
            #expect(holds2)
            let holds3 = try await title([.acceptLanguage: "ru", .cookie: "lang=en"]).contains("Log in")
            #expect(holds3)
            let holds4 = try await title([.acceptLanguage: "de", .cookie: "lang=xx"]).contains("Log in")
            #expect(holds4)
        }
    }

    @Test func everyKeyHasBothTexts() {
        for (key, row) in Texts.rows {
            #expect(!row.en.isEmpty && !row.ru.isEmpty, "\(key)")
        }
        for status in LeadStatus.allCases { #expect(Texts.rows["status.\(status.rawValue)"] != nil) }
        for action in Action.allCases { #expect(Texts.rows["then.\(action.rawValue)"] != nil) }
        for outcome in CallOutcome.allCases { #expect(Texts.rows["outcome.\(outcome.rawValue)"] != nil) }
        let codes = Action.allCases.flatMap { ReasonCode.allowed(for: $0, at: .brief) } + ReasonCode.allowed(for: .reject, at: .ring)
        for code in codes + ReasonCode.returned + ReasonCode.lost { #expect(Texts.rows["reason.\(code.code)"] != nil, "\(code)") }
    }

    /// Keys that scripts and templates ask for exist.
    @Test func noPageAsksForAMissingText() {
        for asset in Asset.all where asset.name.hasSuffix(".js") {
            let source = String(decoding: asset.bytes, as: UTF8.self)
            for match in source.matches(of: /\bt\("([a-z]+\.[A-Za-z]+)"\)/) {
                #expect(Texts.rows[String(match.1)] != nil, "\(asset.name): \(match.1)")
            }
        }
        for (name, bytes) in PageRenderer.files {
            let source = String(decoding: bytes, as: UTF8.self)
            #expect(!source.contains("{{{") && !source.contains("{{&"), "\(name) shows something unescaped")
            for match in source.matches(of: /\{\{t\.([a-z]+\.[A-Za-z]+)\}\}/) { #expect(Texts.rows[String(match.1)] != nil, "\(name): \(match.1)") }
        }
    }

    @Test func scriptsBuildNoMarkupFromText() {
        for asset in Asset.all where asset.name.hasSuffix(".js") {
            let source = String(decoding: asset.bytes, as: UTF8.self)
            for sink in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "setTimeout(\""] {
                #expect(!source.contains(sink), "\(asset.name): \(sink)")
            }
        }
    }

    /// A name that is missing in a row is not taken from the page around it.
    @Test func aDecisionWithoutReasonDoesNotShowTheReasonOfItsLead() throws {
        let content: [String: PageValue] = [
            "who": "x", "reason": "SPAM-OF-THE-LEAD",
            "decisions": .list([["then": "answer", "reason": PageValue(nil), "at": "2026-11-23T09:00:00.000Z"]]),
        ]
        let page = try PageRenderer().render("lead", PageFrame(language: .en, path: "/", operatorName: nil, hasBook: false), content: content)
        #expect(page.components(separatedBy: "SPAM-OF-THE-LEAD").count == 2)
    }

    @Test func aFileIsSentOnceAndThenOnlyAskedFor() async throws {
        try await WebTestHost().test { client in
            let first = try await client.execute(uri: "/assets/console.css", method: .get)
            let tag = try #require(first.headers[.eTag])
            let second = try await client.execute(uri: "/assets/console.css", method: .get, headers: [.ifNoneMatch: tag])
            #expect(second.status == .notModified)
            let holds5 = try await client.execute(uri: "/assets/..%2f..%2fetc%2fpasswd", method: .get).status == .notFound
            #expect(holds5)
        }
    }

    @Test func aLeadIsReopenedFromItsPageWithANote() async throws {
        let host = WebTestHost()
        let lead = try #require(host.backend.ring("+79161234567").lead)
        host.backend.state.withLock { $0.leads[0].status = .notQualified }
        try await host.test { client in
            let page = String(buffer: try await client.execute(uri: "/leads/\(lead)", method: .get, headers: Self.bearer).body)
            #expect(page.contains("action=\"/leads/\(lead)/reopen\""))
            let empty = try await client.execute(
                uri: "/leads/\(lead)/reopen", method: .post, headers: Self.bearer, body: ByteBuffer(string: "note=+"))
            #expect(empty.status == .unprocessableContent)
            let done = try await client.execute(
                uri: "/leads/\(lead)/reopen", method: .post, headers: Self.bearer, body: ByteBuffer(string: "note=he+called+again"))
            #expect(done.headers[.location] == "/#lead=\(lead)")
        }
    }
}
