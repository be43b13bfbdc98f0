// SPDX-License-Identifier: Apache-2.0
internal import CallModel
public import Essentials
internal import SQLEngine

extension StoreReading {
    /// The call of that row id; `nil` when there is none.
    public func call(_ id: CallRecord.ID) throws -> CallRecord? {
        try sql.first("SELECT * FROM calls WHERE id = $1", [SQLValue(id)], CallRecord.init(row:))
    }

    public func call(_ ulid: ULID) throws -> CallRecord? {
        try sql.first("SELECT * FROM calls WHERE ulid = $1", [SQLValue(ulid)], CallRecord.init(row:))
    }

    /// The newest generation of a PBX's call id.
    public func latestCall(source: String, pbxCallID: String) throws -> CallRecord? {
        try sql.first(
            "SELECT * FROM calls WHERE source = $1 AND pbx_call_id = $2 ORDER BY generation DESC LIMIT 1",
            [.text(source), .text(pbxCallID)], CallRecord.init(row:))
    }

    /// The calls of a lead, oldest first, at most 200.
    public func calls(of lead: LeadRecord.ID) throws -> [CallRecord] {
        try sql.query("SELECT * FROM calls WHERE lead = $1 ORDER BY id LIMIT 200", [SQLValue(lead)], CallRecord.init(row:))
    }

    /// Calls ringing or talking, newest first.
    public func liveCalls(from cursor: Cursor? = nil, limit: Int = 100) throws -> Page<CallRecord> {
        try callPage("SELECT * FROM calls WHERE state <> 'ended' AND id < $1 ORDER BY id DESC LIMIT $2", cursor, limit)
    }

    /// All calls, newest first.
    public func calls(from cursor: Cursor? = nil, limit: Int = 100) throws -> Page<CallRecord> {
        try callPage("SELECT * FROM calls WHERE id < $1 ORDER BY id DESC LIMIT $2", cursor, limit)
    }

    /// How often a person called in `[since, until)`, inbound calls only: the fact `repeats`, taken before the call itself.
    ///
    /// - Parameter call: not counted (the call that asks).
    public func countCalls(of person: PersonID, since: Instant, until: Instant, except call: CallRecord.ID? = nil) throws -> Int {
        let count = try sql.number(
            """
            SELECT count(*) FROM calls
            WHERE person = $1 AND started_at >= $2 AND started_at < $3 AND id <> $4 AND direction = 'inbound'
            """,
            [SQLValue(person), SQLValue(since), SQLValue(until), .integer(call?.value ?? 0)])
        return Int(count ?? 0)
    }

    private func callPage(_ statement: StaticString, _ cursor: Cursor?, _ limit: Int) throws -> Page<CallRecord> {
        let limit = min(max(limit, 1), Page<CallRecord>.limitMax)
        let rows = try sql.query(statement, [.integer(cursor?.key[0] ?? .max), SQLValue(limit + 1)], CallRecord.init(row:))
        return Page(rows, limit: limit) { Cursor($0.id.value) }
    }
}

extension Transaction {
    /// An id for a call that is to be inserted later in this transaction.
    public func reserveCall() throws -> CallRecord.ID { RowID(try reserve(.calls)) }

    /// Inserts a call under the id that was reserved for it.
    ///
    /// - Throws: `SQLFailure` `.constraint` when (source, call id, generation) exists.
    public func insert(_ call: CallRecord) throws { _ = try sql.execute(CallRecord.insert, call.identity + call.allValues) }

    /// Inserts a call whose id is `.new` (and sets the id), or updates the row of its id.
    ///
    /// Source, PBX's call id, generation and ULID never change after the insert.
    /// - Throws: `SQLFailure` `.constraint` when (source, call id, generation) exists.
    public func save(_ call: inout CallRecord) throws {
        if call.id.isNew {
            call.id = try reserveCall()
            try insert(call)
        } else {
            _ = try sql.execute(CallRecord.updateAll, call.allValues + [SQLValue(call.id)])
        }
    }

    /// Updates a call's row from what it is known to be. What SQLite need not touch it does not: an index whose column is named in an
    /// UPDATE is written again even where the value is the same, and most events change nothing that is indexed.
    public func update(_ call: CallRecord, from before: CallRecord) throws {
        let id = SQLValue(call.id)
        if call.person != before.person || call.lead != before.lead || call.startedAt != before.startedAt || call.erased != before.erased {
            _ = try sql.execute(CallRecord.updateAll, call.allValues + [id])
        } else if !call.hasSameStory(as: before) {
            _ = try sql.execute(CallRecord.updateStory, call.progress + [SQLValue(call.state)] + call.story + [id])
        } else if call.state != before.state {
            _ = try sql.execute(CallRecord.updateState, call.progress + [SQLValue(call.state), id])
        } else {
            _ = try sql.execute(CallRecord.updateProgress, call.progress + [id])
        }
    }
}

extension CallRecord {
    fileprivate static let insert: StaticString = """
        INSERT INTO calls (id, ulid, source, pbx_call_id, generation, agent, digits, outcome, answered_at, ended_at, wait, talk,
            incomplete, recording, updated_at, fold, state, number, withheld, caller_text, caller_name, line, line_name, channel,
            direction, ring_decision, ring_then, ring_rule, ring_reason, watch, extra, person, lead, started_at, erased)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
            $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35)
        """

    fileprivate static let updateProgress: StaticString = """
        UPDATE calls SET agent = $1, digits = $2, outcome = $3, answered_at = $4, ended_at = $5, wait = $6, talk = $7,
            incomplete = $8, recording = $9, updated_at = $10, fold = $11
        WHERE id = $12
        """

    fileprivate static let updateState: StaticString = """
        UPDATE calls SET agent = $1, digits = $2, outcome = $3, answered_at = $4, ended_at = $5, wait = $6, talk = $7,
            incomplete = $8, recording = $9, updated_at = $10, fold = $11, state = $12
        WHERE id = $13
        """

    fileprivate static let updateStory: StaticString = """
        UPDATE calls SET agent = $1, digits = $2, outcome = $3, answered_at = $4, ended_at = $5, wait = $6, talk = $7,
            incomplete = $8, recording = $9, updated_at = $10, fold = $11, state = $12, number = $13, withheld = $14,
            caller_text = $15, caller_name = $16, line = $17, line_name = $18, channel = $19, direction = $20,
            ring_decision = $21, ring_then = $22, ring_rule = $23, ring_reason = $24, watch = $25, extra = $26
        WHERE id = $27
        """

    fileprivate static let updateAll: StaticString = """
        UPDATE calls SET agent = $1, digits = $2, outcome = $3, answered_at = $4, ended_at = $5, wait = $6, talk = $7,
            incomplete = $8, recording = $9, updated_at = $10, fold = $11, state = $12, number = $13, withheld = $14,
            caller_text = $15, caller_name = $16, line = $17, line_name = $18, channel = $19, direction = $20,
            ring_decision = $21, ring_then = $22, ring_rule = $23, ring_reason = $24, watch = $25, extra = $26,
            person = $27, lead = $28, started_at = $29, erased = $30
        WHERE id = $31
        """

    fileprivate var identity: [SQLValue] {
        [SQLValue(id), SQLValue(ulid), .text(source), .text(pbxCallID), SQLValue(generation)]
    }

    /// What an event of a running call changes.
    fileprivate var progress: [SQLValue] {
        [
            SQLValue(agent), SQLValue(digits), SQLValue(outcome), SQLValue(answeredAt), SQLValue(endedAt), SQLValue(wait),
            SQLValue(talk), SQLValue(incomplete), SQLValue(recording), SQLValue(updatedAt), .blob(fold),
        ]
    }

    /// What changes once or twice in a call.
    fileprivate var story: [SQLValue] {
        [
            SQLValue(number), SQLValue(withheld), SQLValue(callerText), SQLValue(callerName), SQLValue(line), SQLValue(lineName),
            SQLValue(channel), SQLValue(direction), SQLValue(ringDecision), SQLValue(ringThen), SQLValue(ringRule),
            SQLValue(ringReason), SQLValue(watch), SQLValue(extra),
        ]
    }

    fileprivate var allValues: [SQLValue] {
        progress + [SQLValue(state)] + story + [SQLValue(person), SQLValue(lead), SQLValue(startedAt), SQLValue(erased)]
    }

    fileprivate func hasSameStory(as other: CallRecord) -> Bool {
        number == other.number && withheld == other.withheld && callerText == other.callerText && callerName == other.callerName
            && line == other.line && lineName == other.lineName && channel == other.channel && direction == other.direction
            && ringDecision == other.ringDecision && ringThen == other.ringThen && ringRule == other.ringRule
            && ringReason == other.ringReason && watch == other.watch && extra == other.extra
    }

    /// Columns in the order of the table; see `Migration`.
    init(row: any SQLRow) throws {
        self.init(ulid: try row.ulid(1), source: row.text(2), pbxCallID: row.text(3), startedAt: row.instant(18))
        id = row.id(0)
        generation = Int(row.integer(4))
        person = row.optionalID(5)
        number = row.optionalNumber(6)
        withheld = row.bool(7)
        callerText = row.optionalText(8)
        callerName = row.optionalText(9)
        line = row.optionalText(10)
        lineName = row.optionalText(11)
        channel = row.optionalText(12)
        agent = row.optionalText(13)
        digits = row.optionalText(14)
        direction = try row.word(15)
        state = try row.word(16)
        outcome = try row.optionalWord(17)
        answeredAt = row.optionalInstant(19)
        endedAt = row.optionalInstant(20)
        wait = row.optionalDuration(21)
        talk = row.optionalDuration(22)
        lead = row.optionalID(23)
        ringDecision = row.optionalID(24)
        ringThen = try row.optionalWord(25)
        ringRule = row.optionalText(26)
        ringReason = row.optionalReason(27)
        watch = row.bool(28)
        incomplete = try row.words(29)
        recording = row.optionalText(30)
        extra = try row.pairs(31)
        updatedAt = row.instant(32)
        fold = row.blob(33)
        erased = row.bool(34)
    }
}
