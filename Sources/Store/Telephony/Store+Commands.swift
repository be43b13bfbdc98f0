// SPDX-License-Identifier: Apache-2.0
public import Essentials
internal import SQLEngine

extension StoreReading {
    /// Commands that are not over, the oldest first; after a start, those that the last process left.
    public func openCommands(limit: Int = 1_000) throws -> [CommandRecord] {
        try sql.query(
            "SELECT * FROM commands WHERE state IN ('waiting', 'sending') ORDER BY id LIMIT $1", [SQLValue(limit)], CommandRecord.init(row:)
        ).map(opened)
    }

    /// The commands of a call in the order in which they were given; without their requests.
    public func commands(of call: CallRecord.ID) throws -> [CommandRecord] {
        try sql.query("SELECT * FROM commands WHERE call = $1 ORDER BY id LIMIT 100", [SQLValue(call)], CommandRecord.init(row:)).map { record in
            var record = record
            record.request = nil
            return record
        }
    }

    private func opened(_ record: CommandRecord) throws -> CommandRecord {
        var record = record
        record.request = try record.request.map { try vault.open($0, purpose: "command") }
        return record
    }
}

extension Transaction {
    /// Owes a command.
    /// - Returns: the record with its id; `nil` when this command was given before: it is not given again.
    public func keep(_ command: CommandRecord) throws -> CommandRecord? {
        let sealed = try command.request.map { try vault.seal($0, purpose: "command") }
        let changed = try sql.execute(
            """
            INSERT INTO commands (source, command_id, call, request, state, deadline, created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING
            """,
            [
                .text(command.source), .text(command.commandID), SQLValue(command.call), SQLValue(sealed), SQLValue(command.state),
                SQLValue(command.deadline), SQLValue(command.createdAt), SQLValue(command.updatedAt),
            ])
        guard changed == 1 else { return nil }
        var kept = command
        kept.id = RowID(sql.lastInsertedID)
        return kept
    }

    /// Takes a waiting command for sending, if its time is not over.
    /// - Returns: false when it must not be sent.
    public func claim(_ command: CommandRecord.ID, now: Instant) throws -> Bool {
        try sql.execute(
            "UPDATE commands SET state = 'sending', updated_at = $1 WHERE id = $2 AND state = 'waiting' AND deadline > $1",
            [SQLValue(now), SQLValue(command)]) == 1
    }

    /// Says how a command ended, once: the first ending stands.
    @discardableResult
    public func finish(
        _ command: CommandRecord.ID, _ state: CommandRecord.State, status: Int? = nil, problem: String? = nil, now: Instant
    ) throws -> Bool {
        try sql.execute(
            """
            UPDATE commands SET state = $1, status = $2, problem = $3, request = NULL, updated_at = $4
            WHERE id = $5 AND state IN ('waiting', 'sending')
            """,
            [SQLValue(state), SQLValue(status), SQLValue(problem), SQLValue(now), SQLValue(command)]) == 1
    }

    /// What the PBX reported about a command of ours.
    /// - Returns: false when no such command was given.
    @discardableResult
    public func note(result: String, ofCommand commandID: String, source: String, now: Instant) throws -> Bool {
        try sql.execute(
            "UPDATE commands SET result = $1, updated_at = $2 WHERE source = $3 AND command_id = $4",
            [.text(result), SQLValue(now), .text(source), .text(commandID)]) == 1
    }
}

extension CommandRecord {
    /// Columns in the order of the table; the request is still sealed.
    init(row: any SQLRow) throws {
        self.init(
            source: row.text(1), commandID: row.text(2), call: row.optionalID(3), request: [], deadline: row.instant(6), createdAt: row.instant(10))
        id = row.id(0)
        request = row.optionalBlob(4)
        state = try row.word(5)
        status = row.optionalInteger(7).map { Int($0) }
        problem = row.optionalText(8)
        result = row.optionalText(9)
        updatedAt = row.instant(11)
    }
}
