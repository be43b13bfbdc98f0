// SPDX-License-Identifier: Apache-2.0
public import Essentials
internal import SQLEngine

extension Store {
    /// How long requests are kept as they came, unless configured otherwise.
    public static let rawBodiesKept: Duration = .seconds(30 * 86_400)

    /// Drops requests as they came that arrived before `cutoff`, in small transactions, and records how many.
    ///
    /// Calls, events, leads and decisions stay. Safe to repeat and to stop at any time.
    /// - Returns: how many were dropped.
    @discardableResult
    public func dropRawBodies(before cutoff: Instant) async throws -> Int {
        var dropped = 0
        while !Task.isCancelled {
            let count = try await write(.housekeeping) { try $0.dropRawBodies(before: cutoff, limit: 500) }
            dropped += count
            if count == 0 { break }
        }
        guard dropped > 0 else { return 0 }
        let total = dropped
        try await write(.housekeeping) { tx in
            _ = try tx.audit(
                AuditEntry(
                    actor: "service", action: "retention", object: "raw requests",
                    details: [.plain("dropped", String(total)), .plain("before", String(cutoff.unixSeconds))]))
        }
        return dropped
    }
}

extension Transaction {
    /// Looks at the oldest `limit` requests only: ids grow with the time of arrival, so there is nothing to search.
    func dropRawBodies(before cutoff: Instant, limit: Int) throws -> Int {
        let oldest = try sql.query("SELECT id, arrived_at FROM raw_bodies ORDER BY id LIMIT $1", [SQLValue(limit)]) {
            (id: $0.integer(0), arrivedAt: $0.instant(1))
        }
        guard let last = oldest.prefix(while: { $0.arrivedAt < cutoff }).last else { return 0 }
        return try sql.execute("DELETE FROM raw_bodies WHERE id <= $1", [.integer(last.id)])
    }
}
