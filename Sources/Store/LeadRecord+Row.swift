internal import CallModel
// SPDX-License-Identifier: Apache-2.0
public import Essentials
internal import SQLEngine

extension LeadRecord {
    /// By when somebody should act: the agreed callback, the time the rules gave, the end of a deferral, else at once.
    public var dueAt: Instant { callbackAt ?? actBy ?? deferUntil ?? createdAt }

    private var waitsForCallback: Bool { status == .needsCallback || status == .deferred }

    static let selectAll: StaticString = """
        SELECT * FROM leads WHERE id < $1 AND ($2 = '' OR reason = $2) AND ($3 = '' OR line_name = $3) ORDER BY id DESC LIMIT $4
        """

    static let selectByStatus: StaticString = """
        SELECT * FROM leads WHERE status = $1 AND id < $2 AND ($3 = '' OR reason = $3) AND ($4 = '' OR line_name = $4)
        ORDER BY id DESC LIMIT $5
        """

    static let insert: StaticString = """
        INSERT INTO leads (id, ulid, created_at, person, number, name, company, email, status, reason, lead_group, line, line_name,
            channel, source, verdict, rule, say, priority, tags, decision, act_by, callback_at, defer_until, owner, updated_at,
            last_contact_at, first_contact_at, qualified_at, repeats, previous, duplicate_of, watch, account, remote_id,
            remote_state, remote_error, outcome_status, outcome_reason, outcome_amount, outcome_paid, outcome_currency,
            outcome_at, erased, due_at, returned_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
            $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46)
        """

    static let update: StaticString = """
        UPDATE leads SET person = $1, number = $2, name = $3, company = $4, email = $5, status = $6, reason = $7, lead_group = $8,
            line = $9, line_name = $10, channel = $11, source = $12, verdict = $13, rule = $14, say = $15, priority = $16,
            tags = $17, decision = $18, act_by = $19, callback_at = $20, defer_until = $21, owner = $22, updated_at = $23,
            last_contact_at = $24, first_contact_at = $25, qualified_at = $26, repeats = $27, previous = $28,
            duplicate_of = $29, watch = $30, account = $31, remote_id = $32, remote_state = $33, remote_error = $34,
            outcome_status = $35, outcome_reason = $36, outcome_amount = $37, outcome_paid = $38, outcome_currency = $39,
            outcome_at = $40, erased = $41, due_at = $42, returned_at = $43
        WHERE id = $44
        """

    /// In the order of both statements above.
    var values: [SQLValue] {
        [
            SQLValue(person), SQLValue(number), SQLValue(name), SQLValue(company), SQLValue(email), SQLValue(status),
            SQLValue(reason), SQLValue(group), SQLValue(line), SQLValue(lineName), SQLValue(channel), SQLValue(source),
            SQLValue(then), SQLValue(rule), SQLValue(say), SQLValue(priority), SQLValue(tags), SQLValue(decision),
            SQLValue(actBy), SQLValue(callbackAt), SQLValue(deferUntil), SQLValue(owner), SQLValue(updatedAt),
            SQLValue(lastContactAt), SQLValue(firstContactAt), SQLValue(qualifiedAt), SQLValue(repeats), SQLValue(previous),
            SQLValue(duplicateOf), SQLValue(watch), SQLValue(account), SQLValue(remoteID), SQLValue(remoteState),
            SQLValue(remoteError), SQLValue(outcomeStatus), SQLValue(outcomeReason), SQLValue(outcomeAmount),
            SQLValue(outcomePaid), SQLValue(outcomeCurrency), SQLValue(outcomeAt), SQLValue(erased), SQLValue(waitsForCallback ? dueAt : nil),
            SQLValue(returnedAt),
        ]
    }

    /// Columns in the order of the table; see `Migration`.
    init(row: any SQLRow) throws {
        self.init(ulid: try row.ulid(1), createdAt: row.instant(24))
        id = row.id(0)
        person = row.optionalID(2)
        number = row.optionalNumber(3)
        name = row.optionalText(4)
        company = row.optionalText(5)
        email = row.optionalText(6)
        status = try row.word(7)
        reason = row.optionalReason(8)
        group = row.optionalText(9)
        line = row.optionalText(10)
        lineName = row.optionalText(11)
        channel = row.optionalText(12)
        source = row.optionalText(13)
        then = try row.optionalWord(14)
        rule = row.optionalText(15)
        say = row.optionalText(16)
        priority = row.optionalText(17)
        tags = try row.words(18)
        decision = row.optionalID(19)
        actBy = row.optionalInstant(20)
        callbackAt = row.optionalInstant(21)
        deferUntil = row.optionalInstant(22)
        owner = row.optionalText(23)
        updatedAt = row.instant(25)
        lastContactAt = row.instant(26)
        firstContactAt = row.optionalInstant(27)
        qualifiedAt = row.optionalInstant(28)
        try readRest(row)
    }

    private mutating func readRest(_ row: any SQLRow) throws {
        repeats = Int(row.integer(29))
        previous = row.optionalID(30)
        duplicateOf = row.optionalID(31)
        watch = row.bool(32)
        account = row.optionalText(33)
        remoteID = row.optionalText(34)
        remoteState = row.optionalText(35)
        remoteError = row.optionalText(36)
        outcomeStatus = try row.optionalWord(37)
        outcomeReason = row.optionalText(38)
        outcomeAmount = row.optionalText(39)
        outcomePaid = row.optionalText(40)
        outcomeCurrency = row.optionalText(41)
        outcomeAt = row.optionalInstant(42)
        erased = row.bool(43)
        returnedAt = row.optionalInstant(45)
    }
}
