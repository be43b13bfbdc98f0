// SPDX-License-Identifier: Apache-2.0
import Delivery
public import Essentials
import Logging
import Store

extension StoreBackend {
    public func outbox(state word: String?, page: PageRequest) async throws(Problem) -> ResourcePage<OutboxResource> {
        let cursor = try Self.cursor(page)
        let state = try word.map { word throws(Problem) in
            guard let state = OrderState(rawValue: word == "sending" ? "claimed" : word) else {
                throw .badRequest("state must be waiting, sending, delivered, held, dead or discarded.")
            }
            return state
        }
        let records = try await admin { try await orders.list(state: state, from: cursor, limit: page.limit) }
        return ResourcePage(items: records.items.map { OutboxResource($0) }, next: records.next?.description)
    }

    public func delivery(_ id: ULID) async throws(Problem) -> OutboxResource {
        let details = try await admin { try await orders.show(id) }
        var resource = OutboxResource(details.order)
        resource.remoteID = details.remotes["id"] ?? details.remotes.sorted { $0.key < $1.key }.first?.value
        resource.history = details.attempts.map(\.line)
        resource.fields = details.order.payload
        return resource
    }

    public func retry(delivery id: ULID, actor: String) async throws(Problem) -> OutboxResource {
        OutboxResource(try await admin { try await orders.retry(id, actor: actor) })
    }

    public func discard(delivery id: ULID, actor: String) async throws(Problem) -> OutboxResource {
        OutboxResource(try await admin { try await orders.discard(id, actor: actor) })
    }

    private func admin<T>(_ act: () async throws -> T) async throws(Problem) -> T { try await OutboxProblems.mapped(logger, act) }
}

extension OutboxResource {
    init(_ order: OrderRecord) {
        self.init(
            id: order.ulid, lead: LeadRecord.ulid(ofKey: order.leadKey), account: order.account, kind: order.kind.rawValue,
            state: order.state == .claimed ? "sending" : order.state.rawValue, revision: order.revision, attempts: order.attempts,
            createdAt: order.createdAt)
        nextAt = order.state == .waiting ? order.dueAt : nil
        error = order.lastError
        steps = order.steps.map { Step(name: $0.name, state: $0.state.rawValue, result: $0.lastResult) }
    }
}
