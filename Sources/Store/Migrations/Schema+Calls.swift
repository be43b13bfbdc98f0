// SPDX-License-Identifier: Apache-2.0

extension Schema {
    /// Events, calls, leads, decisions, briefings, the directory and the audit log.
    public static let calls = Schema(
        "calls",
        [
            Migration(
                1, "Calls, leads, decisions, audit",
                peopleAndCalls + leads + eventsAndDecisions + briefings + directoryAndSettings + audit)
        ])

    private static let peopleAndCalls: [StaticString] = [
        // sealed_key is NULL once the person is erased; the row stays, so that its id is never another's.
        """
        CREATE TABLE persons (
            id INTEGER PRIMARY KEY AUTOINCREMENT, blind_index BLOB UNIQUE, sealed_key BLOB, erased_at INTEGER
        ) STRICT
        """,
        """
        CREATE TABLE calls (
            id INTEGER PRIMARY KEY, ulid TEXT NOT NULL UNIQUE, source TEXT NOT NULL, pbx_call_id TEXT NOT NULL,
            generation INTEGER NOT NULL, person INTEGER, number TEXT, withheld INTEGER NOT NULL, caller_text TEXT,
            caller_name TEXT, line TEXT, line_name TEXT, channel TEXT, agent TEXT, digits TEXT, direction TEXT NOT NULL,
            state TEXT NOT NULL, outcome TEXT, started_at INTEGER NOT NULL, answered_at INTEGER, ended_at INTEGER,
            wait INTEGER, talk INTEGER, lead INTEGER, ring_decision INTEGER, ring_then TEXT, ring_rule TEXT,
            ring_reason TEXT, watch INTEGER NOT NULL, incomplete TEXT, recording TEXT, extra TEXT,
            updated_at INTEGER NOT NULL, fold BLOB NOT NULL, erased INTEGER NOT NULL,
            UNIQUE (source, pbx_call_id, generation)
        ) STRICT
        """,
        "CREATE INDEX calls_by_person ON calls (person, started_at) WHERE person IS NOT NULL",
        "CREATE INDEX calls_by_lead ON calls (lead) WHERE lead IS NOT NULL",
        "CREATE INDEX calls_live ON calls (id) WHERE state <> 'ended'",
        "CREATE INDEX calls_by_start ON calls (started_at)",
    ]

    private static let leads: [StaticString] = [
        """
        CREATE TABLE leads (
            id INTEGER PRIMARY KEY, ulid TEXT NOT NULL UNIQUE, person INTEGER, number TEXT, name TEXT, company TEXT, email TEXT,
            status TEXT NOT NULL, reason TEXT, lead_group TEXT, line TEXT, line_name TEXT, channel TEXT, source TEXT,
            verdict TEXT, rule TEXT, say TEXT, priority TEXT, tags TEXT, decision INTEGER, act_by INTEGER,
            callback_at INTEGER, defer_until INTEGER, owner TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
            last_contact_at INTEGER NOT NULL, first_contact_at INTEGER, qualified_at INTEGER, repeats INTEGER NOT NULL,
            previous INTEGER, duplicate_of INTEGER, watch INTEGER NOT NULL, account TEXT, remote_id TEXT, remote_state TEXT,
            remote_error TEXT, outcome_status TEXT, outcome_reason TEXT, outcome_amount TEXT, outcome_paid TEXT,
            outcome_currency TEXT, outcome_at INTEGER, erased INTEGER NOT NULL,
            due_at INTEGER, returned_at INTEGER
        ) STRICT
        """,
        "CREATE INDEX leads_by_person ON leads (person) WHERE person IS NOT NULL",
        "CREATE INDEX leads_by_status ON leads (status)",
        "CREATE INDEX leads_by_creation ON leads (created_at)",
        "CREATE INDEX leads_by_remote ON leads (account, remote_id) WHERE remote_id IS NOT NULL",
        // Only leads that wait for a callback have a due time, so the index needs no status.
        "CREATE INDEX leads_due ON leads (due_at) WHERE due_at IS NOT NULL",
        """
        CREATE TABLE outcomes (
            id INTEGER PRIMARY KEY, lead INTEGER NOT NULL REFERENCES leads, account TEXT NOT NULL, remote_id TEXT,
            status TEXT, stage TEXT, reason TEXT, amount TEXT, paid TEXT, currency TEXT, owner TEXT, at INTEGER NOT NULL,
            received_at INTEGER NOT NULL, raw INTEGER, conflict INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE INDEX outcomes_by_lead ON outcomes (lead)",
    ]

    private static let eventsAndDecisions: [StaticString] = [
        """
        CREATE TABLE raw_bodies (
            id INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, arrived_at INTEGER NOT NULL, head BLOB NOT NULL,
            body BLOB NOT NULL, problem TEXT, person INTEGER
        ) STRICT
        """,
        "CREATE INDEX raw_bodies_unreadable ON raw_bodies (id) WHERE problem IS NOT NULL",
        """
        CREATE TABLE events (
            id INTEGER PRIMARY KEY, source TEXT NOT NULL, dedupe_key TEXT NOT NULL, generation INTEGER NOT NULL, call INTEGER,
            kind TEXT NOT NULL, asks INTEGER NOT NULL, at INTEGER, arrived_at INTEGER NOT NULL, content_hash BLOB NOT NULL,
            raw INTEGER, answer BLOB,
            UNIQUE (source, dedupe_key, generation)
        ) STRICT
        """,
        "CREATE INDEX events_by_call ON events (call) WHERE call IS NOT NULL",
        """
        CREATE TABLE decisions (
            id INTEGER PRIMARY KEY, ulid TEXT NOT NULL UNIQUE, call INTEGER, lead INTEGER, moment TEXT NOT NULL,
            at INTEGER NOT NULL, zone TEXT, closed INTEGER NOT NULL, facts TEXT NOT NULL, rule_set TEXT NOT NULL,
            rule_set_hash TEXT NOT NULL, list_versions TEXT, verdict TEXT NOT NULL, watch INTEGER NOT NULL,
            overridden_by TEXT, note TEXT, stored_at INTEGER NOT NULL, erased INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE INDEX decisions_by_call ON decisions (call) WHERE call IS NOT NULL",
        "CREATE INDEX decisions_by_lead ON decisions (lead) WHERE lead IS NOT NULL",
    ]

    private static let briefings: [StaticString] = [
        """
        CREATE TABLE briefings (
            id INTEGER PRIMARY KEY, lead INTEGER NOT NULL REFERENCES leads, call INTEGER, operator TEXT NOT NULL,
            state TEXT NOT NULL, opened_at INTEGER NOT NULL, last_answer_at INTEGER, closed_at INTEGER, decision INTEGER
        ) STRICT
        """,
        "CREATE INDEX briefings_by_lead ON briefings (lead)",
        "CREATE INDEX briefings_open ON briefings (id) WHERE state = 'open'",
        """
        CREATE TABLE answers (
            lead INTEGER NOT NULL REFERENCES leads, fact TEXT NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL,
            operator TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (lead, fact)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE due (
            kind TEXT NOT NULL, subject INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (kind, subject)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX due_by_time ON due (at)",
    ]

    private static let directoryAndSettings: [StaticString] = [
        """
        CREATE TABLE directory (
            number TEXT NOT NULL, source TEXT NOT NULL, who TEXT, name TEXT, company TEXT, manager TEXT, as_of INTEGER NOT NULL,
            PRIMARY KEY (number, source)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX directory_by_source ON directory (source, as_of)",
        """
        CREATE TABLE refusals (
            source TEXT NOT NULL, reason TEXT NOT NULL, minute INTEGER NOT NULL, count INTEGER NOT NULL,
            PRIMARY KEY (minute, source, reason)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE TABLE settings (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    ]

    private static let audit: [StaticString] = [
        """
        CREATE TABLE audit (
            sequence INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, object TEXT NOT NULL,
            outcome TEXT NOT NULL, reason TEXT NOT NULL, details BLOB NOT NULL, previous BLOB NOT NULL, hash BLOB NOT NULL
        ) STRICT
        """,
        "CREATE TRIGGER audit_keeps_bytes BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'the audit log is never changed'); END",
        "CREATE TRIGGER audit_keeps_rows BEFORE DELETE ON audit BEGIN SELECT raise(ABORT, 'the audit log is never cut'); END",
    ]
}
