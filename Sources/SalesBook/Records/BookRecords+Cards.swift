// SPDX-License-Identifier: Apache-2.0
internal import CallModel
internal import Essentials
internal import SQLEngine
internal import WireFormats

extension BookRecords {
    func card(_ id: Card.ID) throws -> Card? {
        try connection.first("SELECT * FROM cards WHERE id = $1", [.integer(id.row)], Card.init(row:))
    }

    func card(key: String) throws -> Card? {
        try connection.first("SELECT * FROM cards WHERE key = $1", [.text(key)], Card.init(row:))
    }

    /// Stores a new card and gives it its id.
    func insert(_ card: Card) throws -> Card {
        _ = try connection.execute(
            """
            INSERT INTO cards (key, version, status, status_at, reason, field, manager, group_name, currency, amount_minor, expected_on,
                paid_minor, owned, lead, created_at, updated_at, search)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
            """, [.text(card.key)] + card.columns)
        var stored = card
        stored.id = Card.ID(row: connection.lastInsertedID)
        return stored
    }

    /// Replaces a card; everything but its id and key.
    func update(_ card: Card) throws {
        _ = try connection.execute(
            """
            UPDATE cards SET key = $1, version = $2, status = $3, status_at = $4, reason = $5, field = $6, manager = $7, group_name = $8,
                currency = $9, amount_minor = $10, expected_on = $11, paid_minor = $12, owned = $13, lead = $14, created_at = $15,
                updated_at = $16, search = $17
            WHERE id = $18
            """, [.text(card.key)] + card.columns + [.integer(card.id.row)])
    }
}

extension Card {
    /// Reads `SELECT * FROM cards`.
    init(row: any SQLRow) throws {
        self.init(
            id: ID(row: row.integer(0)), key: row.text(1), version: row.integer(2), status: LeadStatus(rawValue: row.text(3)) ?? .qualified,
            statusAt: Instant(unixMilliseconds: row.integer(4)), reason: row.optionalText(5), field: row.optionalText(6),
            manager: row.optionalText(7), group: row.optionalText(8), currency: row.text(9), amountMinor: row.optionalInteger(10),
            expectedOn: row.optionalText(11).flatMap { Day($0) }, paidMinor: row.integer(12), owned: Owned(rawValue: row.integer(13)),
            lead: LeadFields(stored: try JSON.parse(row.text(14))), createdAt: Instant(unixMilliseconds: row.integer(15)),
            updatedAt: Instant(unixMilliseconds: row.integer(16)))
    }

    /// All but id and key, in the order of the table.
    fileprivate var columns: [SQLValue] {
        [
            .integer(version), .text(status.rawValue), .integer(statusAt.unixMilliseconds), SQLValue(reason), SQLValue(field),
            SQLValue(manager), SQLValue(group), .text(currency), SQLValue(amountMinor), SQLValue(expectedOn?.description),
            .integer(paidMinor), .integer(owned.rawValue), .text(lead.json.text), .integer(createdAt.unixMilliseconds),
            .integer(updatedAt.unixMilliseconds), .text(searchText),
        ]
    }

    /// What `text=` looks through: lower-cased once here, because the engines fold ASCII only.
    private var searchText: String {
        [lead.text("phone"), lead.text("name"), lead.text("company"), lead.text("title"), lead.text("email"), key]
            .compactMap { $0 }.joined(separator: "\n").lowercased()
    }
}
