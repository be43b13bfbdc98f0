// SPDX-License-Identifier: Apache-2.0
import CRM
public import Essentials
import SQLEngine
public import Store
import WireFormats

/// What people do with the outbox: `callsieve outbox` and the API. Each act is on record in the transaction in which it takes effect.
public struct OutboxAdmin: Sendable {
    /// An order with its lead and what was tried.
    public struct Details: Sendable {
        public var order: OrderRecord
        public var attempts: [AttemptRecord]
        /// What the CRM gave for the lead, by name, as text.
        public var remotes: [String: String]
    }

    let store: Store
    let time: any TimeSource

    public init(store: Store, time: any TimeSource = SystemTime()) {
        self.store = store
        self.time = time
    }

    /// Orders in a state (`nil`: all), newest first, without steps.
    public func list(state: OrderState? = nil, from cursor: Cursor? = nil, limit: Int = 100) async throws -> Page<OrderRecord> {
        try await store.read { try $0.orders(in: state, from: cursor, limit: limit) }
    }

    /// - Throws: `Refusal.notFound`.
    public func show(_ id: ULID) async throws -> Details {
        try await store.read { snapshot in
            guard let order = try snapshot.order(id) else { throw Refusal.notFound(id) }
            let remotes = try snapshot.remotes(lead: order.lead, account: order.account)
            return Details(
                order: order, attempts: try snapshot.attempts(of: order.id), remotes: remotes.mapValues { $0.scalarText ?? $0.text })
        }
    }

    /// Sends a dead or held order again; what may have been done before is looked up first where the CRM can be asked.
    /// Repeating the act is refused as `wrongState`, so a double click acts once.
    /// - Parameter actor: who says so, for the record.
    @discardableResult
    public func retry(_ id: ULID, actor: String, note: String = "") async throws -> OrderRecord {
        try await act(id, "order.retry", actor: actor, note: note) { order, now, tx in
            try OutboxAdmin.sendAgain(&order, actor: actor, now: now, tx)
        }
    }

    /// - Returns: `false`, with nothing changed, unless the order is dead or held.
    static func sendAgain(_ order: inout OrderRecord, actor: String, now: Instant, _ tx: Transaction) throws -> Bool {
        guard let recipe = try recipe(of: order, tx) else { throw Refusal.noRecipe(order.ulid) }
        var entry = OutboxEntry(order, recipe: recipe)
        guard entry.retry(now: now) else { return false }
        order = entry.order
        // Among the attempts, so that those made after it are seen to be asked for (R42).
        let mark = try tx.beginAttempt(order: order, step: "all", operation: "send again", at: now)
        try tx.endAttempt(mark, result: "asked by \(actor)", status: nil, detail: nil, at: now)
        return true
    }

    /// Drops a waiting, dead or held order; what waited behind it goes on.
    @discardableResult
    public func discard(_ id: ULID, actor: String, note: String = "") async throws -> OrderRecord {
        try await act(id, "order.discard", actor: actor, note: note) { order, now, _ in
            order.discard(note.isEmpty ? "discarded by \(actor)" : note, now: now)
        }
    }

    func act(
        _ id: ULID, _ action: String, actor: String, note: String,
        _ change: @escaping @Sendable (inout OrderRecord, Instant, Transaction) throws -> Bool
    ) async throws -> OrderRecord {
        let now = time.now()
        return try await store.write(.intake) { tx in
            guard let order = try tx.order(id) else { throw Refusal.notFound(id) }
            var changed = order
            guard try change(&changed, now, tx) else { throw Refusal.wrongState(id, order.state) }
            guard try tx.saveDecided(changed, expected: order.state) else { throw Refusal.changed(id) }
            try tx.audit(
                AuditEntry(
                    actor: actor, action: action, object: "order \(id)", reason: note,
                    details: [.plain("lead", order.leadKey), .plain("account", order.account), .plain("was", order.state.rawValue)]))
            return changed
        }
    }

    /// The pinned recipe as the store keeps it; a shipped one that no service has stored yet is taken as it is.
    private static func recipe(of order: OrderRecord, _ tx: Transaction) throws -> Recipe? {
        if let kept = try tx.recipeText(hash: order.recipeHash) { return try? Recipe.load(kept.text, file: kept.name) }
        return Recipe.shipped(order.recipeName).flatMap { $0.hash == order.recipeHash ? $0 : nil }
    }
}
