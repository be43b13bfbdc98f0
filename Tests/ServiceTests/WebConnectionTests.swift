// SPDX-License-Identifier: Apache-2.0
import Essentials
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import PBX
import ServiceLifecycle
import Synchronization
import Testing

@testable import WebServer

/// The listener over a real socket: bad heads, slow clients, live feeds, stopping (BAD-INPUTS A, RELIABILITY.md 13).
@Suite(.serialized) struct WebConnectionTests {
    /// Runs a server on a free port beside `work`, then stops it gracefully; fails when it does not stop.
    private func serve(_ host: WebTestHost = WebTestHost(), _ work: @escaping @Sendable (Int, ServiceGroup) async throws -> Void) async throws {
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let server = try host.server { port.yield($0) }
        let group = ServiceGroup(services: [server], logger: .init(label: "web", factory: { _ in SwiftLogNoOpLogHandler() }))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var iterator = ports.makeAsyncIterator()
            let number = try #require(await iterator.next())
            try await work(number, group)
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    /// Sends bytes, gives what comes back.
    private func ask(_ port: Int, _ text: String, until end: String? = nil) async throws -> String {
        try await onThread {
            let client = try WebSocketClient(port: port)
            client.send(text)
            return client.read(until: end)
        }
    }

    static let host = "Host: localhost\r\n"
    static let close = "Connection: close\r\n"

    /// A head, and the status line that must come back.
    static let heads: [(String, String)] = [
        ("GET /healthz HTTP/1.1\r\n\(host)\(close)\r\n", "200"), ("GET /healthz HTTP/1.0\r\n\r\n", "200"),
        ("GET /healthz HTTP/1.1\r\n\(close)\r\n", "400"), ("GET /healthz HTTP/1.1\r\n\(host)\(host)\(close)\r\n", "400"),
        ("POST /hooks/demo HTTP/1.1\r\n\(host)Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"),
        ("POST /hooks/demo HTTP/1.1\r\n\(host)Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", "400"),
        ("POST /hooks/demo HTTP/1.1\r\n\(host)Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", "400"),
        ("POST /hooks/demo HTTP/1.1\r\n\(host)Content-Length: +2\r\n\r\n{}", "400"),
        ("POST /hooks/demo HTTP/1.1\r\n\(host)Content-Length: -1\r\n\r\n{}", "400"),
        ("POST /hooks/demo HTTP/1.1\r\n\(host)Content-Length: 18446744073709551616\r\n\r\n{}", "400"),
        ("POST /hooks/demo HTTP/1.1\r\n\(host)Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", "501"),
        ("POST /hooks/demo HTTP/1.1\r\n\(host)Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "501"),
        ("GET http://localhost/healthz HTTP/1.1\r\n\(host)\r\n", "400"), ("OPTIONS * HTTP/1.1\r\n\(host)\r\n", "400"),
        ("CONNECT localhost:80 HTTP/1.1\r\n\(host)\r\n", "400"), ("GET /healthz HTTP/2.0\r\n\(host)\r\n", "400"),
        ("GET /healthz HTTP/9.9\r\n\(host)\r\n", "400"), ("nonsense\r\n\r\n", "400"), ("GET /healthz HTTP/1.1\r\nHost : localhost\r\n\r\n", "400"),
        ("GET /healthz HTTP/1.1\r\n\(host) folded: x\r\n\r\n", "400"),
        ("GET /healthz HTTP/1.1\r\n\(host)X: \(String(repeating: "x", count: 9_000))\r\n\r\n", "431"),
        ("GET /\(String(repeating: "x", count: 100_000)) HTTP/1.1\r\n\(host)\r\n", "431"),
        ("GET /healthz HTTP/1.1\r\n\(host)\((1...70).map { "X-\($0): y\r\n" }.joined())\r\n", "431"),
        ("GET /%00/%2e%2e/etc HTTP/1.1\r\n\(host)\(close)\r\n", "404"), ("TRACE /healthz HTTP/1.1\r\n\(host)\(close)\r\n", "405"),
        ("POST /hooks/demo HTTP/1.1\r\n\(host)\(close)Content-Length: 300000\r\n\r\n", "413"),
    ]

    @Test(arguments: heads) func aBadHeadIsRefusedAndTheConnectionEnds(head: String, status: String) async throws {
        try await serve { port, _ in
            let answer = try await ask(port, head)
            #expect(answer.hasPrefix("HTTP/1.1 \(status)"), "\(answer.prefix(80))")
        }
    }

    @Test func aThousandRequestsInOneGoAreAnsweredInOrder() async throws {
        let host = WebTestHost()
        try await serve(host) { port, _ in
            let one = "POST /hooks/demo HTTP/1.1\r\n\(Self.host)Content-Length: 4\r\n\r\n"
            let all = (0..<1_000).map { one + String(format: "%04d", $0) }.joined() + "GET /healthz HTTP/1.1\r\n\(Self.host)\(Self.close)\r\n"
            let answer = try await ask(port, all)
            #expect(answer.components(separatedBy: "HTTP/1.1 200 OK").count == 1_002)
        }
        let bodies = host.hooks.state.withLock { $0.seen.map { String(decoding: $0.request.body, as: UTF8.self) } }
        #expect(bodies == (0..<1_000).map { String(format: "%04d", $0) })
    }

    @Test func whoWaitsForAContinueGetsIt() async throws {
        try await serve { port, _ in
            let answer = try await onThread {
                let client = try WebSocketClient(port: port)
                client.send("POST /hooks/demo HTTP/1.1\r\n\(Self.host)Content-Length: 2\r\nExpect: 100-continue\r\n\(Self.close)\r\n")
                let invited = client.read(until: "\r\n\r\n")
                client.send("{}")
                return invited + client.read()
            }
            #expect(answer.hasPrefix("HTTP/1.1 100 Continue"))
            #expect(answer.contains("HTTP/1.1 200 OK"))
        }
    }

    /// What a slow client sends before it falls asleep, and which deadline ends it.
    static let slow: [(String, String)] = [
        ("", "header"), ("POST /hooks/demo HTTP/1.1\r\nHo", "header"),
        ("POST /hooks/demo HTTP/1.1\r\n\(host)Content-Length: 100\r\n\r\n{", "body"),
        ("POST /hooks/demo HTTP/1.1\r\n\(host)Content-Length: 2\r\n\r\n{}", "idle"),
    ]

    @Test(arguments: slow) func aSlowClientIsCutAtItsDeadline(bytes: String, deadline: String) async throws {
        var host = WebTestHost()
        (host.settings.headerDeadline, host.settings.bodyDeadline, host.settings.idleDeadline) = (
            .milliseconds(50), .milliseconds(50), .milliseconds(50)
        )
        let metrics = host.metrics
        try await serve(host) { port, _ in
            let isClosed = try await onThread {
                let client = try WebSocketClient(port: port)
                client.send(bytes)
                return client.isClosed()
            }
            #expect(isClosed)
            let holds1 = await metrics.prometheusText().contains("callsieve_connections_cut_total{waiting_for=\"\(deadline)\"} 1")
            #expect(holds1)
        }
    }

    static let listening = "GET /api/v1/live HTTP/1.1\r\n\(host)Authorization: Bearer \(WebTestHost.token)\r\n\r\n"

    @Test func theLiveFeedTellsOfACallAsTheAPIShowsIt() async throws {
        let host = WebTestHost()
        try await serve(host) { port, _ in
            let client = try await Self.listener(port)
            let call = host.backend.ring("+79161234567")
            let text = try await onThread { client.read(until: "\"state\":\"ringing\"") }
            #expect(text.contains("event: call\ndata: {\"id\":\"\(call.id)\""))
        }
    }

    @Test func aStopEndsLiveFeedsAndRefusesNewConnections() async throws {
        try await serve { port, group in
            let client = try await Self.listener(port)
            await group.triggerGracefulShutdown()
            let holds2 = try await onThread { client.isClosed() }
            #expect(holds2)
        }
    }

    @Test func noMoreListenersThanAllowed() async throws {
        var host = WebTestHost()
        host.settings.subscribersMax = 1
        try await serve(host) { port, _ in
            let first = try await Self.listener(port)
            let second = try await onThread {
                let client = try WebSocketClient(port: port)
                client.send(Self.listening.replacing("\r\n\r\n", with: "\r\n\(Self.close)\r\n"))
                return client.read()
            }
            #expect(second.hasPrefix("HTTP/1.1 503"))
            first.finish()
        }
    }

    private static func listener(_ port: Int) async throws -> Client {
        try await onThread {
            let client = Client(try WebSocketClient(port: port))
            client.send(listening)
            #expect(client.read(until: "retry: 1000").contains("text/event-stream"))
            return client
        }
    }

    /// One test at a time uses it, in turn.
    final class Client: @unchecked Sendable {
        // Passed from one detached task to the next, never used by two at once.
        private let client: WebSocketClient
        init(_ client: WebSocketClient) { self.client = client }
        func send(_ text: String) { client.send(text) }
        func read(until end: String) -> String { client.read(until: end) }
        func isClosed() -> Bool { client.isClosed() }
        func finish() { client.finish() }
    }
}
