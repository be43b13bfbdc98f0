// SPDX-License-Identifier: Apache-2.0
public import Delivery
public import Essentials
public import Logging
public import Store

/// Delivery as the API reaches it in the running service.
public struct RunningDelivery: DeliveryBackend {
    private let store: Store
    private let service: DeliveryService
    private let orders: OutboxAdmin
    private let logger: Logger

    public init(store: Store, service: DeliveryService, orders: OutboxAdmin, logger: Logger) {
        self.store = store
        self.service = service
        self.orders = orders
        self.logger = logger
    }

    public func accounts() async -> [AccountResource] {
        let counts = (try? await store.read { try $0.outboxCounts() }) ?? []
        return service.standings.map { standing in
            var account = AccountResource(standing)
            for count in counts where count.account == standing.name {
                account.orders[count.state == .claimed ? "sending" : count.state.rawValue] = count.count
            }
            return account
        }
    }

    public func pause(account: String, note: String, actor: String) async throws(Problem) -> AccountResource {
        try await changed(account) { try await service.pause(account: account, actor: actor, note: note) }
    }

    public func resume(account: String, actor: String) async throws(Problem) -> AccountResource {
        try await changed(account) { try await service.resume(account: account, actor: actor) }
    }

    public func correct(delivery id: ULID, fields: [String: String], note: String, actor: String) async throws(Problem) -> OutboxResource {
        let order = try await OutboxProblems.mapped(logger) { try await orders.correct(id, fields, actor: actor, note: note) }
        service.wake()
        return OutboxResource(order)
    }

    public func redrive(state: String, since: Instant, account: String?, actor: String) async throws(Problem) -> Int {
        let count = try await OutboxProblems.mapped(logger) {
            try await orders.redrive(state == "held" ? .held : .dead, since: since, account: account, actor: actor)
        }
        service.wake()
        return count
    }

    private func changed(_ name: String, _ act: () async throws -> Bool) async throws(Problem) -> AccountResource {
        guard try await OutboxProblems.mapped(logger, act) else { throw .notFound("account") }
        guard let account = await accounts().first(where: { $0.name == name }) else { throw .notFound("account") }
        return account
    }
}

extension AccountResource {
    init(_ standing: AccountStanding) {
        self.init(name: standing.name, recipe: standing.recipe, state: standing.pausedBy == nil ? standing.health.name : "paused")
        opensAt = standing.pausedUntil
        switch standing.health {
        case .up: break
        case .down(let since, let probeAt):
            self.since = since
            opensAt = probeAt
        case .stopped(let why, let since, let probeAt):
            reason = why
            self.since = since
            opensAt = probeAt
        }
        if let person = standing.pausedBy {
            reason = person
            opensAt = nil
        }
    }
}

/// What the outbox refuses, as a problem of the API.
enum OutboxProblems {
    static func mapped<T>(_ logger: Logger, _ act: () async throws -> T) async throws(Problem) -> T {
        do {
            return try await act()
        } catch let refusal as OutboxAdmin.Refusal {
            switch refusal {
            case .notFound: throw .notFound("delivery")
            case .badField, .nothingToCorrect: throw .badRequest(refusal.description)
            default: throw .conflict(refusal.description)
            }
        } catch {
            logger.warning("The outbox could not be reached", metadata: ["error": "\(error)"])
            throw .unavailable
        }
    }
}
