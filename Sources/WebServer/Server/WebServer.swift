import Console
// SPDX-License-Identifier: Apache-2.0
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
public import ServiceLifecycle

/// The one HTTP listener of the service: webhooks, outcomes, API, pages.
///
/// Runs until cancelled or told to stop. On a graceful stop it accepts nothing new, ends live feeds, finishes what is in
/// hand, then returns; what has no end is cut by the deadlines of its connection.
public struct WebServer: Service {
    let settings: WebSettings
    let parts: WebParts
    let hub: LiveHub
    let renderer: PageRenderer

    /// - Throws: when a page shipped inside the program can't be read; the tests exclude it.
    public init(settings: WebSettings, parts: WebParts) throws {
        self.settings = settings
        self.parts = parts
        renderer = try PageRenderer()
        hub = LiveHub(backend: parts.backend, heartbeat: settings.heartbeat, listenersMax: settings.subscribersMax, metrics: parts.metrics)
    }

    public func run() async throws {
        try await makeApplication().run()
    }

    func makeApplication() -> Application<WebResponder> {
        let metrics = ConnectionMetrics(parts.metrics)
        let limits = settings.connectionLimits
        let connectionsMax = min(settings.connectionsMax, max(64, DescriptorLimit.raise() - 256))
        let listening = parts.onListening
        let hooks = makeHookRoute()
        let boxes = ReplyBoxes()
        return Application(
            responder: makeResponder(hooks),
            server: HTTPServerBuilder { GuardedHTTP1Channel(limits: limits, metrics: metrics, hooks: hooks, boxes: boxes, responder: $0) },
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: settings.port), serverName: nil, backlog: 1_024,
                availableConnectionsDelegate: MaximumAvailableConnections(connectionsMax, logger: parts.logger)),
            services: [hub], onServerRunning: { await listening($0.localAddress?.port ?? 0) }, logger: parts.logger)
    }

    private func makeHookRoute() -> HookRoute {
        let gates = settings.hookLimits.map { ($0, HookGate(name: $0, limits: $1, metrics: parts.metrics)) }
        let unknown = HookGate(name: "unknown", limits: HookLimits(), metrics: parts.metrics)
        return HookRoute(
            receiver: parts.hooks, gates: Dictionary(gates, uniquingKeysWith: { first, _ in first }), unknown: unknown, time: parts.time)
    }

    private func makeResponder(_ hooks: HookRoute) -> WebResponder {
        let crm = HookGate(name: "crm", limits: HookLimits(), metrics: parts.metrics)
        return WebResponder(
            hooks: hooks,
            outcomes: OutcomeRoute(receiver: parts.outcomes, gate: crm, time: parts.time), mounts: parts.mounts,
            table: RouteTable(routes: routes), access: parts.access,
            answers: StatusCounters(parts.metrics, "callsieve_http_total", "Requests of API and pages by the status of the answer", labels: []))
    }

    /// Every route but the hooks and the mounts.
    var routes: [Route] {
        ServiceRoutes(metrics: parts.metrics, isReady: parts.isReady).routes + CallRoutes(backend: parts.backend).routes
            + LeadRoutes(backend: parts.backend).routes + BriefingRoutes(backend: parts.backend).routes
            + OutboxRoutes(backend: parts.backend).routes + DeliveryRoutes(backend: parts.delivery).routes
            + RuleRoutes(backend: parts.rules).routes + LiveRoute(hub: hub).routes + pages.routes
    }

    private var pages: PageRoutes {
        PageRoutes(
            backend: parts.backend, access: parts.access, renderer: renderer, time: parts.time, defaultLanguage: settings.language,
            hasBook: parts.mounts.contains { $0.prefix == "/book" })
    }
}

extension WebSettings {
    var connectionLimits: ConnectionDeadlines.Limits {
        var limits = ConnectionDeadlines.Limits()
        limits.header = TimeAmount(headerDeadline)
        limits.body = TimeAmount(bodyDeadline)
        limits.response = TimeAmount(responseDeadline)
        limits.idle = TimeAmount(idleDeadline)
        return limits
    }
}
