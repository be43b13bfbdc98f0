// SPDX-License-Identifier: Apache-2.0
public import Essentials
internal import SQLEngine

/// Refused requests of one source, for one reason, within one minute.
public struct RefusalCount: Sendable, Hashable {
    public var source: String
    public var reason: String
    /// The beginning of the minute.
    public var minute: Instant
    public var count: Int

    public init(source: String, reason: String, minute: Instant, count: Int) {
        self.source = source
        self.reason = reason
        self.minute = minute
        self.count = count
    }
}

extension StoreReading {
    /// Refusals since a moment, newest minute first.
    public func refusals(since: Instant, limit: Int = 200) throws -> [RefusalCount] {
        try sql.query(
            "SELECT source, reason, minute, count FROM refusals WHERE minute >= $1 ORDER BY minute DESC LIMIT $2",
            [SQLValue(since), SQLValue(limit)]
        ) { row in
            RefusalCount(source: row.text(0), reason: row.text(1), minute: row.instant(2), count: Int(row.integer(3)))
        }
    }
}

extension Transaction {
    /// Adds refused requests and puts them on record. Called once a minute with what was counted in memory: a stranger
    /// must not be able to make us write at will.
    public func record(_ refusals: [RefusalCount]) throws {
        for refusal in refusals {
            _ = try sql.execute(
                """
                INSERT INTO refusals (source, reason, minute, count) VALUES ($1, $2, $3, $4)
                ON CONFLICT (minute, source, reason) DO UPDATE SET count = refusals.count + excluded.count
                """,
                [.text(refusal.source), .text(refusal.reason), SQLValue(refusal.minute), SQLValue(refusal.count)])
            try audit(
                AuditEntry(
                    actor: "source \(refusal.source)", action: "request", object: "minute \(refusal.minute.unixSeconds)",
                    outcome: "refused", reason: refusal.reason, details: [.plain("count", String(refusal.count))]))
        }
    }
}
