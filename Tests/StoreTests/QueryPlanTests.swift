// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Foundation
import GRDBSQLite
import SQLEngine
import SQLiteDriver
import Store
import Testing

/// No statement walks a table that grows, or sorts more than it returns.
struct QueryPlanTests {
    @Test func openingLooksAtNothingThatGrows() async throws {
        let test = try await TestStore()
        await test.database.close()
        let seen = Collector<String>()
        let base = try SQLiteDatabase(folder: test.folder.path)
        _ = try await Store.open(SpyingDatabase(base: base) { seen.add("\($0)") }, key: try #require(TestStore.key))
        let tables = ["calls", "leads", "events", "decisions", "raw_bodies", "audit", "persons", "orders", "directory"]
        for statement in seen.all { #expect(!tables.contains { statement.contains(" \($0)") }, "\(statement)") }
        #expect(!seen.all.isEmpty)
        await base.close()
    }

    @Test func statementsUseTheirIndexes() async throws {
        let folder = try TemporaryFolder()
        let seen = Collector<String>()
        let base = try SQLiteDatabase(folder: folder.path)
        let store = try await Store.open(SpyingDatabase(base: base) { seen.add("\($0)") }, key: try #require(TestStore.key))
        try await readEverything(store)
        try await writeEverything(store)
        let statements = Set(seen.all).filter { $0.hasPrefix("SELECT") || $0.hasPrefix("UPDATE") || $0.hasPrefix("DELETE") }
        #expect(statements.count > 50)
        print("plans of \(statements.count) statements checked")
        for statement in statements where !statement.contains("schema_versions") {
            for step in try plan(of: statement, in: base.path) {
                let scans = step.hasPrefix("SCAN") && !step.contains("USING") && !step.contains("CONSTANT ROW") && !step.hasPrefix("SCAN (")
                let walksWholeTable = scans && !isBoundedByOrder(statement)
                #expect(!walksWholeTable, "\(step): \(statement)")
                let sorts =
                    step.contains("TEMP B-TREE") && !statement.contains("GROUP BY") && !statement.contains("FROM answers")
                    && !statement.contains("FROM directory") && !statement.contains("UNION")
                #expect(!sorts, "\(step): \(statement)")
            }
        }
        await base.close()
    }

    /// A walk by row id that stops at its LIMIT.
    private func isBoundedByOrder(_ statement: String) -> Bool {
        statement.contains("LIMIT") && ["ORDER BY id", "ORDER BY sequence"].contains { statement.contains($0) } && !statement.contains("WHERE")
    }

    private func readEverything(_ store: Store) async throws {
        let (ulid, time) = (ULID(at: TestStore.start, random: SeededRandom(seed: 1)), TestStore.start)
        let number = try #require(PhoneNumber(e164: "+79161234567"))
        try await store.read { s in
            _ = (try s.call(CallRecord.ID(1)), try s.call(ulid), try s.latestCall(source: "a", pbxCallID: "b"), try s.calls(of: LeadRecord.ID(1)))
            _ = (try s.liveCalls(), try s.calls(), try s.countCalls(of: PersonID(1), since: time, until: time))
            _ = (try s.lead(LeadRecord.ID(1)), try s.lead(ulid), try s.lead(account: "a", remoteID: "b"), try s.latestLead(of: PersonID(1)))
            _ = (try s.openLead(of: PersonID(1), since: time), try s.leads(), try s.leads(LeadFilter(statuses: [.new])), try s.callbacks())
            _ = (try s.leadCounts(), try s.latestEvent(source: "a", dedupeKey: "b"), try s.events(of: CallRecord.ID(1)), try s.raw(RawRecord.ID(1)))
            _ = (try s.unreadable(), try s.decision(DecisionRecord.ID(1)), try s.decision(ulid), try s.decisions(of: LeadRecord.ID(1)))
            _ = (try s.decisions(of: CallRecord.ID(1)), try s.decisions(), try s.briefing(of: LeadRecord.ID(1)), try s.openBriefings())
            _ = (try s.answers(of: LeadRecord.ID(1)), try s.due(by: time), try s.nextDue(), try s.due(.callback, subject: 1))
            _ = (try s.directory(number), try s.setting("a"), try s.refusals(since: time), try s.outcomes(of: LeadRecord.ID(1)))
            _ = (try s.knownPerson(of: number), try s.auditRecords(), try s.latestAuditRecords())
            for grouping in QualityGrouping.allCases { _ = try s.quality(by: grouping, from: time, to: time) }
        }
    }

    private func writeEverything(_ store: Store) async throws {
        let (time, number) = (TestStore.start, try #require(PhoneNumber(e164: "+79161234567")))
        try await store.write { tx in
            var call = CallRecord(ulid: ULID(at: time, random: SeededRandom(seed: 2)), source: "a", pbxCallID: "b", startedAt: time)
            call.person = try tx.person(of: number)
            var lead = LeadRecord(ulid: call.ulid, createdAt: time)
            for _ in 0..<2 {
                try tx.save(&call)
                try tx.save(&lead)
            }
            var briefing = BriefingRecord(lead: lead.id, operatorName: "a", openedAt: time)
            for _ in 0..<2 { try tx.save(&briefing) }
            try tx.save(AnswerRecord(fact: "a", kind: .declined, operatorName: "b", at: time), of: lead.id)
            try tx.clearAnswer(to: "a", of: lead.id)
            for _ in 0..<2 { _ = try tx.insert(EventRecord(source: "a", dedupeKey: "b", kind: .ended, arrivedAt: time, contentHash: [1])) }
            try tx.update(EventRecord.ID(1), call: call.id)
            try tx.schedule(DueRecord(kind: .callback, subject: 1, at: time))
            try tx.unschedule(.callback, subject: 1)
            try tx.dropDirectory(source: "a", before: time)
            try tx.attachDecisions(of: call.id, to: lead.id)
        }
        try await store.dropRawBodies(before: time)
        _ = try await store.forget(number, by: "a", reason: "b")
    }

    private func plan(of statement: String, in path: String) throws -> [String] {
        var connection: OpaquePointer?
        try #require(sqlite3_open_v2(path, &connection, SQLITE_OPEN_READONLY, nil) == SQLITE_OK)
        defer { sqlite3_close(connection) }
        var explain: OpaquePointer?
        try #require(sqlite3_prepare_v2(connection, "EXPLAIN QUERY PLAN " + statement, -1, &explain, nil) == SQLITE_OK, "\(statement)")
        defer { sqlite3_finalize(explain) }
        var steps: [String] = []
        while sqlite3_step(explain) == SQLITE_ROW { steps.append(sqlite3_column_text(explain, 3).map { String(cString: $0) } ?? "") }
        return steps
    }
}
