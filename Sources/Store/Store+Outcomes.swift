// SPDX-License-Identifier: Apache-2.0
internal import CallModel
internal import Essentials
internal import SQLEngine

extension StoreReading {
    /// What CRMs said of a lead, oldest first, at most 200.
    public func outcomes(of lead: LeadRecord.ID) throws -> [OutcomeRecord] {
        try sql.query("SELECT * FROM outcomes WHERE lead = $1 ORDER BY id LIMIT 200", [SQLValue(lead)], OutcomeRecord.init(row:))
    }
}

extension Transaction {
    /// Records an outcome. Every one is kept; the lead's own `outcome…` columns are the caller's to move on.
    public func insert(_ outcome: inout OutcomeRecord) throws {
        _ = try sql.execute(
            """
            INSERT INTO outcomes (lead, account, remote_id, status, stage, reason, amount, paid, currency, owner, at,
                received_at, raw, conflict)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            """,
            [
                SQLValue(outcome.lead), .text(outcome.account), SQLValue(outcome.remoteID), SQLValue(outcome.status),
                SQLValue(outcome.stage), SQLValue(outcome.reason), SQLValue(outcome.amount), SQLValue(outcome.paid),
                SQLValue(outcome.currency), SQLValue(outcome.owner), SQLValue(outcome.at), SQLValue(outcome.receivedAt),
                SQLValue(outcome.raw), SQLValue(outcome.conflict),
            ])
        outcome.id = RowID(sql.lastInsertedID)
    }
}

extension OutcomeRecord {
    /// Columns in the order of the table; see `Migration`.
    init(row: any SQLRow) throws {
        self.init(
            lead: row.id(1), account: row.text(2), status: try row.optionalWord(4), at: row.instant(11),
            receivedAt: row.instant(12))
        id = row.id(0)
        remoteID = row.optionalText(3)
        stage = row.optionalText(5)
        reason = row.optionalText(6)
        amount = row.optionalText(7)
        paid = row.optionalText(8)
        currency = row.optionalText(9)
        owner = row.optionalText(10)
        raw = row.optionalID(13)
        conflict = row.bool(14)
    }
}
