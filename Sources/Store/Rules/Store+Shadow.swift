// SPDX-License-Identifier: Apache-2.0
public import CallModel
internal import SQLEngine
internal import WireFormats

/// What a shadow version said to the facts of a stored decision. It is recorded beside it and changes nothing.
public struct ShadowRecord: Sendable {
    public var version: RuleVersion.ID
    public var decision: DecisionRecord.ID
    /// Without sentences: the same erasure that reduces the decision to a stub leaves no personal value here.
    public var verdict: Verdict
    /// It would have done something else with the call.
    public var differs: Bool

    public init(version: RuleVersion.ID, decision: DecisionRecord.ID, verdict: Verdict, differs: Bool) {
        self.version = version
        self.decision = decision
        self.verdict = verdict
        self.differs = differs
    }
}

/// How many decisions a shadow version was asked about, and how many it would have made otherwise.
public struct ShadowCount: Sendable, Equatable {
    public var compared: Int
    public var differing: Int
}

extension StoreReading {
    public func shadowCount(of version: RuleVersion.ID) throws -> ShadowCount {
        let compared = try sql.number("SELECT count(*) FROM shadow_decisions WHERE version = $1", [SQLValue(version)]) ?? 0
        let differing = try sql.number("SELECT count(*) FROM shadow_decisions WHERE version = $1 AND differs = 1", [SQLValue(version)]) ?? 0
        return ShadowCount(compared: Int(compared), differing: Int(differing))
    }

    /// Decisions that the version would have made otherwise, with what it said, oldest first.
    public func differingDecisions(
        of version: RuleVersion.ID, from cursor: Cursor? = nil, limit: Int = 500
    ) throws -> Page<(decided: DecidedCall, shadow: Verdict)> {
        let limit = min(max(limit, 1), Page<DecisionRecord>.limitMax)
        let rows = try sql.query(
            """
            SELECT d.id, d.ulid, d.call, d.lead, d.moment, d.at, d.zone, d.closed, d.facts, d.rule_set, d.rule_set_hash, d.list_versions,
                d.verdict, d.watch, d.overridden_by, d.note, d.stored_at, d.erased,
                l.ulid, l.status, l.outcome_status, l.outcome_amount, l.outcome_paid, l.outcome_currency, s.verdict
            FROM shadow_decisions s JOIN decisions d ON d.id = s.decision LEFT JOIN leads l ON l.id = d.lead
            WHERE s.version = $1 AND s.decision > $2 AND s.differs = 1 ORDER BY s.decision LIMIT $3
            """, [SQLValue(version), .integer(cursor?.key[0] ?? 0), SQLValue(limit + 1)]
        ) { row in
            (decided: try DecidedCall(row: row), shadow: try DecisionJSON.readVerdict(JSON.parse(row.text(24))))
        }
        return Page(rows, limit: limit) { Cursor($0.decided.decision.id.value) }
    }
}

extension Transaction {
    /// Records what a shadow version said, and how far it has come. Safe to repeat.
    /// - Returns: false, and nothing is recorded, when the set has another shadow by now.
    public func record(_ records: [ShadowRecord], of set: String, version: RuleVersion.ID, upTo cursor: DecisionRecord.ID) throws -> Bool {
        guard try rulePointers(of: set)?.shadow == version else { return false }
        for record in records {
            var verdict = record.verdict
            (verdict.say, verdict.unreadable) = (nil, [])
            _ = try sql.execute(
                """
                INSERT INTO shadow_decisions (version, decision, differs, verdict) VALUES ($1, $2, $3, $4)
                ON CONFLICT (version, decision) DO NOTHING
                """,
                [
                    SQLValue(record.version), SQLValue(record.decision), SQLValue(record.differs), .text(DecisionJSON.verdict(verdict).text),
                ])
        }
        _ = try sql.execute("UPDATE rule_sets SET shadow_cursor = $1 WHERE name = $2", [SQLValue(cursor), .text(set)])
        return true
    }
}
