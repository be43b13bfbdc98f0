// SPDX-License-Identifier: Apache-2.0
public import Essentials
internal import SQLEngine
public import WireFormats

/// How many orders an account has in a state, for metrics.
public struct OutboxCount: Sendable, Hashable {
    public var account: String
    public var state: OrderState
    public var count: Int64
}

extension StoreReading {
    /// An order with its steps.
    public func order(_ id: OrderRecord.ID) throws -> OrderRecord? {
        try sql.first("SELECT * FROM orders WHERE id = $1", [SQLValue(id)], OrderRecord.init(row:)).map(withSteps)
    }

    public func order(_ ulid: ULID) throws -> OrderRecord? {
        try sql.first("SELECT * FROM orders WHERE ulid = $1", [SQLValue(ulid)], OrderRecord.init(row:)).map(withSteps)
    }

    /// A lead's orders, oldest first, with their steps.
    public func orders(of lead: LeadRecord.ID) throws -> [OrderRecord] {
        try sql.query("SELECT * FROM orders WHERE lead = $1 ORDER BY id LIMIT 500", [SQLValue(lead)], OrderRecord.init(row:)).map(withSteps)
    }

    /// Orders in a state (`nil`: in any), newest first, without their steps.
    public func orders(in state: OrderState?, from cursor: Cursor? = nil, limit: Int = 100) throws -> Page<OrderRecord> {
        let limit = min(max(limit, 1), Page<OrderRecord>.limitMax)
        let below = SQLValue.integer(cursor?.key[0] ?? .max)
        let rows =
            if let state {
                try sql.query(
                    "SELECT * FROM orders WHERE state = $1 AND id < $2 ORDER BY id DESC LIMIT $3", [SQLValue(state), below, SQLValue(limit + 1)],
                    OrderRecord.init(row:))
            } else {
                try sql.query("SELECT * FROM orders WHERE id < $1 ORDER BY id DESC LIMIT $2", [below, SQLValue(limit + 1)], OrderRecord.init(row:))
            }
        return Page(rows, limit: limit) { Cursor($0.id.value) }
    }

    /// Orders in a state that changed at `since` or later, in the order of their ids after `last`, with their steps.
    public func orders(in state: OrderState, changedSince since: Instant, after last: OrderRecord.ID, limit: Int) throws -> [OrderRecord] {
        try sql.query(
            "SELECT * FROM orders WHERE state = $1 AND id > $2 AND updated_at >= $3 ORDER BY id LIMIT $4",
            [SQLValue(state), SQLValue(last), SQLValue(since), SQLValue(limit)], OrderRecord.init(row:)
        ).map(withSteps)
    }

    /// Tries of an order, oldest first, the last 200.
    public func attempts(of order: OrderRecord.ID) throws -> [AttemptRecord] {
        try sql.query(
            "SELECT * FROM order_attempts WHERE order_id = $1 ORDER BY id DESC LIMIT 200", [SQLValue(order)], AttemptRecord.init(row:)
        ).reversed()
    }

    /// Claims whose lease has passed at `now`; with the end of time as `now`, all of them.
    public func overdueClaims(now: Instant, limit: Int) throws -> [OrderRecord] {
        try sql.query(
            "SELECT * FROM orders WHERE state = 'claimed' AND lease_until <= $1 ORDER BY lease_until LIMIT $2", [SQLValue(now), SQLValue(limit)],
            OrderRecord.init(row:)
        ).map(withSteps)
    }

    /// When the next order of an account is due; `nil`: none waits.
    public func nextDue(account: String) throws -> Instant? {
        try sql.number(
            "SELECT due_at FROM orders WHERE account = $1 AND state = 'waiting' AND head = 1 ORDER BY due_at, id LIMIT 1", [.text(account)]
        ).map(Instant.init(unixMilliseconds:))
    }

    /// Ids and values that a CRM account gave for a lead.
    public func remotes(lead: LeadRecord.ID, account: String) throws -> [String: JSON] {
        let rows = try sql.query(
            "SELECT name, value FROM order_remotes WHERE lead = $1 AND account = $2", [SQLValue(lead), .text(account)]
        ) { ($0.text(0), try JSON.parse($0.text(1))) }
        return Dictionary(rows, uniquingKeysWith: { first, _ in first })
    }

    /// The text of a recipe that was in use when an order was written.
    public func recipeText(hash: String) throws -> (name: String, text: String)? {
        try sql.first("SELECT name, text FROM order_recipes WHERE hash = $1", [.text(hash)]) { ($0.text(0), $0.text(1)) }
    }

    /// What is known of each account's health, by name.
    public func accountStates() throws -> [String: JSON] {
        let rows = try sql.query("SELECT account, state FROM order_accounts") { ($0.text(0), try JSON.parse($0.text(1))) }
        return Dictionary(rows, uniquingKeysWith: { first, _ in first })
    }

    public func outboxCounts() throws -> [OutboxCount] {
        try sql.query("SELECT account, state, count(*) FROM orders GROUP BY account, state ORDER BY account, state") { row in
            OutboxCount(account: row.text(0), state: try row.word(1), count: row.integer(2))
        }
    }

    func withSteps(_ order: OrderRecord) throws -> OrderRecord {
        var full = order
        full.steps = try sql.query("SELECT * FROM order_steps WHERE order_id = $1 ORDER BY ordinal", [SQLValue(order.id)], StepRecord.init(row:))
        return full
    }
}
