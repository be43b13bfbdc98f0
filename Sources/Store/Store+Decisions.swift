// SPDX-License-Identifier: Apache-2.0
internal import CallModel
public import Essentials
internal import SQLEngine
internal import WireFormats

extension StoreReading {
    public func decision(_ id: DecisionRecord.ID) throws -> DecisionRecord? {
        try sql.first("SELECT * FROM decisions WHERE id = $1", [SQLValue(id)], DecisionRecord.init(row:))
    }

    public func decision(_ ulid: ULID) throws -> DecisionRecord? {
        try sql.first("SELECT * FROM decisions WHERE ulid = $1", [SQLValue(ulid)], DecisionRecord.init(row:))
    }

    /// The decisions about a lead, oldest first, at most 200.
    public func decisions(of lead: LeadRecord.ID) throws -> [DecisionRecord] {
        try sql.query("SELECT * FROM decisions WHERE lead = $1 ORDER BY id LIMIT 200", [SQLValue(lead)], DecisionRecord.init(row:))
    }

    /// The decisions about a call, oldest first, at most 200.
    public func decisions(of call: CallRecord.ID) throws -> [DecisionRecord] {
        try sql.query("SELECT * FROM decisions WHERE call = $1 ORDER BY id LIMIT 200", [SQLValue(call)], DecisionRecord.init(row:))
    }

    /// All decisions in the order in which they were stored, for replays.
    public func decisions(from cursor: Cursor? = nil, limit: Int = 500) throws -> Page<DecisionRecord> {
        let limit = min(max(limit, 1), Page<DecisionRecord>.limitMax)
        let rows = try sql.query(
            "SELECT * FROM decisions WHERE id > $1 ORDER BY id LIMIT $2",
            [.integer(cursor?.key[0] ?? 0), SQLValue(limit + 1)], DecisionRecord.init(row:))
        return Page(rows, limit: limit) { Cursor($0.id.value) }
    }
}

extension Transaction {
    /// An id for a decision that is to be inserted later in this transaction.
    public func reserveDecision() throws -> DecisionRecord.ID { RowID(try reserve(.decisions)) }

    /// Stores a decision and gives it its id, where none is reserved for it. A stored decision is never changed, but for
    /// `attach` and an erasure.
    public func insert(_ decision: inout DecisionRecord) throws {
        let input = decision.input
        if decision.id.isNew { decision.id = try reserveDecision() }
        _ = try sql.execute(
            """
            INSERT INTO decisions (id, ulid, call, lead, moment, at, zone, closed, facts, rule_set, rule_set_hash, list_versions,
                verdict, watch, overridden_by, note, stored_at, erased)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 0)
            """,
            [
                SQLValue(decision.id), SQLValue(decision.ulid), SQLValue(decision.call), SQLValue(decision.lead), SQLValue(input.moment),
                SQLValue(input.at), SQLValue(input.zone), SQLValue(input.closed), .text(DecisionJSON.facts(input.facts).text),
                .text(decision.ruleSet), .text(decision.ruleSetHash), SQLValue(decision.listVersions),
                .text(DecisionJSON.verdict(decision.verdict).text), SQLValue(decision.watch), SQLValue(decision.overriddenBy),
                SQLValue(decision.note), SQLValue(decision.storedAt),
            ])
    }

    /// Ties decisions that were made before their lead existed (moment `ring`) to it.
    public func attachDecisions(of call: CallRecord.ID, to lead: LeadRecord.ID) throws {
        _ = try sql.execute("UPDATE decisions SET lead = $1 WHERE call = $2 AND lead IS NULL", [SQLValue(lead), SQLValue(call)])
    }
}

extension DecisionRecord {
    /// Columns in the order of the table; see `Migration`.
    init(row: any SQLRow) throws {
        let input = ScreeningInput(
            moment: try row.word(4), at: row.instant(5), zone: row.optionalText(6), closed: row.bool(7),
            facts: try DecisionJSON.readFacts(JSON.parse(row.text(8))))
        self.init(
            ulid: try row.ulid(1), input: input, ruleSet: row.text(9), ruleSetHash: row.text(10), listVersions: try row.pairs(11),
            verdict: try DecisionJSON.readVerdict(JSON.parse(row.text(12))), storedAt: row.instant(16))
        id = row.id(0)
        call = row.optionalID(2)
        lead = row.optionalID(3)
        watch = row.bool(13)
        overriddenBy = row.optionalText(14)
        note = row.optionalText(15)
        erased = row.bool(17)
    }
}
