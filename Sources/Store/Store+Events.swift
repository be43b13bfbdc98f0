// SPDX-License-Identifier: Apache-2.0
internal import CallModel
internal import Essentials
internal import SQLEngine

extension StoreReading {
    /// The event of a dedupe key, of its newest generation.
    public func latestEvent(source: String, dedupeKey: String) throws -> EventRecord? {
        try sql.first(
            "SELECT * FROM events WHERE source = $1 AND dedupe_key = $2 ORDER BY generation DESC LIMIT 1",
            [.text(source), .text(dedupeKey)], EventRecord.init(row:))
    }

    /// The events of a call in the order of their arrival, at most 1,000.
    public func events(of call: CallRecord.ID) throws -> [EventRecord] {
        try sql.query("SELECT * FROM events WHERE call = $1 ORDER BY id LIMIT 1000", [SQLValue(call)], EventRecord.init(row:))
    }

    /// A request as it came; `nil` once retention or an erasure took it.
    public func raw(_ id: RawRecord.ID) throws -> RawRecord? {
        try sql.first("SELECT * FROM raw_bodies WHERE id = $1", [SQLValue(id)], RawRecord.init(row:))
    }

    /// Authenticated requests that no dialect could read, newest first.
    public func unreadable(from cursor: Cursor? = nil, limit: Int = 100) throws -> Page<RawRecord> {
        let limit = min(max(limit, 1), Page<RawRecord>.limitMax)
        let rows = try sql.query(
            "SELECT * FROM raw_bodies WHERE problem IS NOT NULL AND id < $1 ORDER BY id DESC LIMIT $2",
            [.integer(cursor?.key[0] ?? .max), SQLValue(limit + 1)], RawRecord.init(row:))
        return Page(rows, limit: limit) { Cursor($0.id.value) }
    }
}

extension Transaction {
    /// Records an event once for its (source, dedupe key, generation).
    ///
    /// One statement where it is new. A duplicate changes nothing and comes back as it was first recorded.
    public func insert(_ event: EventRecord) throws -> EventInsertion {
        let changed = try sql.execute(
            """
            INSERT INTO events (source, dedupe_key, generation, call, kind, asks, at, arrived_at, content_hash, raw, answer)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING
            """,
            [
                .text(event.source), .text(event.dedupeKey), SQLValue(event.generation), SQLValue(event.call),
                SQLValue(event.kind), SQLValue(event.asks), SQLValue(event.at), SQLValue(event.arrivedAt),
                .blob(event.contentHash), SQLValue(event.raw), SQLValue(event.answer),
            ])
        if changed == 1 { return .inserted(RowID(sql.lastInsertedID)) }
        let first = try sql.first(
            "SELECT * FROM events WHERE source = $1 AND dedupe_key = $2 AND generation = $3",
            [.text(event.source), .text(event.dedupeKey), SQLValue(event.generation)], EventRecord.init(row:))
        guard let first else { throw StoreError(.damagedRow, "an event was refused as a duplicate of one that is not there: run  callsieve doctor") }
        return .duplicate(first)
    }

    /// Ties an event to its call, and keeps the reply that was sent (`nil`: leaves it).
    public func update(_ event: EventRecord.ID, call: CallRecord.ID?, answer: [UInt8]? = nil) throws {
        _ = try sql.execute(
            "UPDATE events SET call = $1, answer = coalesce($2, answer) WHERE id = $3",
            [SQLValue(call), SQLValue(answer), SQLValue(event)])
    }

    /// Keeps a request as it came. The id grows with the time of arrival and is never used again.
    public func keep(_ raw: RawRecord) throws -> RawRecord.ID {
        _ = try sql.execute(
            "INSERT INTO raw_bodies (source, arrived_at, head, body, problem, person) VALUES ($1, $2, $3, $4, $5, $6)",
            [.text(raw.source), SQLValue(raw.arrivedAt), .blob(raw.head), .blob(raw.body), SQLValue(raw.problem), SQLValue(raw.person)])
        return RowID(sql.lastInsertedID)
    }
}

extension EventRecord {
    /// Columns in the order of the table; see `Migration`.
    init(row: any SQLRow) throws {
        self.init(
            source: row.text(1), dedupeKey: row.text(2), kind: try row.word(5), arrivedAt: row.instant(8), contentHash: row.blob(9))
        id = row.id(0)
        generation = Int(row.integer(3))
        call = row.optionalID(4)
        asks = row.bool(6)
        at = row.optionalInstant(7)
        raw = row.optionalID(10)
        answer = row.optionalBlob(11)
    }
}

extension RawRecord {
    init(row: any SQLRow) throws {
        self.init(source: row.text(1), arrivedAt: row.instant(2), head: row.blob(3), body: row.blob(4), problem: row.optionalText(5))
        id = row.id(0)
        person = row.optionalID(6)
    }
}
