// SPDX-License-Identifier: Apache-2.0
internal import Essentials
internal import SQLEngine

extension StoreReading {
    /// The newest briefing of a lead.
    public func briefing(of lead: LeadRecord.ID) throws -> BriefingRecord? {
        try sql.first("SELECT * FROM briefings WHERE lead = $1 ORDER BY id DESC LIMIT 1", [SQLValue(lead)], BriefingRecord.init(row:))
    }

    /// Briefings open now, oldest first, at most 500.
    public func openBriefings() throws -> [BriefingRecord] {
        try sql.query("SELECT * FROM briefings WHERE state = 'open' ORDER BY id LIMIT 500", BriefingRecord.init(row:))
    }

    /// What a lead's caller has answered so far, in the order of the answers.
    public func answers(of lead: LeadRecord.ID) throws -> [AnswerRecord] {
        try sql.query(
            "SELECT fact, kind, value, operator, at FROM answers WHERE lead = $1 ORDER BY at, fact", [SQLValue(lead)]
        ) { row in
            AnswerRecord(
                fact: row.text(0), kind: try row.word(1), value: row.text(2), operatorName: row.text(3), at: row.instant(4))
        }
    }
}

extension Transaction {
    /// Inserts a briefing whose id is `.new` (and sets the id), or updates the row of its id.
    public func save(_ briefing: inout BriefingRecord) throws {
        let values: [SQLValue] = [
            SQLValue(briefing.call), .text(briefing.operatorName), SQLValue(briefing.state), SQLValue(briefing.openedAt),
            SQLValue(briefing.lastAnswerAt), SQLValue(briefing.closedAt), SQLValue(briefing.decision),
        ]
        if briefing.id.isNew {
            _ = try sql.execute(
                """
                INSERT INTO briefings (call, operator, state, opened_at, last_answer_at, closed_at, decision, lead)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                """, values + [SQLValue(briefing.lead)])
            briefing.id = RowID(sql.lastInsertedID)
        } else {
            _ = try sql.execute(
                """
                UPDATE briefings SET call = $1, operator = $2, state = $3, opened_at = $4, last_answer_at = $5, closed_at = $6,
                    decision = $7
                WHERE id = $8
                """, values + [SQLValue(briefing.id)])
        }
    }

    /// Stores an answer; a newer one to the same question takes its place.
    public func save(_ answer: AnswerRecord, of lead: LeadRecord.ID) throws {
        _ = try sql.execute(
            """
            INSERT INTO answers (lead, fact, kind, value, operator, at) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (lead, fact) DO UPDATE SET kind = excluded.kind, value = excluded.value, operator = excluded.operator,
                at = excluded.at
            """,
            [
                SQLValue(lead), .text(answer.fact), SQLValue(answer.kind), .text(answer.value), .text(answer.operatorName),
                SQLValue(answer.at),
            ])
    }

    /// Takes an answer back: the question counts as not asked again. Does nothing when there is none.
    public func clearAnswer(to fact: String, of lead: LeadRecord.ID) throws {
        _ = try sql.execute("DELETE FROM answers WHERE lead = $1 AND fact = $2", [SQLValue(lead), .text(fact)])
    }
}

extension BriefingRecord {
    /// Columns in the order of the table; see `Migration`.
    init(row: any SQLRow) throws {
        self.init(lead: row.id(1), call: row.optionalID(2), operatorName: row.text(3), openedAt: row.instant(5))
        id = row.id(0)
        state = try row.word(4)
        lastAnswerAt = row.optionalInstant(6)
        closedAt = row.optionalInstant(7)
        decision = row.optionalID(8)
    }
}
