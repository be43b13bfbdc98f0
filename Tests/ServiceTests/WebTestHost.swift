// SPDX-License-Identifier: Apache-2.0
import Essentials
import Foundation
import Hummingbird
import HummingbirdTesting
import Logging
import PBX
import Synchronization
import Testing

@testable import WebServer

/// A web server over a fake backend, reached through the router or over a real socket.
struct WebTestHost {
    static let token = "test-token-of-32-characters-0001"
    let backend = WebFakeBackend()
    let hooks = WebFakeHooks()
    let time = ManualTime(WebFakeBackend.now)
    var settings = WebSettings(port: 0)
    let metrics = Metrics()

    var access: Access { Access(token: Secret(Self.token), time: time, random: SeededRandom(seed: 3)) }

    func server(onListening: @escaping @Sendable (Int) async -> Void = { _ in }) throws -> WebServer {
        try WebServer(
            settings: settings,
            parts: WebParts(
                hooks: hooks, outcomes: hooks, backend: backend, delivery: backend, rules: WebFakeRuleBackend(), access: access,
                isReady: { nil }, metrics: metrics, time: time,
                logger: Logger(label: "web", factory: { _ in SwiftLogNoOpLogHandler() }), onListening: onListening))
    }

    func test<Value>(_ setup: TestingSetup = .router, _ work: @Sendable (any TestClientProtocol) async throws -> Value) async throws -> Value {
        try await server().makeApplication().test(setup, work)
    }
}

/// Takes webhooks and outcomes, remembers them, answers as it was told.
final class WebFakeHooks: HookReceiver, OutcomeReceiver {
    struct State {
        var seen: [(name: String, token: String?, request: HookRequest)] = []
        var reply = HookReply(status: 200, headers: [HookHeader("Content-Type", "application/json")], body: Array("{}".utf8))
        /// Webhooks are answered only when `answerAll` is called.
        var holdsReplies = false
        var waiting: [@Sendable () -> Void] = []
    }
    let state = Mutex(State())

    /// Answers what waits, the last first: replies of different connections keep no order.
    func answerAll() {
        let waiting = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        for answer in waiting.reversed() { answer() }
    }

    func receive(source: String, token: String?, _ request: HookRequest, reply: @escaping @Sendable (HookReply) -> Void) {
        let answer = keep(source, token, request)
        let isHeld = state.withLock { state in
            if state.holdsReplies { state.waiting.append { reply(answer) } }
            return state.holdsReplies
        }
        if !isHeld { reply(answer) }
    }
    func receive(account: String, token: String?, _ request: HookRequest) async -> HookReply { keep(account, token, request) }

    private func keep(_ name: String, _ token: String?, _ request: HookRequest) -> HookReply {
        state.withLock { state in
            state.seen.append((name, token, request))
            return state.reply
        }
    }
}

/// Started by hand to look at the pages: CALLSIEVE_WEB_HOST=8481 and this one test. It runs until the process is ended.
@Suite struct WebHostByHand {
    @Test(.enabled(if: ProcessInfo.processInfo.environment["CALLSIEVE_WEB_HOST"] != nil)) func serveTheFakeBackend() async throws {
        var host = WebTestHost()
        host.settings.port = ProcessInfo.processInfo.environment["CALLSIEVE_WEB_HOST"].flatMap { Int($0) } ?? 8481
        host.time.set(SystemTime().now())
        host.backend.ring("+79161234567", name: "Анна Смирнова", state: .talking, at: 1)
        host.backend.ring("+79035550011", at: 2)
        host.backend.ring(nil, at: 3)
        let late = host.backend.ring("+78125550022", name: "<img src=x onerror=alert(1)>", state: .ended, at: 4)
        _ = try await host.backend.take(call: late.id, takeOver: false, actor: "Olga")
        try await host.server().run()
    }
}
