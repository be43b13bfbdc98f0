// SPDX-License-Identifier: Apache-2.0
public import Essentials
internal import SQLEngine
public import WireFormats

extension Transaction {
    /// A number that no claim has had before (RELIABILITY.md, rule 5).
    public func nextFence() throws -> Int64 {
        _ = try sql.execute("UPDATE order_fences SET value = value + 1 WHERE id = 1")
        return try sql.number("SELECT value FROM order_fences WHERE id = 1") ?? 0
    }

    /// Takes orders of an account that are due and first of their lead: the longest due, and while there are more than can be
    /// taken, a quarter of the places for those that came last, so that a fresh lead does not wait behind a whole backlog.
    ///
    /// - Parameters:
    ///   - fence: from `nextFence()`; only who knows it may change the orders from now on.
    ///   - lease: until when; afterwards `overdueClaims` names them.
    /// - Returns: the longest due first.
    public func claimOrders(account: String, fence: Int64, now: Instant, lease: Instant, limit: Int) throws -> [OrderRecord] {
        var orders = try sql.query(
            """
            SELECT * FROM orders WHERE account = $1 AND state = 'waiting' AND head = 1 AND due_at <= $2 ORDER BY due_at, id LIMIT $3
            """,
            [.text(account), SQLValue(now), SQLValue(limit)], OrderRecord.init(row:))
        // With few places each fourth claim is for the newest.
        let forNewest = limit >= 4 ? limit / 4 : fence % 4 == 0 ? 1 : 0
        if orders.count == limit, forNewest > 0 {
            let newest = try sql.query(
                """
                SELECT * FROM orders WHERE account = $1 AND state = 'waiting' AND head = 1 AND due_at <= $2
                ORDER BY due_at DESC, id DESC LIMIT $3
                """,
                [.text(account), SQLValue(now), SQLValue(forNewest)], OrderRecord.init(row:))
            let kept = orders.dropLast(forNewest), known = Set(kept.map(\.id))
            orders = Array(kept) + newest.filter { !known.contains($0.id) }
        }
        return try orders.map { order in
            var claimed = order.fence == 0 ? order : try withSteps(order)
            (claimed.state, claimed.fence, claimed.leaseUntil) = (.claimed, fence, lease)
            _ = try sql.execute(
                "UPDATE orders SET state = 'claimed', fence = $1, lease_until = $2 WHERE id = $3",
                [.integer(fence), SQLValue(lease), SQLValue(order.id)])
            return claimed
        }
    }

    /// Writes a claimed order and its steps as they are now, whatever state it goes to.
    ///
    /// - Returns: `false`, with nothing changed, when the order is no longer claimed under its fence: the worker came too late.
    public func saveClaimed(_ order: OrderRecord) throws -> Bool {
        let changed = try sql.execute(
            """
            UPDATE orders SET state = $1, begun = $2, attempts = $3, due_at = $4, lease_until = $5, last_error = $6, updated_at = $7
            WHERE id = $8 AND fence = $9 AND state = 'claimed'
            """,
            [
                SQLValue(order.state), SQLValue(order.isBegun), .integer(order.attempts), SQLValue(order.dueAt),
                SQLValue(order.state == .claimed ? order.leaseUntil : nil), SQLValue(order.lastError), SQLValue(order.updatedAt),
                SQLValue(order.id), .integer(order.fence),
            ])
        guard changed == 1 else { return false }
        try saveSteps(order)
        if order.state != .claimed { try leave(order) }
        return true
    }

    /// Writes an order that nobody has claimed: what a person decided about it.
    ///
    /// - Returns: `false`, with nothing changed, when it is not in `expected` any more.
    public func saveDecided(_ order: OrderRecord, expected: OrderState) throws -> Bool {
        let changed = try sql.execute(
            """
            UPDATE orders SET state = $1, begun = $2, attempts = $3, due_at = $4, last_error = $5, updated_at = $6
            WHERE id = $7 AND state = $8
            """,
            [
                SQLValue(order.state), SQLValue(order.isBegun), .integer(order.attempts), SQLValue(order.dueAt), SQLValue(order.lastError),
                SQLValue(order.updatedAt), SQLValue(order.id), SQLValue(expected),
            ])
        guard changed == 1 else { return false }
        try saveSteps(order)
        try leave(order)
        return true
    }

    /// Writes what an order says of its lead: a person corrected it.
    public func savePayload(of order: OrderRecord) throws {
        _ = try sql.execute(
            "UPDATE orders SET payload = $1, revision = revision + 1 WHERE id = $2", [.text(order.payload.text), SQLValue(order.id)])
    }

    private func saveSteps(_ order: OrderRecord) throws {
        for step in order.steps {
            _ = try sql.execute(
                """
                INSERT INTO order_steps (order_id, ordinal, name, state, operation, looks, taken, last_result)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                ON CONFLICT (order_id, ordinal) DO UPDATE SET name = excluded.name, state = excluded.state,
                    operation = excluded.operation, looks = excluded.looks, taken = excluded.taken, last_result = excluded.last_result
                """,
                [
                    SQLValue(order.id), .integer(step.ordinal), .text(step.name), SQLValue(step.state), SQLValue(step.operation),
                    .integer(step.looks), .text(step.taken.text), SQLValue(step.lastResult),
                ])
        }
    }

    /// A finished order makes way for the next of its lead; the lead shows how it stands.
    private func leave(_ order: OrderRecord) throws {
        guard order.state.isFinished else { return try showOnLead(order) }
        let next = try sql.first(
            """
            SELECT * FROM orders WHERE lead = $1 AND account = $2 AND state NOT IN ('delivered', 'discarded') ORDER BY id LIMIT 1
            """,
            [SQLValue(order.lead), .text(order.account)], OrderRecord.init(row:))
        if let next { _ = try sql.execute("UPDATE orders SET head = 1 WHERE id = $1", [SQLValue(next.id)]) }
        try showOnLead(next ?? order)
    }

    /// Keeps what a CRM gave for a lead, in the same transaction as the step that learned it.
    /// - Parameter shown: the one of them that people know the record by; it becomes the lead's remote id.
    public func saveRemotes(_ values: [String: JSON], lead: LeadRecord.ID, account: String, shown: String?) throws {
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            _ = try sql.execute(
                """
                INSERT INTO order_remotes (lead, account, name, value) VALUES ($1, $2, $3, $4)
                ON CONFLICT (lead, account, name) DO UPDATE SET value = excluded.value
                """,
                [SQLValue(lead), .text(account), .text(name), .text(value.text)])
        }
        guard let shown, let id = values[shown]?.scalarText else { return }
        _ = try sql.execute("UPDATE leads SET remote_id = $1 WHERE id = $2", [.text(id), SQLValue(lead)])
    }

    /// Records that a request is about to leave; in the transaction of the intent.
    public func beginAttempt(order: OrderRecord, step: String, operation: String, at now: Instant) throws -> AttemptRecord.ID {
        _ = try sql.execute(
            "INSERT INTO order_attempts (order_id, step, operation, fence, begun_at) VALUES ($1, $2, $3, $4, $5)",
            [SQLValue(order.id), .text(step), .text(operation), .integer(order.fence), SQLValue(now)])
        return RowID(sql.lastInsertedID)
    }

    /// Records how it ended.
    public func endAttempt(_ id: AttemptRecord.ID, result: String, status: Int?, detail: String?, at now: Instant) throws {
        _ = try sql.execute(
            "UPDATE order_attempts SET ended_at = $1, result = $2, status = $3, detail = $4 WHERE id = $5",
            [SQLValue(now), .text(result), SQLValue(status), SQLValue(detail), SQLValue(id)])
    }

    /// Brings due times that a jump of the clock moved out of reach back to `latest` (R17).
    public func clampDueTimes(latest: Instant) throws {
        _ = try sql.execute("UPDATE orders SET due_at = $1 WHERE state = 'waiting' AND due_at > $1", [SQLValue(latest)])
    }

    /// Keeps a recipe's text, so that orders pinned to it can be finished after it changed.
    public func saveRecipe(hash: String, name: String, text: String) throws {
        _ = try sql.execute(
            "INSERT INTO order_recipes (hash, name, text) VALUES ($1, $2, $3) ON CONFLICT (hash) DO NOTHING",
            [.text(hash), .text(name), .text(text)])
    }

    /// Keeps what is known of an account's health, for the next start.
    public func saveAccountState(_ state: JSON, of account: String) throws {
        _ = try sql.execute(
            """
            INSERT INTO order_accounts (account, state, updated_at) VALUES ($1, $2, $3)
            ON CONFLICT (account) DO UPDATE SET state = excluded.state, updated_at = excluded.updated_at
            """,
            [.text(account), .text(state.text), SQLValue(time.now())])
    }
}
