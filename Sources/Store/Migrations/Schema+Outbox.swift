// SPDX-License-Identifier: Apache-2.0

extension Schema {
    /// What is owed to CRMs: orders, their steps, every attempt, and what was learned of remote records.
    public static let outbox = Schema(
        "outbox",
        [
            Migration(1, "Orders, steps, attempts", orders + attempts + accounts), Migration(2, "Tokens of accounts", sessions),
        ])

    private static let sessions: [StaticString] = [
        // Sealed under the master key; the newest token is here before it is used (a rotating pair exists once in the world).
        "CREATE TABLE order_sessions (account TEXT PRIMARY KEY, sealed BLOB NOT NULL, updated_at INTEGER NOT NULL) STRICT"
    ]

    private static let orders: [StaticString] = [
        // head: the first unfinished order of its lead and account, so that taking work never looks at those behind it.
        """
        CREATE TABLE orders (
            id INTEGER PRIMARY KEY AUTOINCREMENT, ulid TEXT NOT NULL UNIQUE, lead INTEGER NOT NULL REFERENCES leads,
            lead_key TEXT NOT NULL, account TEXT NOT NULL, kind TEXT NOT NULL, revision INTEGER NOT NULL, payload TEXT NOT NULL,
            recipe TEXT NOT NULL, recipe_hash TEXT NOT NULL, state TEXT NOT NULL, head INTEGER NOT NULL, begun INTEGER NOT NULL,
            attempts INTEGER NOT NULL, due_at INTEGER NOT NULL, fence INTEGER NOT NULL, lease_until INTEGER, last_error TEXT,
            created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE INDEX orders_ready ON orders (account, due_at, id) WHERE state = 'waiting' AND head = 1",
        "CREATE INDEX orders_claimed ON orders (lease_until) WHERE state = 'claimed'",
        "CREATE INDEX orders_unfinished ON orders (lead, account, id) WHERE state NOT IN ('delivered', 'discarded')",
        "CREATE INDEX orders_by_lead ON orders (lead, id)",
        "CREATE INDEX orders_by_state ON orders (state, id)",
        """
        CREATE TABLE order_steps (
            order_id INTEGER NOT NULL REFERENCES orders, ordinal INTEGER NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL,
            operation TEXT, looks INTEGER NOT NULL, taken TEXT NOT NULL, last_result TEXT, PRIMARY KEY (order_id, ordinal)
        ) STRICT
        """,
    ]

    private static let attempts: [StaticString] = [
        """
        CREATE TABLE order_attempts (
            id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL REFERENCES orders, step TEXT NOT NULL, operation TEXT NOT NULL,
            fence INTEGER NOT NULL, begun_at INTEGER NOT NULL, ended_at INTEGER, result TEXT, status INTEGER, detail TEXT
        ) STRICT
        """,
        "CREATE INDEX order_attempts_by_order ON order_attempts (order_id, id)",
        // Ids and values that a CRM gave for a lead, by the names of the recipe; later orders use them.
        """
        CREATE TABLE order_remotes (
            lead INTEGER NOT NULL REFERENCES leads, account TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
            PRIMARY KEY (lead, account, name)
        ) STRICT
        """,
    ]

    private static let accounts: [StaticString] = [
        "CREATE TABLE order_fences (id INTEGER PRIMARY KEY, value INTEGER NOT NULL) STRICT",
        "INSERT INTO order_fences (id, value) VALUES (1, 0)",
        // Texts of all recipes that orders are pinned to.
        "CREATE TABLE order_recipes (hash TEXT PRIMARY KEY, name TEXT NOT NULL, text TEXT NOT NULL) STRICT",
        // Breaker and budget of an account, so that a restart neither floods it nor forgets a block.
        "CREATE TABLE order_accounts (account TEXT PRIMARY KEY, state TEXT NOT NULL, updated_at INTEGER NOT NULL) STRICT",
    ]
}
