// SPDX-License-Identifier: Apache-2.0
import Foundation
import Logging
import PBX
import ServiceLifecycle
import Synchronization
import Testing

@testable import WebServer

/// Webhooks over a real socket while their replies are still to come: order, the end of input, the end of the service.
@Suite(.serialized) struct WebHookConnectionTests {
    static let host = "Host: localhost\r\n"

    private static func hook(_ body: String, _ more: String = "") -> String {
        "POST /hooks/demo HTTP/1.1\r\n\(host)\(more)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private static let page = "GET /healthz HTTP/1.1\r\n\(host)\r\n"

    /// Runs a server whose webhooks wait for `answerAll`, beside `work`, then stops it gracefully.
    private func serve(_ host: WebTestHost = WebTestHost(), _ work: @escaping @Sendable (Int, ServiceGroup) async throws -> Void) async throws {
        host.hooks.state.withLock { $0.holdsReplies = true }
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let server = try host.server { port.yield($0) }
        let group = ServiceGroup(services: [server], logger: .init(label: "web", factory: { _ in SwiftLogNoOpLogHandler() }))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var iterator = ports.makeAsyncIterator()
            try await work(try #require(await iterator.next()), group)
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    private func whenWaiting(_ host: WebTestHost, _ count: Int = 1) async {
        while host.hooks.state.withLock({ $0.waiting.count }) < count { await Task.yield() }
    }

    /// What is sent in one go, and the statuses in the order in which they must come back.
    static let mixed: [([String], [String])] = [
        ([hook("1"), page], ["200", "200"]), ([hook("1"), "GET /nowhere HTTP/1.1\r\n\(host)\r\n", hook("2")], ["200", "404", "200"]),
        (["GET /nowhere HTTP/1.1\r\n\(host)\r\n", hook("1"), page, page, hook("2")], ["404", "200", "200", "200", "200"]),
        ([hook("1"), hook(String(repeating: "x", count: 300_000)), page], ["200", "413", "200"]),
    ]

    @Test(arguments: mixed) func pipelinedRequestsAreAnsweredInTheirOrder(requests: [String], statuses: [String]) async throws {
        let host = WebTestHost()
        let hooks = requests.count { $0.hasPrefix("POST") && $0.utf8.count < 300_000 }
        try await serve(host) { port, _ in
            async let answer = onThread {
                let client = try WebSocketClient(port: port)
                client.send(requests.joined())
                client.finish()
                return client.read()
            }
            for _ in 0..<hooks {
                await whenWaiting(host)
                host.hooks.answerAll()
            }
            let found = try await answer.components(separatedBy: "HTTP/1.1 ").dropFirst().map { String($0.prefix(3)) }
            #expect(found == statuses)
        }
    }

    @Test func whoStopsSendingStillGetsTheReply() async throws {
        let host = WebTestHost()
        try await serve(host) { port, _ in
            async let answer = onThread {
                let client = try WebSocketClient(port: port)
                client.send(Self.hook("{}"))
                client.finish()
                return client.read()
            }
            await whenWaiting(host)
            host.hooks.answerAll()
            let text = try await answer
            #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(text.hasSuffix("\r\n\r\n{}"))
        }
    }

    @Test func aStopWaitsForWebhooksInHand() async throws {
        let host = WebTestHost()
        try await serve(host) { port, group in
            async let answer = onThread {
                let client = try WebSocketClient(port: port)
                client.send(Self.hook("{}"))
                return client.read()
            }
            await whenWaiting(host)
            await group.triggerGracefulShutdown()
            host.hooks.answerAll()
            let text = try await answer
            #expect(text.hasPrefix("HTTP/1.1 200 OK"))
        }
    }

    @Test func aReplyToNobodyIsDropped() async throws {
        let host = WebTestHost()
        try await serve(host) { port, _ in
            try await onThread {
                let client = try WebSocketClient(port: port)
                client.send(Self.hook("{}"))
            }
            await whenWaiting(host)
            host.hooks.answerAll()
            let answer = try await onThread {
                let client = try WebSocketClient(port: port)
                client.send(Self.page.replacing("\r\n\r\n", with: "\r\nConnection: close\r\n\r\n"))
                return client.read()
            }
            #expect(answer.hasPrefix("HTTP/1.1 200 OK"))
        }
    }

    @Test(arguments: [("GET", 200, true), ("HEAD", 200, false), ("POST", 204, false)])
    func aReplyHasTheHeadItShould(method: String, status: Int, hasBody: Bool) async throws {
        let host = WebTestHost()
        host.hooks.state.withLock { state in
            state.reply.status = status
            state.reply.headers += [HookHeader("X-Bad\r\nX-Evil", "1"), HookHeader("X-Worse", "1\r\nX-Evil: 2")]
        }
        try await serve(host) { port, _ in
            async let answer = onThread {
                let client = try WebSocketClient(port: port)
                client.send("\(method) /hooks/demo HTTP/1.1\r\n\(Self.host)Connection: close\r\n\r\n")
                return client.read()
            }
            await whenWaiting(host)
            host.hooks.answerAll()
            let text = try await answer
            #expect(text.hasPrefix("HTTP/1.1 \(status) "))
            #expect(text.contains("Content-Type: application/json\r\n"))
            #expect(text.contains("Content-Length: 2\r\n") == (status != 204))
            #expect(text.firstMatch(of: /Date: [A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT\r\n/) != nil)
            #expect(text.hasSuffix("\r\n\r\n{}") == hasBody)
            #expect(!text.contains("Evil"))
        }
    }
}
