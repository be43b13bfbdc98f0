// SPDX-License-Identifier: Apache-2.0
public import Essentials
internal import SQLEngine

/// When a PBX was heard last, and when something that claimed to be it was refused.
public struct SourceContact: Sendable, Hashable {
    public var source: String
    /// The last request that was believed; `nil`: there was none yet.
    public var seenAt: Instant?
    /// What it was: the kind of its event, `handshake`, `unreadable` or `ignored`.
    public var seenKind: String?
    public var refusedAt: Instant?
    /// In our words; nothing of the request is in it.
    public var refusedReason: String?

    public init(source: String) { self.source = source }

    /// Takes over what the other knows later.
    public mutating func merge(_ other: SourceContact) {
        if let at = other.seenAt, seenAt.map({ $0 <= at }) ?? true { (seenAt, seenKind) = (at, other.seenKind) }
        if let at = other.refusedAt, refusedAt.map({ $0 <= at }) ?? true { (refusedAt, refusedReason) = (at, other.refusedReason) }
    }
}

extension StoreReading {
    /// By source; only those that ever sent something.
    public func sourceContacts() throws -> [String: SourceContact] {
        let rows = try sql.query("SELECT source, seen_at, seen_kind, refused_at, refused_reason FROM source_contacts ORDER BY source LIMIT 10000", [])
        {
            row -> SourceContact in
            var contact = SourceContact(source: row.text(0))
            contact.seenAt = row.optionalInstant(1)
            contact.seenKind = row.optionalText(2)
            contact.refusedAt = row.optionalInstant(3)
            contact.refusedReason = row.optionalText(4)
            return contact
        }
        return Dictionary(rows.map { ($0.source, $0) }, uniquingKeysWith: { first, _ in first })
    }
}

extension Transaction {
    /// Keeps what is later than what is known. Called now and then with what was collected in memory: no request may cost a write.
    public func record(_ contacts: [SourceContact]) throws {
        guard !contacts.isEmpty else { return }
        let known = try sourceContacts()
        for contact in contacts {
            var merged = known[contact.source] ?? SourceContact(source: contact.source)
            merged.merge(contact)
            _ = try sql.execute(
                """
                INSERT INTO source_contacts (source, seen_at, seen_kind, refused_at, refused_reason) VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT (source) DO UPDATE SET seen_at = excluded.seen_at, seen_kind = excluded.seen_kind,
                    refused_at = excluded.refused_at, refused_reason = excluded.refused_reason
                """,
                [
                    .text(merged.source), SQLValue(merged.seenAt), SQLValue(merged.seenKind), SQLValue(merged.refusedAt),
                    SQLValue(merged.refusedReason),
                ])
        }
    }
}
