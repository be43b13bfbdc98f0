// SPDX-License-Identifier: Apache-2.0
public import CallModel
public import Essentials
internal import SQLEngine

/// Which leads a list shows; empty or `nil` means all.
public struct LeadFilter: Sendable {
    public var statuses: [LeadStatus]
    public var reason: ReasonCode?
    /// The line's name.
    public var line: String?

    public init(statuses: [LeadStatus] = [], reason: ReasonCode? = nil, line: String? = nil) {
        self.statuses = statuses
        self.reason = reason
        self.line = line
    }
}

extension StoreReading {
    public func lead(_ id: LeadRecord.ID) throws -> LeadRecord? {
        try sql.first("SELECT * FROM leads WHERE id = $1", [SQLValue(id)], LeadRecord.init(row:))
    }

    public func lead(_ ulid: ULID) throws -> LeadRecord? {
        try sql.first("SELECT * FROM leads WHERE ulid = $1", [SQLValue(ulid)], LeadRecord.init(row:))
    }

    /// The lead that a CRM account knows under its own id.
    public func lead(account: String, remoteID: String) throws -> LeadRecord? {
        try sql.first(
            "SELECT * FROM leads WHERE account = $1 AND remote_id = $2 ORDER BY id DESC LIMIT 1",
            [.text(account), .text(remoteID)], LeadRecord.init(row:))
    }

    /// The newest lead of a person, in whatever status; the caller judges whether it is open and within the lead window.
    public func latestLead(of person: PersonID) throws -> LeadRecord? {
        try sql.first("SELECT * FROM leads WHERE person = $1 ORDER BY id DESC LIMIT 1", [SQLValue(person)], LeadRecord.init(row:))
    }

    /// The newest lead of a person that is not final and whose last contact is not before `since`.
    public func openLead(of person: PersonID, since: Instant) throws -> LeadRecord? {
        try sql.first(
            """
            SELECT * FROM leads WHERE person = $1 AND last_contact_at >= $2
                AND status NOT IN ('WON', 'LOST', 'NOT_QUALIFIED', 'NOT_A_LEAD', 'DUPLICATE')
            ORDER BY id DESC LIMIT 1
            """,
            [SQLValue(person), SQLValue(since)], LeadRecord.init(row:))
    }

    /// Leads that fit `filter`, newest first.
    public func leads(_ filter: LeadFilter = LeadFilter(), from cursor: Cursor? = nil, limit: Int = 100) throws -> Page<LeadRecord> {
        let limit = min(max(limit, 1), Page<LeadRecord>.limitMax)
        let below = cursor?.key[0] ?? .max
        let rest: [SQLValue] = [.text(filter.reason?.code ?? ""), .text(filter.line ?? ""), SQLValue(limit + 1)]
        guard !filter.statuses.isEmpty else {
            let rows = try sql.query(LeadRecord.selectAll, [.integer(below)] + rest, LeadRecord.init(row:))
            return Page(rows, limit: limit) { Cursor($0.id.value) }
        }
        // One walk of the index for each status, then merged: never a scan over leads in other statuses.
        var rows: [LeadRecord] = []
        for status in Set(filter.statuses) {
            rows += try sql.query(LeadRecord.selectByStatus, [SQLValue(status), .integer(below)] + rest, LeadRecord.init(row:))
        }
        rows.sort { $0.id > $1.id }
        return Page(Array(rows.prefix(limit + 1)), limit: limit) { Cursor($0.id.value) }
    }

    /// Leads in NEEDS_CALLBACK and DEFERRED, the soonest due first (`LeadRecord.dueAt`).
    public func callbacks(from cursor: Cursor? = nil, limit: Int = 100) throws -> Page<LeadRecord> {
        let limit = min(max(limit, 1), Page<LeadRecord>.limitMax)
        let key = cursor?.key ?? []
        let rows = try sql.query(
            """
            SELECT * FROM leads
            WHERE due_at >= $1 AND (due_at > $1 OR id > $2)
            ORDER BY due_at, id LIMIT $3
            """,
            [.integer(key.first ?? .min), .integer(key.count > 1 ? key[1] : .min), SQLValue(limit + 1)], LeadRecord.init(row:))
        return Page(rows, limit: limit) { Cursor($0.dueAt.unixMilliseconds, $0.id.value) }
    }

    /// How many leads are in each status that has any.
    public func leadCounts() throws -> [LeadStatus: Int] {
        let rows = try sql.query("SELECT status, count(*) FROM leads GROUP BY status") { row in
            (try row.word(0) as LeadStatus, Int(row.integer(1)))
        }
        return Dictionary(uniqueKeysWithValues: rows)
    }
}

extension Transaction {
    /// Inserts a lead whose id is `.new` (and sets the id), or updates the row of its id.
    public func save(_ lead: inout LeadRecord) throws {
        if lead.id.isNew {
            lead.id = RowID(try reserve(.leads))
            _ = try sql.execute(LeadRecord.insert, [SQLValue(lead.id), SQLValue(lead.ulid), SQLValue(lead.createdAt)] + lead.values)
        } else {
            _ = try sql.execute(LeadRecord.update, lead.values + [SQLValue(lead.id)])
        }
    }

    /// Saves that a lead was heard of again, and by what name and when it was first spoken to; nothing else of it has changed.
    public func saveContact(of lead: LeadRecord) throws {
        _ = try sql.execute(
            "UPDATE leads SET name = $1, first_contact_at = $2, last_contact_at = $3, updated_at = $4 WHERE id = $5",
            [SQLValue(lead.name), SQLValue(lead.firstContactAt), SQLValue(lead.lastContactAt), SQLValue(lead.updatedAt), SQLValue(lead.id)])
    }
}
