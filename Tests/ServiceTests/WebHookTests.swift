// SPDX-License-Identifier: Apache-2.0
import Essentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import PBX
import Synchronization
import Testing
import WireFormats

@testable import WebServer

/// What reaches the receiver of webhooks, and what does not.
@Suite struct WebHookTests {
    @Test func aWebhookArrivesByteForByte() async throws {
        let host = WebTestHost()
        let bytes: [UInt8] = [0xEF, 0xBB, 0xBF, 0x00, 0xFF, 0x7B, 0x7D]
        try await host.test { client in
            let response = try await client.execute(
                uri: "/hooks/demo/secret%20part/rest?a=%41&b", method: .post, headers: [.contentType: "text/weird", .authorization: "Bearer x"],
                body: ByteBuffer(bytes: bytes))
            #expect(response.status == .ok)
            #expect(response.headers[.contentType] == "application/json")
            #expect(String(buffer: response.body) == "{}")
        }
        let (name, token, request) = try #require(host.hooks.state.withLock { $0.seen.first })
        #expect(name == "demo" && token == nil)
        #expect(request.method == "POST")
        #expect(request.tail == ["secret part", "rest"])
        #expect(request.target == "/hooks/demo/secret%20part/rest?a=%41&b")
        #expect(request.query == Array("a=%41&b".utf8))
        #expect(request.body == bytes)
        #expect(request.header("content-type") == "text/weird")
        #expect(request.header("AUTHORIZATION") == "Bearer x")
        #expect(request.arrivedAt == WebFakeBackend.now)
    }

    @Test(arguments: [HTTPRequest.Method.get, .put, .options, .delete, .patch, .post])
    func anyMethodIsTheDialectsToJudge(method: HTTPRequest.Method) async throws {
        let host = WebTestHost()
        try await host.test { _ = try await $0.execute(uri: "/hooks/demo", method: method) }
        #expect(host.hooks.state.withLock { $0.seen.first?.request.method } == method.rawValue)
    }

    @Test(arguments: [(256 * 1024, 200), (256 * 1024 + 1, 413), (2 * 1024 * 1024, 413)])
    func aBodyOverTheLimitIsRefused(bytes: Int, status: Int) async throws {
        let host = WebTestHost()
        try await host.test { client in
            let response = try await client.execute(uri: "/hooks/demo", method: .post, body: ByteBuffer(repeating: 0x20, count: bytes))
            #expect(response.status.code == status)
        }
        #expect(host.hooks.state.withLock { $0.seen.count } == (status == 200 ? 1 : 0))
    }

    @Test func theLimitIsTheSources() async throws {
        var host = WebTestHost()
        host.settings.hookLimits = ["small": HookLimits(bodyBytesMax: 10)]
        try await host.test { client in
            let holds1 = try await client.execute(uri: "/hooks/small", method: .post, body: ByteBuffer(string: "12345678901")).status.code == 413
            #expect(holds1)
            let holds2 = try await client.execute(uri: "/hooks/other", method: .post, body: ByteBuffer(string: "12345678901")).status == .ok
            #expect(holds2)
        }
    }

    @Test func whatIsMoreThanCanBeInHandIsRefusedAtOnce() async throws {
        var host = WebTestHost()
        host.settings.hookLimits = ["demo": HookLimits(inHandMax: 0)]
        try await host.test { client in
            let response = try await client.execute(uri: "/hooks/demo", method: .post)
            #expect(response.status == .serviceUnavailable)
            #expect(response.headers[.retryAfter] == "1")
        }
        #expect(host.hooks.state.withLock { $0.seen.isEmpty })
    }

    @Test(arguments: [("/crm/book", "book", nil), ("/crm/book/t0ken", "book", "t0ken")] as [(String, String, String?)])
    func anOutcomeGoesToItsAccount(path: String, account: String, token: String?) async throws {
        let host = WebTestHost()
        try await host.test { _ = try await $0.execute(uri: path, method: .post, body: ByteBuffer(string: "{}")) }
        let seen = try #require(host.hooks.state.withLock { $0.seen.first })
        #expect(seen.name == account && seen.token == token)
    }

    @Test(arguments: ["/crm/", "/crm/book/a/b"]) func anOutcomeElsewhereIsNotFound(path: String) async throws {
        try await WebTestHost().test { client in
            let holds3 = try await client.execute(uri: path, method: .post).status == .notFound
            #expect(holds3)
        }
    }

    @Test func metricsNameOnlyWhatIsConfigured() async throws {
        var host = WebTestHost()
        host.settings.hookLimits = ["demo": HookLimits()]
        try await host.test { client in
            _ = try await client.execute(uri: "/hooks/demo", method: .post)
            _ = try await client.execute(uri: "/hooks/%22%0Aevil%7D", method: .post)
            let text = String(buffer: try await client.execute(uri: "/metrics", method: .get).body)
            #expect(text.contains("callsieve_hook_answers_total{source=\"demo\",status=\"2xx\"} 1"))
            #expect(text.contains("callsieve_hook_answers_total{source=\"unknown\",status=\"2xx\"} 1"))
            #expect(text.contains("callsieve_hook_seconds_count{source=\"demo\"} 1"))
            #expect(!text.contains("evil"))
            for line in text.split(separator: "\n") where !line.hasPrefix("#") {
                #expect(line.wholeMatch(of: /[a-z_]+(\{[^{}]*\})? [0-9.e+-]+/) != nil, "\(line)")
            }
        }
    }
}
