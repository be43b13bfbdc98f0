// SPDX-License-Identifier: Apache-2.0
public import Essentials
internal import SQLEngine

/// By what the quality of leads is counted.
public enum QualityGrouping: String, Sendable, CaseIterable { case line, rule, reason }

/// The leads of one line, rule or reason within a span of time, by when they were created.
public struct QualityRow: Sendable, Hashable {
    /// Name of the line or rule, or the reason's code; empty: none.
    public var key: String
    /// Inbound calls (contacts): of a line all, of a rule or reason those that it ended at `ring` without a lead.
    public var calls = 0
    public var leads = 0
    /// Qualified at some time.
    public var qualified = 0
    /// Given back by a CRM at some time.
    public var returned = 0
    public var won = 0
    public var lost = 0
    public var notQualified = 0
    public var notALead = 0
    /// Mean time from the first event to the first talk, over the leads that had one.
    public var firstContact: Duration?

    init(key: String) { self.key = key }

    /// Returned among qualified, 0…1; `nil` without any qualified.
    public var returnedShare: Double? { qualified == 0 ? nil : Double(returned) / Double(qualified) }
}

extension StoreReading {
    /// Quality of the leads created in `[from, to)`, the largest groups first.
    public func quality(by grouping: QualityGrouping, from: Instant, to: Instant) throws -> [QualityRow] {
        let span = [SQLValue(from), SQLValue(to)]
        var rows: [String: QualityRow] = [:]
        for row in try sql.query(grouping.leadsQuery, span, QualityRow.init(row:)) { rows[row.key] = row }
        for (key, calls) in try sql.query(grouping.callsQuery, span, { ($0.text(0), Int($0.integer(1))) }) {
            rows[key, default: QualityRow(key: key)].calls = calls
        }
        return rows.values.sorted { ($0.leads, $0.calls, $1.key) > ($1.leads, $1.calls, $0.key) }
    }
}

extension QualityRow {
    fileprivate init(row: any SQLRow) {
        self.init(key: row.text(0))
        leads = Int(row.integer(1))
        qualified = Int(row.integer(2))
        returned = Int(row.integer(3))
        won = Int(row.integer(4))
        lost = Int(row.integer(5))
        notQualified = Int(row.integer(6))
        notALead = Int(row.integer(7))
        let contacts = row.integer(8)
        if contacts > 0 { firstContact = .milliseconds(row.integer(9) / contacts) }
    }
}

extension QualityGrouping {
    fileprivate var leadsQuery: StaticString {
        switch self {
        case .line:
            """
            SELECT coalesce(line_name, ''), count(*), count(qualified_at), count(returned_at),
                sum(CASE WHEN status = 'WON' THEN 1 ELSE 0 END), sum(CASE WHEN status = 'LOST' THEN 1 ELSE 0 END),
                sum(CASE WHEN status = 'NOT_QUALIFIED' THEN 1 ELSE 0 END), sum(CASE WHEN status = 'NOT_A_LEAD' THEN 1 ELSE 0 END),
                count(first_contact_at), sum(first_contact_at - created_at)
            FROM leads WHERE created_at >= $1 AND created_at < $2 GROUP BY coalesce(line_name, '')
            """
        case .rule:
            """
            SELECT coalesce(rule, ''), count(*), count(qualified_at), count(returned_at),
                sum(CASE WHEN status = 'WON' THEN 1 ELSE 0 END), sum(CASE WHEN status = 'LOST' THEN 1 ELSE 0 END),
                sum(CASE WHEN status = 'NOT_QUALIFIED' THEN 1 ELSE 0 END), sum(CASE WHEN status = 'NOT_A_LEAD' THEN 1 ELSE 0 END),
                count(first_contact_at), sum(first_contact_at - created_at)
            FROM leads WHERE created_at >= $1 AND created_at < $2 GROUP BY coalesce(rule, '')
            """
        case .reason:
            """
            SELECT coalesce(reason, ''), count(*), count(qualified_at), count(returned_at),
                sum(CASE WHEN status = 'WON' THEN 1 ELSE 0 END), sum(CASE WHEN status = 'LOST' THEN 1 ELSE 0 END),
                sum(CASE WHEN status = 'NOT_QUALIFIED' THEN 1 ELSE 0 END), sum(CASE WHEN status = 'NOT_A_LEAD' THEN 1 ELSE 0 END),
                count(first_contact_at), sum(first_contact_at - created_at)
            FROM leads WHERE created_at >= $1 AND created_at < $2 GROUP BY coalesce(reason, '')
            """
        }
    }

    fileprivate var callsQuery: StaticString {
        switch self {
        case .line:
            """
            SELECT coalesce(line_name, ''), count(*) FROM calls
            WHERE started_at >= $1 AND started_at < $2 AND direction = 'inbound' GROUP BY coalesce(line_name, '')
            """
        case .rule:
            """
            SELECT coalesce(ring_rule, ''), count(*) FROM calls
            WHERE started_at >= $1 AND started_at < $2 AND direction = 'inbound' AND lead IS NULL GROUP BY coalesce(ring_rule, '')
            """
        case .reason:
            """
            SELECT coalesce(ring_reason, ''), count(*) FROM calls
            WHERE started_at >= $1 AND started_at < $2 AND direction = 'inbound' AND lead IS NULL GROUP BY coalesce(ring_reason, '')
            """
        }
    }
}
