// SPDX-License-Identifier: Apache-2.0
internal import Crypto
internal import Essentials
internal import SQLEngine

extension Transaction {
    /// Puts an act on record, chained to the record before it, in this transaction: both take effect, or neither (R32).
    ///
    /// - Returns: its sequence.
    @discardableResult
    public func audit(_ entry: AuditEntry) throws -> Int64 {
        let head = try chainHead()
        var record = AuditRecord(
            sequence: (head?.number ?? 0) + 1, at: time.now(), actor: entry.actor, action: entry.action, object: entry.object,
            outcome: entry.outcome, reason: entry.reason, details: AuditDetails.encode(try entry.details.map(committed)),
            previous: head?.hash ?? AuditRecord.noPrevious, hash: [])
        record.hash = record.computedHash()
        _ = try sql.execute(
            """
            INSERT INTO audit (sequence, at, actor, action, object, outcome, reason, details, previous, hash)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """,
            [
                .integer(record.sequence), SQLValue(record.at), .text(record.actor), .text(record.action), .text(record.object),
                .text(record.outcome), .text(record.reason), .blob(record.details), .blob(record.previous), .blob(record.hash),
            ])
        sql.notes.chainHead = (record.sequence, record.hash)
        return record.sequence
    }

    private func chainHead() throws -> (number: Int64, hash: [UInt8])? {
        try sql.notes.chainHead
            ?? sql.first("SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1") { (number: $0.integer(0), hash: $0.blob(1)) }
    }

    private func committed(_ detail: AuditDetail) throws -> (name: String, value: AuditDetails.Value) {
        switch detail.value {
        case .plain(let text): return (detail.name, .plain(text))
        case .personal(let person, let value):
            // An erased person has no key: a random one, thrown away, commits to nothing.
            let key = try key(of: person) ?? SymmetricKey(size: .bits256)
            return (detail.name, .commitment(person, Vault.commitment(detail.name, value, key: key)))
        }
    }
}

extension StoreReading {
    /// Audit records after a sequence, oldest first.
    public func auditRecords(after sequence: Int64 = 0, limit: Int = 500) throws -> [AuditRecord] {
        try sql.query(
            "SELECT * FROM audit WHERE sequence > $1 ORDER BY sequence LIMIT $2", [.integer(sequence), SQLValue(limit)],
            AuditRecord.init(row:))
    }

    /// The newest audit records, newest first.
    public func latestAuditRecords(before sequence: Int64 = .max, limit: Int = 100) throws -> [AuditRecord] {
        try sql.query(
            "SELECT * FROM audit WHERE sequence < $1 ORDER BY sequence DESC LIMIT $2", [.integer(sequence), SQLValue(limit)],
            AuditRecord.init(row:))
    }

    /// Whether a commitment in the log is to this value; false once the person's key is destroyed.
    public func isCommitment(_ mac: [UInt8], to value: String, named name: String, of person: PersonID) throws -> Bool {
        guard let key = try key(of: person) else { return false }
        return constantTimeEqual(Vault.commitment(name, value, key: key), mac)
    }
}

extension AuditRecord {
    init(row: any SQLRow) {
        self.init(
            sequence: row.integer(0), at: row.instant(1), actor: row.text(2), action: row.text(3), object: row.text(4),
            outcome: row.text(5), reason: row.text(6), details: row.blob(7), previous: row.blob(8), hash: row.blob(9))
    }
}
