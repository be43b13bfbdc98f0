// SPDX-License-Identifier: Apache-2.0
public import CallModel
internal import Essentials
internal import SQLEngine
internal import WireFormats

/// What an erasure took away.
public struct ErasureReport: Sendable, Hashable {
    public var calls = 0
    public var leads = 0
    public var decisions = 0
    public var answers = 0
    public var rawBodies = 0
    public var directoryEntries = 0
    /// By other parts of the product, under their names.
    public var others: [String: Int] = [:]
    /// Whether the number was known at all.
    public var wasKnown = false
}

/// How a part with tables of its own forgets a person's leads, in the same transaction.
public struct Eraser: Sendable {
    public let name: String
    let erase: @Sendable (Transaction, [LeadRecord.ID], PhoneNumber) throws -> Int

    /// - Parameter erase: removes all personal values of these leads and this number; returns how many rows it changed.
    public init(_ name: String, _ erase: @escaping @Sendable (Transaction, [LeadRecord.ID], PhoneNumber) throws -> Int) {
        self.name = name
        self.erase = erase
    }
}

extension Store {
    /// Forgets a number: destroys the person's key, reduces rows to stubs, drops raw requests, and puts the act on
    /// record, all in one transaction; then empties the log, so that no erased byte stays in it.
    ///
    /// The audit chain still verifies: it held commitments only, and they mean nothing without the key. The number
    /// calling again is a new person. Safe to repeat. Copies outside (backups, CRMs) are not touched.
    public func forget(_ number: PhoneNumber, by actor: String, reason: String, erasers: [Eraser] = Store.erasers) async throws -> ErasureReport {
        let report = try await write(.housekeeping) { tx in
            try tx.forget(number, by: actor, reason: reason, erasers: erasers)
        }
        vault.forgetOpenedKeys()
        try await emptyLog(attempts: 3)
        return report
    }
}

extension Store {
    /// A reader between two statements can hold the log beyond the wait; it is cut by then, and gone the next time.
    private func emptyLog(attempts: Int) async throws {
        for attempt in 1...attempts {
            do { return try await database.emptyLog() } catch let failure as SQLFailure {
                guard failure.code == .busy, attempt < attempts else {
                    throw SQLFailure(failure.code, "the number is erased, but the log still holds it: repeat the command (\(failure.message))")
                }
            }
        }
    }
}

extension Transaction {
    func forget(_ number: PhoneNumber, by actor: String, reason: String, erasers: [Eraser]) throws -> ErasureReport {
        var report = ErasureReport()
        report.directoryEntries = try sql.execute("DELETE FROM directory WHERE number = $1", [SQLValue(number)])
        report.rawBodies = try dropUnreadable(naming: number)
        var object = "unknown number"
        if let person = try knownPerson(of: number) {
            report.wasKnown = true
            object = "person \(person)"
            let leads = try sql.query("SELECT id FROM leads WHERE person = $1", [SQLValue(person)]) { $0.id(0) as LeadRecord.ID }
            for eraser in erasers { report.others[eraser.name] = try eraser.erase(self, leads, number) }
            try erase(person, &report)
        }
        try audit(
            AuditEntry(
                actor: actor, action: "person.forget", object: object, reason: reason,
                details: [.plain("calls", String(report.calls)), .plain("leads", String(report.leads))]))
        return report
    }

    private func erase(_ person: PersonID, _ report: inout ErasureReport) throws {
        let of = [SQLValue(person)]
        report.rawBodies += try sql.execute(
            """
            DELETE FROM raw_bodies WHERE id IN
                (SELECT raw FROM events WHERE call IN (SELECT id FROM calls WHERE person = $1)
                 UNION SELECT raw FROM outcomes WHERE lead IN (SELECT id FROM leads WHERE person = $1))
            """, of)
        _ = try sql.execute(
            "UPDATE events SET answer = NULL, content_hash = x'' WHERE call IN (SELECT id FROM calls WHERE person = $1)", of)
        report.answers = try sql.execute("DELETE FROM answers WHERE lead IN (SELECT id FROM leads WHERE person = $1)", of)
        report.decisions = try eraseDecisions(of)
        report.calls = try sql.execute(
            """
            UPDATE calls SET number = NULL, caller_text = NULL, caller_name = NULL, digits = NULL, recording = NULL, extra = NULL,
                fold = x'', erased = 1
            WHERE person = $1
            """, of)
        report.leads = try sql.execute(
            """
            UPDATE leads SET number = NULL, name = NULL, company = NULL, email = NULL, say = NULL, remote_error = NULL, erased = 1
            WHERE person = $1
            """, of)
        _ = try sql.execute(
            "UPDATE persons SET sealed_key = NULL, blind_index = NULL, erased_at = $1 WHERE id = $2", [SQLValue(time.now())] + of)
    }

    /// A decision stays with its rule and word; facts, sentence and note go, so it can't be run again.
    private func eraseDecisions(_ of: [SQLValue]) throws -> Int {
        let stubs = try sql.query(
            """
            SELECT * FROM decisions WHERE call IN (SELECT id FROM calls WHERE person = $1)
            UNION SELECT * FROM decisions WHERE lead IN (SELECT id FROM leads WHERE person = $1)
            """, of, DecisionRecord.init(row:))
        for var stub in stubs {
            stub.verdict.say = nil
            stub.verdict.unreadable = []
            _ = try sql.execute(
                "UPDATE decisions SET facts = '{}', verdict = $1, note = NULL, erased = 1 WHERE id = $2",
                [.text(DecisionJSON.verdict(stub.verdict).text), SQLValue(stub.id)])
        }
        return stubs.count
    }

    /// Requests that nobody could read belong to no person; those that hold the number's digits go too.
    private func dropUnreadable(naming number: PhoneNumber) throws -> Int {
        let digits = Array(number.digits.utf8)
        let unreadable = try sql.query("SELECT id, head, body FROM raw_bodies WHERE problem IS NOT NULL") { row in
            (id: row.integer(0), holds: row.blob(1).contains(digits) || row.blob(2).contains(digits))
        }
        for row in unreadable where row.holds { _ = try sql.execute("DELETE FROM raw_bodies WHERE id = $1", [.integer(row.id)]) }
        return unreadable.lazy.filter(\.holds).count
    }
}

extension Store {
    /// What `forget` also asks. A part with tables of its own adds its `Eraser`.
    public static let erasers: [Eraser] = [.outbox]
}
