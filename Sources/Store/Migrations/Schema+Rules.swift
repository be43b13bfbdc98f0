// SPDX-License-Identifier: Apache-2.0

extension Schema {
    /// Versions of rule sets with their whole texts, the pointer to the live one, and what shadow versions said.
    public static let rules = Schema("rules", [Migration(1, "Versions of rule sets, shadow decisions", versions + shadow)])

    private static let versions: [StaticString] = [
        """
        CREATE TABLE rule_versions (
            id INTEGER PRIMARY KEY AUTOINCREMENT, rule_set TEXT NOT NULL, number INTEGER NOT NULL, hash TEXT NOT NULL,
            list_versions TEXT, state TEXT NOT NULL, note TEXT NOT NULL, made_at INTEGER NOT NULL, made_by TEXT NOT NULL,
            changed_at INTEGER NOT NULL, changed_by TEXT NOT NULL,
            UNIQUE (rule_set, number)
        ) STRICT
        """,
        "CREATE INDEX rule_versions_by_hash ON rule_versions (hash)",
        // Each text once, whichever versions hold it: a new version of the rules does not copy the lists.
        "CREATE TABLE rule_texts (hash BLOB NOT NULL PRIMARY KEY, text TEXT NOT NULL) STRICT, WITHOUT ROWID",
        // hash is NULL for a file that was too large to be kept.
        """
        CREATE TABLE rule_files (
            version INTEGER NOT NULL REFERENCES rule_versions, path TEXT NOT NULL, hash BLOB, PRIMARY KEY (version, path)
        ) STRICT, WITHOUT ROWID
        """,
        // live: the one pointer of a set. seen: the version that its folder held when it was last taken.
        """
        CREATE TABLE rule_sets (
            name TEXT NOT NULL PRIMARY KEY, live INTEGER REFERENCES rule_versions, shadow INTEGER REFERENCES rule_versions,
            shadow_cursor INTEGER NOT NULL, seen INTEGER REFERENCES rule_versions
        ) STRICT, WITHOUT ROWID
        """,
    ]

    private static let shadow: [StaticString] = [
        """
        CREATE TABLE shadow_decisions (
            version INTEGER NOT NULL REFERENCES rule_versions, decision INTEGER NOT NULL REFERENCES decisions,
            differs INTEGER NOT NULL, verdict TEXT NOT NULL, PRIMARY KEY (version, decision)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX shadow_differing ON shadow_decisions (version, decision) WHERE differs = 1",
    ]
}
