// SPDX-License-Identifier: Apache-2.0
internal import Crypto
public import Essentials
internal import SQLEngine

/// Who changes what about versions of rules, and why.
public struct RuleActor: Sendable {
    public var name: String
    public var note: String
    public var at: Instant

    public init(_ name: String, note: String = "", at: Instant) {
        self.name = name
        self.note = note
        self.at = at
    }
}

extension Transaction {
    /// Puts a version on record, as a draft if it is new; one that is known keeps its number and state and takes the newer texts
    /// (comments and examples are in no hash).
    public func recordRules(
        _ set: String, hash: String, lists: [String: String], files: [RuleText], by actor: RuleActor
    ) throws -> RuleVersion {
        let known = try ruleVersion(of: set, hash: hash, lists: lists)
        if let known, known.ruleSet == set, known.listVersions == lists {
            try keep(files, of: known.id)
            return known
        }
        _ = try sql.execute("INSERT INTO rule_sets (name, shadow_cursor) VALUES ($1, 0) ON CONFLICT (name) DO NOTHING", [.text(set)])
        let number = Int(try sql.number("SELECT max(number) FROM rule_versions WHERE rule_set = $1", [.text(set)]) ?? 0) + 1
        var version = RuleVersion(
            ruleSet: set, number: number, hash: hash, listVersions: lists, state: .draft, note: actor.note, madeAt: actor.at,
            madeBy: actor.name, changedAt: actor.at, changedBy: actor.name)
        _ = try sql.execute(
            """
            INSERT INTO rule_versions (rule_set, number, hash, list_versions, state, note, made_at, made_by, changed_at, changed_by)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """,
            [
                .text(set), SQLValue(number), .text(hash), SQLValue(lists), SQLValue(version.state), .text(actor.note), SQLValue(actor.at),
                .text(actor.name), SQLValue(actor.at), .text(actor.name),
            ])
        version.id = RowID(sql.lastInsertedID)
        try keep(files, of: version.id)
        return version
    }

    private func keep(_ files: [RuleText], of version: RuleVersion.ID) throws {
        _ = try sql.execute("DELETE FROM rule_files WHERE version = $1", [SQLValue(version)])
        for file in files {
            var hash: [UInt8]?
            if let text = file.text, text.utf8.count <= RuleText.bytesMax {
                let digest = Array(SHA256.hash(data: Array(text.utf8)))
                _ = try sql.execute(
                    "INSERT INTO rule_texts (hash, text) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING", [.blob(digest), .text(text)])
                hash = digest
            }
            _ = try sql.execute(
                "INSERT INTO rule_files (version, path, hash) VALUES ($1, $2, $3)", [SQLValue(version), .text(file.path), SQLValue(hash)])
        }
    }

    /// Moves the set's one pointer: this version is live from now on, the one before is retired. Put on record; nothing happens
    /// when it is live already.
    public func makeLive(_ version: RuleVersion, by actor: RuleActor) throws {
        let pointers = try rulePointers(of: version.ruleSet)
        guard pointers?.live != version.id else { return }
        if let before = pointers?.live { try move(before, to: .retired, by: actor, note: nil) }
        if pointers?.shadow == version.id { try point("shadow", of: version.ruleSet, at: nil) }
        try point("live", of: version.ruleSet, at: version.id)
        try move(version.id, to: .live, by: actor, note: actor.note)
        try audit("rules.live", version, actor)
    }

    /// This version decides beside the live one from the next decision on; one that did so before is a draft again.
    public func makeShadow(_ version: RuleVersion, by actor: RuleActor) throws {
        let pointers = try rulePointers(of: version.ruleSet)
        guard pointers?.shadow != version.id else { return }
        if let before = pointers?.shadow { try move(before, to: .draft, by: actor, note: nil) }
        try point("shadow", of: version.ruleSet, at: version.id)
        let newest = try sql.number("SELECT max(id) FROM decisions") ?? 0
        _ = try sql.execute("UPDATE rule_sets SET shadow_cursor = $1 WHERE name = $2", [.integer(newest), .text(version.ruleSet)])
        try move(version.id, to: .shadow, by: actor, note: actor.note)
        try audit("rules.shadow", version, actor)
    }

    /// A draft or shadow version is out of use. The live one can't be retired: another takes its place.
    /// - Returns: false when it is live.
    public func retire(_ version: RuleVersion, by actor: RuleActor) throws -> Bool {
        let pointers = try rulePointers(of: version.ruleSet)
        guard pointers?.live != version.id else { return false }
        if pointers?.shadow == version.id { try point("shadow", of: version.ruleSet, at: nil) }
        guard version.state != .retired else { return true }
        try move(version.id, to: .retired, by: actor, note: actor.note.isEmpty ? nil : actor.note)
        try audit("rules.retire", version, actor)
        return true
    }

    /// The folder of the set held this version when it was last taken.
    public func markSeen(_ version: RuleVersion) throws { try point("seen", of: version.ruleSet, at: version.id) }

    private func point(_ pointer: String, of set: String, at version: RuleVersion.ID?) throws {
        let statement: StaticString =
            switch pointer {
            case "live": "UPDATE rule_sets SET live = $1 WHERE name = $2"
            case "shadow": "UPDATE rule_sets SET shadow = $1 WHERE name = $2"
            default: "UPDATE rule_sets SET seen = $1 WHERE name = $2"
            }
        _ = try sql.execute(statement, [SQLValue(version), .text(set)])
    }

    private func move(_ version: RuleVersion.ID, to state: RuleVersion.State, by actor: RuleActor, note: String?) throws {
        _ = try sql.execute(
            "UPDATE rule_versions SET state = $1, note = coalesce($2, note), changed_at = $3, changed_by = $4 WHERE id = $5",
            [SQLValue(state), SQLValue(note), SQLValue(actor.at), .text(actor.name), SQLValue(version)])
    }

    private func audit(_ action: String, _ version: RuleVersion, _ actor: RuleActor) throws {
        try audit(
            AuditEntry(
                actor: actor.name, action: action, object: "rules \(version.ruleSet)", reason: actor.note,
                details: [.plain("version", String(version.number)), .plain("hash", version.hash)]))
    }
}
