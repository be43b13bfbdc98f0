// SPDX-License-Identifier: Apache-2.0
internal import Essentials
internal import SQLEngine
internal import WireFormats

/// A call of a lead, by Callsieve's id of it.
struct CardCall: Hashable, Sendable {
    let call: String
    let fields: CallFields
}

extension BookRecords {
    func append(_ entries: [HistoryEntry], to card: Card.ID) throws {
        for entry in entries {
            _ = try connection.execute(
                "INSERT INTO history (card, made_at, made_by, what, from_text, to_text, note) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                [
                    .integer(card.row), .integer(entry.at.unixMilliseconds), .text(entry.by), .text(entry.what.rawValue), SQLValue(entry.from),
                    SQLValue(entry.to), SQLValue(entry.note),
                ])
        }
    }

    /// The latest 500 entries, newest first.
    func history(of card: Card.ID) throws -> [HistoryEntry] {
        try connection.query("SELECT * FROM history WHERE card = $1 ORDER BY id DESC LIMIT 500", [.integer(card.row)]) { row in
            HistoryEntry(
                HistoryEntry.What(rawValue: row.text(4)) ?? .note, by: row.text(3), at: Instant(unixMilliseconds: row.integer(2)),
                from: row.optionalText(5), to: row.optionalText(6), note: row.optionalText(7))
        }
    }

    func insert(_ payment: Payment, for card: Card.ID) throws {
        _ = try connection.execute(
            """
            INSERT INTO payments (card, amount_minor, currency, paid_on, note, made_by, made_at, manager, group_name, channel)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """,
            [
                .integer(card.row), .integer(payment.amount.minor), .text(payment.amount.currency), .text(payment.paidOn.description),
                SQLValue(payment.note), .text(payment.by), .integer(payment.at.unixMilliseconds), SQLValue(payment.manager),
                SQLValue(payment.group), SQLValue(payment.channel),
            ])
    }

    /// In the order they were written down, at most 500.
    func payments(of card: Card.ID) throws -> [Payment] {
        try connection.query("SELECT * FROM payments WHERE card = $1 ORDER BY id LIMIT 500", [.integer(card.row)]) { row in
            Payment(
                amount: Money(minor: row.integer(2), currency: row.text(3)), paidOn: Day(row.text(4)) ?? Day(number: 0),
                note: row.optionalText(5), by: row.text(6), at: Instant(unixMilliseconds: row.integer(7)), manager: row.optionalText(8),
                group: row.optionalText(9), channel: row.optionalText(10))
        }
    }

    /// Stores a call, or replaces what is known of it.
    ///
    /// - Returns: whether it is new.
    func put(_ call: CardCall, of card: Card.ID, at now: Instant) throws -> Bool {
        let text = call.fields.json.text
        let updated = try connection.execute(
            "UPDATE calls SET fields = $1 WHERE card = $2 AND call = $3", [.text(text), .integer(card.row), .text(call.call)])
        if updated > 0 { return false }
        _ = try connection.execute(
            "INSERT INTO calls (card, call, fields, stored_at) VALUES ($1, $2, $3, $4)",
            [.integer(card.row), .text(call.call), .text(text), .integer(now.unixMilliseconds)])
        return true
    }

    /// The latest 200 calls, newest first.
    func calls(of card: Card.ID) throws -> [CardCall] {
        try connection.query("SELECT call, fields FROM calls WHERE card = $1 ORDER BY id DESC LIMIT 200", [.integer(card.row)]) { row in
            CardCall(call: row.text(0), fields: CallFields(stored: try JSON.parse(row.text(1))))
        }
    }
}
