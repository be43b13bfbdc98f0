// SPDX-License-Identifier: Apache-2.0
internal import Delivery
internal import Essentials
internal import HTTPTransfer
internal import HTTPTypes
internal import Hummingbird
public import Intake
internal import SQLEngine
internal import SalesBook
internal import StrictYAML
internal import Store
internal import WebServer
internal import WireFormats

/// Small connections between parts that do not know each other.
extension CallsieveServer {
    /// Why no call can be stored now; `nil` when one can.
    static func reasonNotReady(_ health: SQLHealth) -> String? {
        guard health.lastWriteFailed else { return nil }
        return "the store can't be written: \(health.lastFailure.map { "\($0)" } ?? "the last write failed")"
    }

    /// What `doctor` asks of a running service.
    static func state(of library: RuleLibrary, ring: InHandRing, delivery: DeliveryService) -> JSON {
        let rules = library.problems.sorted { $0.key < $1.key }.map { name, problems in
            JSON.Member(name, .array(problems.map { .string($0.description) }))
        }
        let accounts = delivery.health.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .string("\($0.value)")) }
        return [
            "rule_problems": .object(rules), "quarantined": .array(ring.quarantined.map { .string($0) }), "accounts": .object(accounts),
        ]
    }

    static func key(_ secret: Secret) throws -> StandardWebhookKey {
        guard let key = StandardWebhookKey(secret) else {
            throw SourceProblem(file: "book-webhook-secret", message: "is no whsec_ secret", fix: "delete it, and the next start makes a new one")
        }
        return key
    }

    /// How the sales book reaches our outcome hook: over the listener, like any CRM.
    static func post(to configuration: Configuration, http: any HTTPClient) -> BookSender.Post {
        let address = configuration.loopbackAddress
        let account = configuration.accounts.first { $0.recipe == "salesbook" }?.name ?? "book"
        let policy = EgressAddress(address).flatMap { try? EgressPolicy(allowing: [$0]) } ?? .publicOnly
        return { message in
            let request = TransferRequest(
                method: "POST", url: "http://\(address)/crm/\(account)", headers: message.headers.map { TransferHeader($0.name, $0.value) },
                body: message.body, policy: policy)
            switch await http.send(request, deadline: .after(.seconds(10))) {
            case .response(let response): return response.status
            case .failedBeforeSend(let failure), .unknown(let failure): throw failure
            }
        }
    }

    /// The sales book's pages and API on our listener. Its lead intake checks its own token; all else needs ours.
    static func mount(_ book: SalesBook, token: Secret, access: Access, _ configuration: Configuration) throws -> Mount {
        let operatorOf: @Sendable (Request) async -> String? = { request in access.person(behind: request) }
        let interface = try BookInterface(
            book: book, access: BookAccess(token: token, authorise: operatorOf), language: configuration.language, zone: configuration.zone)
        return Mount(prefix: "/book", selfGuarded: ["/book/api"], respond: interface.respond(as: WebContext.self))
    }

    static func metrics(store: Store, delivery: DeliveryService, intake: HookIntake) -> Metrics {
        let metrics = Metrics()
        metrics.gauges("callsieve_store_commits_total", "Synced commits of the store") { [Gauge(Double(store.health.commits))] }
        metrics.gauges("callsieve_store_bodies_total", "Transactions inside those commits") { [Gauge(Double(store.health.bodies))] }
        metrics.gauges("callsieve_store_queue", "Transactions waiting for the writer") { [Gauge(Double(store.health.queueLength))] }
        metrics.gauges("callsieve_store_log_bytes", "Size of the write-ahead log") { [Gauge(Double(store.health.logBytes))] }
        metrics.gauges("callsieve_store_writable", "1 while calls can be stored") { [Gauge(store.health.lastWriteFailed ? 0 : 1)] }
        metrics.gauges("callsieve_hooks_total", "Webhooks by what became of them") {
            let counts = intake.counts
            let rows: [(String, Int64)] = [
                ("received", counts.requests), ("stored", counts.stored), ("refused", counts.refused), ("unreadable", counts.unreadable),
                ("unavailable", counts.unavailable), ("failed open", counts.failedOpen), ("preset answer", counts.presetAnswers),
            ]
            return rows.map { Gauge(Double($1), labels: [(name: "result", value: $0)]) }
        }
        return metrics
    }
}

extension Configuration {
    var webSettings: WebSettings {
        var settings = WebSettings(host: listener.host, port: listener.port)
        settings.language = language
        settings.hookLimits = Dictionary(sources.map { ($0.name, HookLimits()) }, uniquingKeysWith: { first, _ in first })
        return settings
    }

    /// How each account that reports outcomes proves itself.
    func outcomeAccounts(bookWebhook: Secret) throws -> [String: OutcomeIntake.Account] {
        var result: [String: OutcomeIntake.Account] = [:]
        for account in accounts {
            var secrets: [Secret] = []
            for reference in account.hookSecret { secrets.append(try reference.read(dataFolder: dataFolder)) }
            if account.recipe == "salesbook", account.fields["url"] == nil { secrets.append(bookWebhook) }
            let keys = try secrets.map { secret throws(SourceProblem) -> StandardWebhookKey in
                guard let key = StandardWebhookKey(secret) else {
                    throw SourceProblem(
                        file: file ?? "configuration", message: "the hook secret of account \"\(account.name)\" is no whsec_ secret",
                        fix: "whsec_ and the base64 of 32 random bytes")
                }
                return key
            }
            let token = try account.hookToken?.read(dataFolder: dataFolder)
            if !keys.isEmpty || token != nil { result[account.name] = OutcomeIntake.Account(keys: keys, token: token) }
        }
        return result
    }
}

extension RuleLibrary: RuleShelf {}
