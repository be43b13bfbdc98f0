// SPDX-License-Identifier: Apache-2.0
public import Essentials
internal import SQLEngine
public import WireFormats

extension Transaction {
    /// Puts on paper that a CRM is owed something for a lead. Called in the transaction that decides it, so that what was
    /// decided is queued, and what is queued was decided (R6).
    ///
    /// - A `deliver` or `update` replaces one of the same lead and account of which nothing has been sent yet: that order
    ///   keeps its place and its kind, gets this payload and recipe, and its revision grows.
    /// - An `update` with nothing delivered or waiting becomes a `deliver`; a second `deliver` becomes an `update`.
    /// - A `call` is always an order of its own.
    ///
    /// - Parameters:
    ///   - payload: an object with the names of the lead dictionary ("lead.key") as they are now.
    ///   - recipe: name and hash of the account's recipe; the order is finished with exactly that text.
    /// - Throws: `StoreError` when there is no such lead; `SQLFailure`.
    @discardableResult
    public func enqueueOrder(
        lead: LeadRecord.ID, account: String, kind: OrderKind, payload: JSON, recipe: (name: String, hash: String), ulid: ULID? = nil
    ) throws -> OrderRecord {
        guard let record = try self.lead(lead) else { throw StoreError(.damagedRow, "order for lead \(lead), which is not in the store") }
        let earlier = try sql.query(
            "SELECT * FROM orders WHERE lead = $1 AND account = $2 AND state <> 'discarded' ORDER BY id", [SQLValue(lead), .text(account)],
            OrderRecord.init(row:))
        let now = time.now()
        if kind != .call, var unsent = earlier.last(where: { $0.kind != .call && $0.state == .waiting && !$0.isBegun }) {
            unsent.payload = payload
            (unsent.recipeName, unsent.recipeHash) = recipe
            unsent.revision += 1
            unsent.updatedAt = now
            try replace(unsent)
            return unsent
        }
        let isThere = earlier.contains { $0.kind == .deliver }
        let order = OrderRecord(
            id: .new, ulid: ulid ?? ULID(at: now, random: SystemRandom()), lead: lead, leadKey: record.key, account: account,
            kind: kind == .call ? .call : isThere ? .update : .deliver, payload: payload, recipe: recipe, at: now)
        return try insert(order, isHead: earlier.allSatisfy(\.state.isFinished))
    }

    private func replace(_ order: OrderRecord) throws {
        // Steps that were laid out but never sent belong to the old payload and recipe.
        _ = try sql.execute("DELETE FROM order_steps WHERE order_id = $1", [SQLValue(order.id)])
        _ = try sql.execute(
            "UPDATE orders SET payload = $1, recipe = $2, recipe_hash = $3, revision = $4, updated_at = $5 WHERE id = $6",
            [
                .text(order.payload.text), .text(order.recipeName), .text(order.recipeHash), .integer(order.revision),
                SQLValue(order.updatedAt), SQLValue(order.id),
            ])
    }

    private func insert(_ order: OrderRecord, isHead: Bool) throws -> OrderRecord {
        _ = try sql.execute(
            """
            INSERT INTO orders (ulid, lead, lead_key, account, kind, revision, payload, recipe, recipe_hash, state, head, begun,
                attempts, due_at, fence, lease_until, last_error, created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 0, $12, 0, NULL, NULL, $13, $14)
            """,
            [
                SQLValue(order.ulid), SQLValue(order.lead), .text(order.leadKey), .text(order.account), SQLValue(order.kind),
                .integer(order.revision), .text(order.payload.text), .text(order.recipeName), .text(order.recipeHash),
                SQLValue(order.state), SQLValue(isHead), SQLValue(order.dueAt), SQLValue(order.createdAt), SQLValue(order.updatedAt),
            ])
        var stored = order
        stored.id = RowID(sql.lastInsertedID)
        if isHead { try showOnLead(stored) }
        return stored
    }

    /// The lead's own columns say how its delivery stands, for lists.
    func showOnLead(_ order: OrderRecord) throws {
        let state =
            switch order.state {
            case .claimed: "sending"
            case .discarded: nil as String?
            default: order.state.rawValue
            }
        _ = try sql.execute(
            "UPDATE leads SET account = $1, remote_state = $2, remote_error = $3 WHERE id = $4",
            [.text(order.account), SQLValue(state), SQLValue(order.lastError), SQLValue(order.lead)])
    }
}
