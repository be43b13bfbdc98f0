// SPDX-License-Identifier: Apache-2.0
internal import CallModel
internal import Essentials
internal import SQLEngine
internal import WireFormats

/// A change that Callsieve has not yet acknowledged.
struct OutboundChange: Hashable, Sendable {
    let id: Int64
    let card: Card.ID
    /// `webhook-id`: the same at every attempt.
    let message: String
    let body: String
    let attempts: Int64
}

extension BookRecords {
    /// Owes Callsieve the news of a change, in the transaction that made it.
    func enqueue(_ card: Card, because entry: HistoryEntry, note: String?, message: ULID, at now: Instant) throws {
        _ = try connection.execute(
            "INSERT INTO outbound (card, message, body, created_at, attempts, due_at) VALUES ($1, $2, $3, $4, 0, $4)",
            [
                .integer(card.id.row), .text("msg_\(message)"), .text(card.changeMessage(by: entry.by, note: note, at: now).text),
                .integer(now.unixMilliseconds),
            ])
    }

    /// The oldest unsent change of each card that is due, oldest first: what follows it waits for it.
    func dueChanges(at now: Instant, limit: Int) throws -> [OutboundChange] {
        try connection.query(
            """
            SELECT id, card, message, body, attempts FROM outbound AS head
            WHERE due_at <= $1 AND NOT EXISTS (SELECT 1 FROM outbound WHERE card = head.card AND id < head.id)
            ORDER BY id LIMIT $2
            """, [.integer(now.unixMilliseconds), .integer(Int64(limit))]
        ) { row in
            OutboundChange(
                id: row.integer(0), card: Card.ID(row: row.integer(1)), message: row.text(2), body: row.text(3), attempts: row.integer(4))
        }
    }

    /// When the next change is due; `nil` when nothing is owed.
    func nextDue() throws -> Instant? {
        try connection.number(
            """
            SELECT min(due_at) FROM outbound AS head
            WHERE NOT EXISTS (SELECT 1 FROM outbound WHERE card = head.card AND id < head.id)
            """
        ).map(Instant.init(unixMilliseconds:))
    }

    func delivered(_ change: OutboundChange) throws {
        _ = try connection.execute("DELETE FROM outbound WHERE id = $1", [.integer(change.id)])
    }

    func failed(_ change: OutboundChange, why: String, dueAt: Instant) throws {
        _ = try connection.execute(
            "UPDATE outbound SET attempts = attempts + 1, error = $1, due_at = $2 WHERE id = $3",
            [.text(why), .integer(dueAt.unixMilliseconds), .integer(change.id)])
    }
}

extension Card {
    /// The body of the `card.changed` webhook (docs/salesbook.md, "Changes come back").
    fileprivate func changeMessage(by person: String, note: String?, at now: Instant) -> JSON {
        [
            "type": "card.changed", "timestamp": .string(now.text),
            "data": [
                "key": .string(key), "card": .string(id.description), "version": JSON(version), "status": .string(status.rawValue),
                "reason": JSON(reason), "field": JSON(field), "note": JSON(note), "amount": JSON(amount?.decimal),
                "currency": .string(currency), "paid": .string(paid.decimal), "expected_on": JSON(expectedOn?.description),
                "owner": JSON(manager), "group": JSON(group), "changed_at": .string(now.text), "changed_by": .string(person),
            ],
        ]
    }
}
