// SPDX-License-Identifier: Apache-2.0
public import CallModel
public import Essentials
internal import SQLEngine

extension StoreReading {
    /// What is known of a number, the newest knowledge first, one entry for each source.
    public func directory(_ number: PhoneNumber) throws -> [DirectoryEntry] {
        try sql.query(
            """
            SELECT number, source, who, name, company, manager, as_of FROM directory WHERE number = $1
            ORDER BY as_of DESC, source LIMIT 20
            """, [SQLValue(number)], DirectoryEntry.init(row:))
    }
}

extension Transaction {
    /// Records what a source says of a number; replaces what the same source said before.
    public func save(_ entry: DirectoryEntry) throws {
        _ = try sql.execute(
            """
            INSERT INTO directory (number, source, who, name, company, manager, as_of) VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (number, source) DO UPDATE SET who = excluded.who, name = excluded.name, company = excluded.company,
                manager = excluded.manager, as_of = excluded.as_of
            """,
            [
                SQLValue(entry.number), .text(entry.source), SQLValue(entry.who), SQLValue(entry.name), SQLValue(entry.company),
                SQLValue(entry.manager), SQLValue(entry.asOf),
            ])
    }

    /// Drops what a source said before `asOf`: the end of an import, when the list no longer names somebody.
    ///
    /// - Returns: how many entries were dropped, at most `limit`; call again while it equals the limit.
    @discardableResult
    public func dropDirectory(source: String, before asOf: Instant, limit: Int = 1000) throws -> Int {
        try sql.execute(
            """
            DELETE FROM directory WHERE source = $1 AND number IN
                (SELECT number FROM directory WHERE source = $1 AND as_of < $2 ORDER BY as_of LIMIT $3)
            """, [.text(source), SQLValue(asOf), SQLValue(limit)])
    }
}

extension DirectoryEntry {
    init(row: any SQLRow) throws {
        guard let number = row.optionalNumber(0) else { throw StoreError(.damagedRow, "a directory entry has no number in E.164") }
        self.init(
            number: number, source: row.text(1), who: row.optionalText(2), name: row.optionalText(3), company: row.optionalText(4),
            manager: row.optionalText(5), asOf: row.instant(6))
    }
}
