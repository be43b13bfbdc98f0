// SPDX-License-Identifier: Apache-2.0
import CRM
import Essentials
import HTTPTransfer
import SQLEngine
import Store
import Testing
import WireFormats

@testable import Delivery

/// What a CRM refused, mended by people (RELIABILITY.md R41, R42).
@Suite struct RepairTests {
    /// A CRM that wants a phone number of eleven digits.
    static func picky(_ text: String = SimulatedRecipe.idempotent.text) throws -> DeliveryAccount {
        var account = try DeliveryRig.account()
        account.recipe = try Recipe.load(
            text.replacing(
                "json: {key: \"{lead.key}\", step: \"{step.key}\"}",
                with: "json: {key: \"{lead.key}\", step: \"{step.key}\", phone: \"{lead.phone}\"}"
            )
            .replacing("- {class: server_error}", with: "- {status: 422, class: invalid}\n  - {class: server_error}"), file: "picky")
        return account
    }

    static let http = ScriptedHTTP { request in
        guard request.operation == "create" else { return .answer(200, "{\"id\":\"7\"}") }
        let isGood = request.json["phone"]?.string?.count == 12
        return isGood ? .answer(200, "{\"id\":\"7\"}") : .answer(422, "{\"error\":\"x\",\"message\":\"phone: not a number\"}")
    }

    private func refused(_ rig: DeliveryRig, _ numbers: ClosedRange<UInt64> = 1...1) async throws -> ([OrderRecord], DeliveryEngine) {
        let account = try Self.picky()
        for number in numbers {
            try await rig.enqueue(try await rig.lead(number), .deliver, account, [("lead.phone", "12"), ("lead.score", 7)])
        }
        let engine = rig.engine(Self.http, [account])
        _ = try await engine.begin()
        try await engine.drain()
        return (try await rig.orders(.dead), engine)
    }

    @Test func refusedLeadIsCorrectedAndDelivered() async throws {
        let rig = try await DeliveryRig()
        let (orders, engine) = try await refused(rig)
        let order = try #require(orders.first)
        #expect(order.lastError == "invalid: phone: not a number")
        let admin = OutboxAdmin(store: rig.store, time: rig.time)
        let corrected = try await admin.correct(order.ulid, ["lead.phone": "+79161234567", "lead.score": "9"], actor: "Anna", note: "asked back")
        #expect(corrected.state == .waiting && corrected.payload["lead.phone"] == "+79161234567" && corrected.payload["lead.score"] == 9)
        try await engine.drain()
        let done = try await admin.show(order.ulid)
        #expect(done.order.state == .delivered && done.order.revision == 2)
        #expect(done.attempts.map(\.operation) == ["create", "send again", "create", "note"])
        #expect(done.attempts[1].result == "asked by Anna")
        let audit = try await rig.store.read { try $0.auditRecords(limit: 100) }
        let act = try #require(audit.first { $0.action == "order.correct" })
        // Which fields, never their values: those are a person's.
        #expect(act.actor == "Anna" && act.reason == "lead.phone, lead.score: asked back" && !"\(act)".contains("7916"))
    }

    @Test(arguments: [["lead.key": "cs-x"], ["phone": "1"], ["lead.nothing": "1"], ["outcome.paid": "1"], [:]])
    func correctionThatCanNotBeIsRefusedWithTheFieldsThereAre(changes: [String: String]) async throws {
        let rig = try await DeliveryRig()
        let (orders, _) = try await refused(rig)
        let order = try await rig.order(try #require(orders.first).ulid)
        do {
            try await OutboxAdmin(store: rig.store, time: rig.time).correct(order.ulid, changes, actor: "x")
            Issue.record("taken")
        } catch let refusal as OutboxAdmin.Refusal {
            #expect(changes.isEmpty || refusal.description.contains("lead.phone, lead.score"))
        }
        #expect(try await rig.order(order.ulid) == order)
    }

    @Test func correctionOfADeliveredOrderIsRefused() async throws {
        let rig = try await DeliveryRig()
        let account = try DeliveryRig.account()
        let order = try await rig.enqueue(try await rig.lead(1), .deliver, account)
        try await rig.engine(DeliveryEngineTests.well, [account]).drain()
        await #expect(throws: OutboxAdmin.Refusal.wrongState(order.ulid, .delivered)) {
            try await OutboxAdmin(store: rig.store, time: rig.time).correct(order.ulid, ["lead.name": "x"], actor: "x")
        }
    }

    /// R42: what was given up since a time is sent again, once however often it is asked; what was given up before is not.
    @Test func redriveSendsOnlyWhatWasAskedAndOnce() async throws {
        let rig = try await DeliveryRig()
        _ = try await refused(rig, 1...3)
        rig.time.advance(by: .seconds(3_600))
        let since = rig.time.now()
        _ = try await refused(rig, 11...13)
        let admin = OutboxAdmin(store: rig.store, time: rig.time)
        #expect(try await admin.redrive(since: since, account: "other", actor: "Anna") == 0)
        #expect(try await admin.redrive(since: since, actor: "Anna") == 3)
        #expect(try await admin.redrive(since: since, actor: "Anna") == 0)
        #expect(try await rig.orders(.waiting).count == 3)
        #expect(try await rig.orders(.dead).count == 3)
    }

    /// More than one transaction's worth.
    @Test func redriveTakesAllHoweverMany() async throws {
        let rig = try await DeliveryRig()
        _ = try await refused(rig, 1...230)
        #expect(try await OutboxAdmin(store: rig.store, time: rig.time).redrive(since: DeliveryRig.start, actor: "Anna") == 230)
    }

    /// A paused account is sent nothing, over a restart too; resumed, it goes on where it was.
    @Test func pausedAccountWaitsForItsPerson() async throws {
        let rig = try await DeliveryRig()
        let account = try DeliveryRig.account()
        for number in 1...5 { try await rig.enqueue(try await rig.lead(UInt64(number)), .deliver, account) }
        let http = DeliveryEngineTests.well
        let before = http.requests.count
        let first = rig.engine(http, [account])
        _ = try await first.begin()
        #expect(try await first.decide("account.pause", "crm", by: "Anna") { $0.pause("crm", by: "Anna") })
        #expect(try await first.decide("account.pause", "nobody", by: "Anna") { $0.pause("nobody", by: "Anna") } == false)
        #expect(try await first.drain() == 0)
        #expect(first.desk.nextOpening(now: rig.time.now()) == nil)
        let second = rig.engine(http, [account])
        _ = try await second.begin()
        rig.time.advance(by: .seconds(86_400))
        #expect(try await second.drain() == 0)
        #expect(second.desk.standings.map(\.pausedBy) == ["Anna"])
        #expect(try await second.decide("account.resume", "crm", by: "Anna") { $0.resume("crm") })
        try await second.drain()
        #expect(try await rig.orders(.delivered).count == 5)
        #expect(http.requests.count >= before + 10)
        let acts = try await rig.store.read { try $0.auditRecords(limit: 100) }.map(\.action)
        #expect(acts.contains("account.pause") && acts.contains("account.resume"))
    }
}
