// SPDX-License-Identifier: Apache-2.0
public import CallModel
public import Essentials
internal import SQLEngine
internal import WireFormats

/// A stored decision with what its lead became: what a replay and the statistics of rules count.
public struct DecidedCall: Sendable {
    public var decision: DecisionRecord
    /// `nil`: the call made no lead.
    public var lead: ULID?
    public var status: LeadStatus?
    /// What sales said last.
    public var outcome: LeadStatus?
    /// Decimal texts with a point.
    public var amount: String?
    public var paid: String?
    public var currency: String?
}

/// Which stored decisions are meant.
public struct DecisionSpan: Sendable {
    /// Decided for an instant in `[from, to)`.
    public var from: Instant
    public var to: Instant
    /// Of this set alone.
    public var ruleSet: String?

    public init(from: Instant = Instant(unixMilliseconds: .min), to: Instant = Instant(unixMilliseconds: .max), ruleSet: String? = nil) {
        self.from = from
        self.to = to
        self.ruleSet = ruleSet
    }
}

extension StoreReading {
    /// Decisions of a span in the order in which they were stored, a page at a time.
    public func decided(in span: DecisionSpan, from cursor: Cursor? = nil, limit: Int = 500) throws -> Page<DecidedCall> {
        let limit = min(max(limit, 1), Page<DecisionRecord>.limitMax)
        let rows = try sql.query(
            """
            SELECT d.id, d.ulid, d.call, d.lead, d.moment, d.at, d.zone, d.closed, d.facts, d.rule_set, d.rule_set_hash, d.list_versions,
                d.verdict, d.watch, d.overridden_by, d.note, d.stored_at, d.erased,
                l.ulid, l.status, l.outcome_status, l.outcome_amount, l.outcome_paid, l.outcome_currency
            FROM decisions d LEFT JOIN leads l ON l.id = d.lead
            WHERE d.id > $1 AND d.at >= $2 AND d.at < $3 AND ($4 IS NULL OR d.rule_set = $4) ORDER BY d.id LIMIT $5
            """,
            [.integer(cursor?.key[0] ?? 0), SQLValue(span.from), SQLValue(span.to), SQLValue(span.ruleSet), SQLValue(limit + 1)],
            DecidedCall.init(row:))
        return Page(rows, limit: limit) { Cursor($0.decision.id.value) }
    }
}

extension DecidedCall {
    /// The columns of `decisions`, then those of the lead as `decided` selects them.
    init(row: any SQLRow) throws {
        self.init(decision: try DecisionRecord(row: row))
        lead = row.isNull(18) ? nil : try row.ulid(18)
        status = try row.optionalWord(19)
        outcome = try row.optionalWord(20)
        amount = row.optionalText(21)
        paid = row.optionalText(22)
        currency = row.optionalText(23)
    }
}
