// SPDX-License-Identifier: Apache-2.0
internal import Essentials
internal import SQLEngine

extension StoreReading {
    /// Versions of a set, the newest first, at most 500.
    public func ruleVersions(of set: String) throws -> [RuleVersion] {
        try sql.query("SELECT * FROM rule_versions WHERE rule_set = $1 ORDER BY number DESC LIMIT 500", [.text(set)], RuleVersion.init(row:))
    }

    public func ruleVersion(_ id: RuleVersion.ID) throws -> RuleVersion? {
        try sql.first("SELECT * FROM rule_versions WHERE id = $1", [SQLValue(id)], RuleVersion.init(row:))
    }

    public func ruleVersion(of set: String, number: Int) throws -> RuleVersion? {
        try sql.first(
            "SELECT * FROM rule_versions WHERE rule_set = $1 AND number = $2", [.text(set), SQLValue(number)], RuleVersion.init(row:))
    }

    /// The version that a decision was made by: of this hash and these lists, else the newest of this hash (its lists have changed since).
    public func ruleVersion(of set: String, hash: String, lists: [String: String]) throws -> RuleVersion? {
        let same = try sql.query("SELECT * FROM rule_versions WHERE hash = $1 ORDER BY id DESC", [.text(hash)], RuleVersion.init(row:))
        let own = same.filter { $0.ruleSet == set }
        return own.first { $0.listVersions == lists } ?? same.first { $0.listVersions == lists } ?? own.first ?? same.first
    }

    /// The files of a version in the order of their paths.
    public func ruleTexts(of version: RuleVersion.ID) throws -> [RuleText] {
        try sql.query(
            "SELECT f.path, t.text FROM rule_files f LEFT JOIN rule_texts t ON t.hash = f.hash WHERE f.version = $1 ORDER BY f.path",
            [SQLValue(version)]
        ) { RuleText(path: $0.text(0), text: $0.optionalText(1)) }
    }

    /// Names of all sets that ever were on record, sorted.
    public func ruleSetNames() throws -> [String] { try sql.query("SELECT name FROM rule_sets ORDER BY name") { $0.text(0) } }

    public func rulePointers(of set: String) throws -> RulePointers? {
        try sql.first("SELECT live, shadow, shadow_cursor, seen FROM rule_sets WHERE name = $1", [.text(set)]) { row in
            RulePointers(live: row.optionalID(0), shadow: row.optionalID(1), shadowCursor: row.id(2), seen: row.optionalID(3))
        }
    }
}

extension RuleVersion {
    /// Columns in the order of the table; see `Schema.rules`.
    init(row: any SQLRow) throws {
        self.init(
            id: row.id(0), ruleSet: row.text(1), number: Int(row.integer(2)), hash: row.text(3), listVersions: try row.pairs(4),
            state: try row.word(5), note: row.text(6), madeAt: row.instant(7), madeBy: row.text(8), changedAt: row.instant(9),
            changedBy: row.text(10))
    }
}
