// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import SQLEngine
import SQLiteDriver
import Testing

@testable import Store

/// The audit log: its bytes, its chain, and how tampering is named (R31, R32).
struct AuditTests {
    private func entry(_ number: Int) -> AuditEntry {
        AuditEntry(
            actor: "operator Ann", action: "lead.override", object: "lead \(number)", reason: "Because",
            details: [.plain("then", "qualify")])
    }

    private func storeWithRecords(_ count: Int = 10) async throws -> TestStore {
        let test = try await TestStore()
        for number in 1...count {
            try await test.store.write { [self] tx in try tx.audit(entry(number)) }
            test.time.advance(by: .seconds(1))
        }
        return test
    }

    /// The bytes are for ever: this hash, also computed outside from docs/audit.md, must never change.
    @Test func aRecordsBytesStayAsTheyAre() {
        let details = AuditDetails.encode([
            ("count", .plain("3")), ("number", .commitment(PersonID(258), Array(0..<32))),
        ])
        var record = AuditRecord(
            sequence: 2, at: Instant(unixMilliseconds: 1_790_000_000_123), actor: "оператор", action: "a", object: "lead 1",
            outcome: "done", reason: "", details: details, previous: Array(repeating: 0xAB, count: 32), hash: [])
        record.hash = record.computedHash()
        #expect(record.canonical.count == 17 + 8 + 8 + (4 + 16) + (4 + 1) + (4 + 6) + (4 + 4) + 4 + (4 + 66) + 32)
        #expect(Array(record.canonical[..<33]) == Array("callsieve audit 1".utf8) + [0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 1, 0xA0, 0xC4, 0x50, 0x6C, 0x7B])
        #expect(Quarantine.name(record.hash) == "cf4a2bc43f660557d092cda91802959d63f20443b018da09be91664062b011c8")
        let read = AuditDetails.decode(details)
        #expect(read?.map(\.name) == ["count", "number"])
        #expect(read?.last?.value == .commitment(PersonID(258), Array(0..<32)))
    }

    @Test(arguments: [[1], [0, 0, 0, 9, 1], [0, 0, 0, 1, 65, 120], [0, 0, 0, 1, 65, 112, 0, 0, 0, 2, 1], [0, 0, 0, 0, 99, 1, 2]] as [[UInt8]])
    func brokenDetailsAreNotRead(bytes: [UInt8]) {
        #expect(AuditDetails.decode(bytes) == nil)
    }

    /// The head of the chain is kept in memory: a body that is taken back must be taken out of it too.
    @Test func aRecordThatIsTakenBackLeavesTheChainWhole() async throws {
        struct Mistake: Error {}
        let test = try await storeWithRecords(3)
        await withTaskGroup(of: Void.self) { group in
            for number in 10..<60 {
                group.addTask { [self] in
                    _ = try? await test.store.write { [self] tx in
                        try tx.audit(entry(number))
                        if number.isMultiple(of: 7) { throw Mistake() }
                    }
                }
            }
        }
        let records = try await test.store.read { try $0.auditRecords() }
        #expect(records.map(\.sequence) == Array(1...46))
        #expect(!records.contains { ["lead 14", "lead 21", "lead 28", "lead 35", "lead 42", "lead 49", "lead 56"].contains($0.object) })
        let result = try await AuditVerifier(test.store).verify()
        #expect(result.fault == nil)
        await test.database.close()
    }

    @Test func anUntouchedLogVerifies() async throws {
        let test = try await storeWithRecords()
        let result = try await AuditVerifier(test.store).verify()
        #expect(result.fault == nil)
        #expect(result.records == 10)
        #expect(try await AuditVerifier(test.store).verify(against: result.head) == result)
        await test.database.close()
    }

    @Test func recordsCannotBeChangedOrDeleted() async throws {
        let test = try await storeWithRecords(2)
        for sql in ["UPDATE audit SET reason = 'other'", "DELETE FROM audit"] as [StaticString] {
            let failure = await #expect(throws: SQLFailure.self) { try await test.database.write(.intake) { try $0.execute(sql) } }
            #expect(failure?.code == .constraint)
        }
        await test.database.close()
    }

    @Test(
        arguments: [
            (["UPDATE audit SET actor = 'operator Bob' WHERE sequence = 4"], 4, .edited),
            (["UPDATE audit SET at = at + 1 WHERE sequence = 4"], 4, .edited),
            (["UPDATE audit SET action = 'x' WHERE sequence = 1"], 1, .edited),
            (["UPDATE audit SET object = 'lead 9' WHERE sequence = 10"], 10, .edited),
            (["UPDATE audit SET outcome = 'refused' WHERE sequence = 5"], 5, .edited),
            (["UPDATE audit SET reason = '' WHERE sequence = 5"], 5, .edited),
            (["UPDATE audit SET details = x'' WHERE sequence = 5"], 5, .edited),
            (["UPDATE audit SET previous = zeroblob(32) WHERE sequence = 5"], 5, .edited),
            (["UPDATE audit SET hash = zeroblob(32) WHERE sequence = 5"], 5, .edited),
            (["DELETE FROM audit WHERE sequence = 1"], 1, .missing),
            (["DELETE FROM audit WHERE sequence = 6"], 6, .missing),
            (["DELETE FROM audit WHERE sequence = 6", "UPDATE audit SET sequence = sequence - 1 WHERE sequence > 6"], 6, .edited),
            (
                [
                    "UPDATE audit SET sequence = 99 WHERE sequence = 3", "UPDATE audit SET sequence = 3 WHERE sequence = 7",
                    "UPDATE audit SET sequence = 7 WHERE sequence = 99",
                ], 3, .edited
            ),
            (
                [
                    "UPDATE audit SET sequence = -sequence WHERE sequence > 4", "UPDATE audit SET sequence = 1 - sequence WHERE sequence < 0",
                    "INSERT INTO audit SELECT 5, at, actor, action, 'lead 99', outcome, reason, details, previous, hash FROM audit WHERE sequence = 4",
                ], 5, .edited
            ),
        ] as [([StaticString], Int64, AuditFault.Kind)])
    func tamperingIsNamed(statements: [StaticString], sequence: Int64, kind: AuditFault.Kind) async throws {
        let test = try await storeWithRecords()
        try await test.database.write(.intake) { sql in
            try sql.execute("DROP TRIGGER audit_keeps_bytes")
            try sql.execute("DROP TRIGGER audit_keeps_rows")
            for statement in statements { try sql.execute(statement) }
        }
        let fault = try await AuditVerifier(test.store).verify().fault
        #expect(fault == AuditFault(sequence: sequence, kind: kind))
        await test.database.close()
    }

    @Test func anEditHashedAnewBreaksTheChainBehindIt() async throws {
        let test = try await storeWithRecords()
        try await test.database.write(.intake) { sql in
            try sql.execute("DROP TRIGGER audit_keeps_bytes")
            var record = try #require(try sql.first("SELECT * FROM audit WHERE sequence = 4", [], AuditRecord.init(row:)))
            record.actor = "operator Bob"
            _ = try sql.execute(
                "UPDATE audit SET actor = $1, hash = $2 WHERE sequence = 4", [.text(record.actor), .blob(record.computedHash())])
        }
        #expect(try await AuditVerifier(test.store).verify().fault == AuditFault(sequence: 5, kind: .unchained))
        await test.database.close()
    }

    @Test func aCutTailIsFoundAgainstAHeadKeptOutside() async throws {
        let test = try await storeWithRecords()
        let kept = try await AuditVerifier(test.store).verify().head
        try await test.database.write(.intake) { sql in
            try sql.execute("DROP TRIGGER audit_keeps_rows")
            try sql.execute("DELETE FROM audit WHERE sequence > 8")
        }
        #expect(try await AuditVerifier(test.store).verify().fault == nil)
        #expect(try await AuditVerifier(test.store).verify(against: kept).fault == AuditFault(sequence: 9, kind: .notAsKept))
        let other = AuditHead(sequence: 3, hash: Array(repeating: 1, count: 32))
        #expect(try await AuditVerifier(test.store).verify(against: other).fault == AuditFault(sequence: 3, kind: .notAsKept))
        await test.database.close()
    }

    @Test func anUndoneActLeavesNoRecord() async throws {
        struct Mistake: Error {}
        let test = try await storeWithRecords(1)
        await #expect(throws: Mistake.self) {
            try await test.store.write { [self] tx in
                try tx.audit(entry(2))
                throw Mistake()
            }
        }
        let sequence = try await test.store.write { [self] tx in try tx.audit(entry(3)) }
        #expect(sequence == 2)
        #expect(try await AuditVerifier(test.store).verify().records == 2)
        await test.database.close()
    }

    @Test func aPersonalValueStandsInTheLogAsACommitmentOnly() async throws {
        let test = try await TestStore()
        let number = try test.number(42)
        let person = try await test.store.write { tx in
            let person = try tx.person(of: number)
            try tx.audit(AuditEntry(actor: "a", action: "b", object: "c", details: [.personal("number", person, number.e164)]))
            return person
        }
        let (record, same, other) = try await test.store.read { snapshot in
            let record = try #require(try snapshot.auditRecords().first)
            let details = try #require(AuditDetails.decode(record.details))
            guard case .commitment(_, let mac)? = details.first?.value else { return (record, false, true) }
            return (
                record, try snapshot.isCommitment(mac, to: number.e164, named: "number", of: person),
                try snapshot.isCommitment(mac, to: "+79161000043", named: "number", of: person)
            )
        }
        #expect(same && !other)
        #expect(!record.canonical.contains(Array(number.digits.utf8)))
        await test.database.close()
    }
}
