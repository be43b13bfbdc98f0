// SPDX-License-Identifier: Apache-2.0
import Essentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing
import WireFormats

@testable import WebServer

/// Who may do what: token, session, origin, and what the pages forbid a browser.
@Suite struct WebAccessTests {
    static let open = ["/healthz", "/readyz", "/metrics", "/openapi.json", "/login", "/language/{lang}", "/assets/{name}"]

    /// A route added to the table is closed unless it stands in `open`.
    @Test func everyRouteButTheOpenOnesNeedsTokenOrSession() async throws {
        let routes = try WebTestHost().server().routes
        try await WebTestHost().test { client in
            for route in routes where !Self.open.contains(route.template) {
                let path = route.template.replacing(/\{[a-z]+\}/, with: "x")
                let response = try await client.execute(uri: path, method: route.method, body: ByteBuffer(string: "{}"))
                if route.access == .page, route.method == .get {
                    #expect(response.status == .seeOther && response.headers[.location] == "/login", "\(route.template)")
                } else {
                    #expect(response.status == .unauthorized, "\(route.method) \(route.template)")
                }
            }
        }
    }

    @Test(arguments: [
        "", "Bearer", "Bearer ", "Bearer x", "Bearer \(WebTestHost.token)x", "bearer x", "Basic \(WebTestHost.token)",
        "Bearer \(WebTestHost.token.uppercased())", "\(WebTestHost.token)",
    ])
    func aWrongTokenIsRefused(header: String) async throws {
        try await WebTestHost().test { client in
            let response = try await client.execute(uri: "/api/v1/calls", method: .get, headers: [.authorization: header])
            #expect(response.status == .unauthorized)
            #expect(response.headers[.wwwAuthenticate] != nil)
        }
    }

    private func session(_ client: any TestClientProtocol) async throws -> String {
        let response = try await client.execute(uri: "/login?token=\(WebTestHost.token)", method: .get)
        #expect(response.status == .seeOther)
        #expect(response.headers[.location] == "/")
        let cookie = try #require(response.headers[.setCookie])
        #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && !cookie.contains(WebTestHost.token))
        return String(cookie.prefix { $0 != ";" })
    }

    @Test func theLinkWithTheTokenLogsInAndTheSessionOpensPagesAndAPI() async throws {
        try await WebTestHost().test { client in
            let cookie = try await session(client)
            let holds1 = try await client.execute(uri: "/", method: .get, headers: [.cookie: cookie]).status == .ok
            #expect(holds1)
            let holds2 = try await client.execute(uri: "/api/v1/calls", method: .get, headers: [.cookie: cookie]).status == .ok
            #expect(holds2)
        }
    }

    @Test func aSessionEndsByTimeAndCanNotBeMadeUp() async throws {
        let host = WebTestHost()
        try await host.test { client in
            let cookie = try await session(client)
            func status(_ cookie: String) async throws -> HTTPResponse.Status {
                try await client.execute(uri: "/api/v1/calls", method: .get, headers: [.cookie: cookie]).status
            }
            let holds3 = try await status(cookie + "0") == .unauthorized
            #expect(holds3)
            let holds4 = try await status(cookie.replacing("v1.", with: "v1.9")) == .unauthorized
            #expect(holds4)
            let holds5 = try await status("callsieve=\(WebTestHost.token)") == .unauthorized
            #expect(holds5)
            let holds6 = try await status("callsieve=v1...") == .unauthorized
            #expect(holds6)
            let holds7 = try await status("\(cookie); \(cookie)") == .unauthorized
            #expect(holds7)
            let holds8 = try await status("a=\(String(repeating: "x", count: 4_000)); \(cookie)") == .ok
            #expect(holds8)
            host.time.advance(by: Access.sessionLength + .seconds(1))
            let holds9 = try await status(cookie) == .unauthorized
            #expect(holds9)
        }
    }

    @Test(arguments: [
        ([:], 403), (["Origin": "null"], 403), (["Origin": "https://evil.example"], 403), (["Origin": "http://localhost.evil.example"], 403),
        (["Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"], 403), (["Sec-Fetch-Site": "same-site"], 403),
        (["Origin": "http://localhost"], 200), (["Sec-Fetch-Site": "same-origin"], 200),
    ])
    func aChangeWithASessionIsTakenFromOurOwnPagesOnly(headers: [String: String], status: Int) async throws {
        let host = WebTestHost()
        let call = host.backend.ring("+79161234567")
        try await host.test { client in
            var fields: HTTPFields = [.cookie: "\(try await session(client)); operator=Anna"]
            for (name, value) in headers { fields[try #require(HTTPField.Name(name))] = value }
            let response = try await client.execute(
                uri: "/api/v1/calls/\(call.id)/briefing", method: .post, headers: fields, body: ByteBuffer(string: "{}"))
            #expect(response.status.code == status)
        }
    }

    @Test func aFormOfAnotherSiteCanNotPassForJSON() async throws {
        let host = WebTestHost()
        let call = host.backend.ring("+79161234567")
        try await host.test { client in
            var fields = WebRouteTests.bearer
            fields[.contentType] = "text/plain"
            let response = try await client.execute(
                uri: "/api/v1/calls/\(call.id)/briefing", method: .post, headers: fields, body: ByteBuffer(string: "{}"))
            #expect(response.status == .unsupportedMediaType)
        }
    }

    @Test(arguments: [
        "https://evil.example/", "//evil.example", "/\\evil.example", "http://localhost.evil.example/x", "http://localhost//evil.example",
    ])
    func changingTheLanguageLeadsNowhereElse(referrer: String) async throws {
        try await WebTestHost().test { client in
            let response = try await client.execute(uri: "/language/ru", method: .get, headers: [.referer: referrer])
            #expect(response.status == .seeOther)
            #expect(response.headers[.location] == "/")
        }
    }

    @Test(arguments: ["/", "/login", "/leads", "/healthz", "/assets/desk.js", "/nothing"])
    func everyAnswerForbidsWhatWeDoNotUse(path: String) async throws {
        try await WebTestHost().test { client in
            let response = try await client.execute(uri: path, method: .get, headers: WebRouteTests.bearer)
            let policy = try #require(response.headers[.contentSecurityPolicy])
            #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"))
            #expect(response.headers[.xContentTypeOptions] == "nosniff")
            #expect(response.headers[try #require(HTTPField.Name("Referrer-Policy"))] == "same-origin")
            #expect(response.headers[try #require(HTTPField.Name("Cross-Origin-Opener-Policy"))] == "same-origin")
        }
    }
}
