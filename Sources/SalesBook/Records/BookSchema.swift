// SPDX-License-Identifier: Apache-2.0
internal import SQLEngine
internal import Store

/// The book's own tables, in its own database. Migrations are append-only.
///
/// Columns are read by position. Money is in minor units, instants in Unix milliseconds, days as text.
enum BookSchema {
    static let schema = Schema("book", [Migration(1, "cards, calls, payments, history, outbound", cards + lines + outbound)])

    private static let cards: [StaticString] = [
        """
        CREATE TABLE cards (
            id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, status TEXT NOT NULL, status_at INTEGER NOT NULL,
            reason TEXT, field TEXT, manager TEXT, group_name TEXT, currency TEXT NOT NULL, amount_minor INTEGER, expected_on TEXT,
            paid_minor INTEGER NOT NULL, owned INTEGER NOT NULL, lead TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
            search TEXT NOT NULL
        )
        """,
        "CREATE INDEX cards_by_status ON cards (status, id)",
        "CREATE INDEX cards_by_manager ON cards (manager, id)",
        "CREATE INDEX cards_by_group ON cards (group_name, id)",
    ]

    private static let lines: [StaticString] = [
        """
        CREATE TABLE calls (
            id INTEGER PRIMARY KEY, card INTEGER NOT NULL REFERENCES cards (id), call TEXT NOT NULL, fields TEXT NOT NULL,
            stored_at INTEGER NOT NULL, UNIQUE (card, call)
        )
        """,
        """
        CREATE TABLE payments (
            id INTEGER PRIMARY KEY, card INTEGER NOT NULL REFERENCES cards (id), amount_minor INTEGER NOT NULL, currency TEXT NOT NULL,
            paid_on TEXT NOT NULL, note TEXT, made_by TEXT NOT NULL, made_at INTEGER NOT NULL, manager TEXT, group_name TEXT, channel TEXT
        )
        """,
        "CREATE INDEX payments_by_card ON payments (card, id)",
        """
        CREATE TABLE history (
            id INTEGER PRIMARY KEY, card INTEGER NOT NULL REFERENCES cards (id), made_at INTEGER NOT NULL, made_by TEXT NOT NULL,
            what TEXT NOT NULL, from_text TEXT, to_text TEXT, note TEXT
        )
        """,
        "CREATE INDEX history_by_card ON history (card, id)",
    ]

    private static let outbound: [StaticString] = [
        """
        CREATE TABLE outbound (
            id INTEGER PRIMARY KEY, card INTEGER NOT NULL REFERENCES cards (id), message TEXT NOT NULL UNIQUE, body TEXT NOT NULL,
            created_at INTEGER NOT NULL, attempts INTEGER NOT NULL, due_at INTEGER NOT NULL, error TEXT
        )
        """,
        "CREATE INDEX outbound_by_card ON outbound (card, id)",
    ]
}
