// SPDX-License-Identifier: Apache-2.0
public import Essentials
internal import SQLEngine

extension StoreReading {
    /// What is due by `now`, the longest overdue first.
    public func due(by now: Instant, limit: Int = 100) throws -> [DueRecord] {
        try sql.query(
            "SELECT kind, subject, at FROM due WHERE at <= $1 ORDER BY at LIMIT $2", [SQLValue(now), SQLValue(limit)],
            DueRecord.init(row:))
    }

    /// When the next work is due; `nil`: nothing is planned.
    public func nextDue() throws -> Instant? {
        try sql.first("SELECT at FROM due ORDER BY at LIMIT 1") { $0.instant(0) }
    }

    /// The due time of one kind and subject.
    public func due(_ kind: DueRecord.Kind, subject: Int64) throws -> Instant? {
        try sql.first("SELECT at FROM due WHERE kind = $1 AND subject = $2", [SQLValue(kind), .integer(subject)]) { $0.instant(0) }
    }
}

extension Transaction {
    /// Plans work, or moves what is planned for the same kind and subject.
    public func schedule(_ due: DueRecord) throws {
        _ = try sql.execute(
            "INSERT INTO due (kind, subject, at) VALUES ($1, $2, $3) ON CONFLICT (kind, subject) DO UPDATE SET at = excluded.at",
            [SQLValue(due.kind), .integer(due.subject), SQLValue(due.at)])
    }

    /// Forgets planned work: it was done, or is no longer owed.
    ///
    /// - Returns: whether there was any; false tells a second worker that the first one did it.
    @discardableResult
    public func unschedule(_ kind: DueRecord.Kind, subject: Int64) throws -> Bool {
        try sql.execute("DELETE FROM due WHERE kind = $1 AND subject = $2", [SQLValue(kind), .integer(subject)]) > 0
    }
}

extension DueRecord {
    init(row: any SQLRow) throws { self.init(kind: try row.word(0), subject: row.integer(1), at: row.instant(2)) }
}
