// SPDX-License-Identifier: Apache-2.0

extension Schema {
    /// What is owed to PBXs and known of them: commands that steer calls, and when each source was heard last.
    public static let telephony = Schema("telephony", [Migration(1, "Commands, contacts", commands + contacts)])

    private static let commands: [StaticString] = [
        // request: method, address, headers and body, sealed under the master key, since they hold the PBX's own secrets. It is taken
        // away with the last attempt.
        """
        CREATE TABLE commands (
            id INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, command_id TEXT NOT NULL, call INTEGER REFERENCES calls,
            request BLOB, state TEXT NOT NULL, deadline INTEGER NOT NULL, status INTEGER, problem TEXT, result TEXT,
            created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, UNIQUE (source, command_id)
        ) STRICT
        """,
        "CREATE INDEX commands_open ON commands (state, id) WHERE state IN ('waiting', 'sending')",
        "CREATE INDEX commands_by_call ON commands (call, id)",
    ]

    private static let contacts: [StaticString] = [
        """
        CREATE TABLE source_contacts (
            source TEXT PRIMARY KEY, seen_at INTEGER, seen_kind TEXT, refused_at INTEGER, refused_reason TEXT
        ) STRICT, WITHOUT ROWID
        """
    ]
}
