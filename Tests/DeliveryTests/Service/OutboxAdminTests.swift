// SPDX-License-Identifier: Apache-2.0
import CRM
import Essentials
import HTTPTransfer
import SQLEngine
import Store
import Testing
import WireFormats

@testable import Delivery

/// What people do with the outbox: once, on record, and never by guessing.
@Suite struct OutboxAdminTests {
    /// An order that is held since nobody can look whether it arrived.
    private func held(_ rig: DeliveryRig) async throws -> (OrderRecord, DeliveryAccount) {
        let account = try DeliveryRig.account("crm", .hold)
        let order = try await rig.enqueue(try await rig.lead(1), .deliver, account)
        let engine = rig.engine(ScriptedHTTP { _ in .lost }, [account])
        _ = try await engine.begin()
        try await engine.drain()
        return (try await rig.order(order.ulid), account)
    }

    @Test func unknownOutcomeThatNobodyCanLookUpIsHeldAndShown() async throws {
        let rig = try await DeliveryRig()
        let (order, _) = try await held(rig)
        #expect(order.state == .held)
        let admin = OutboxAdmin(store: rig.store, time: rig.time)
        #expect(try await admin.list(state: .held).items.map(\.ulid) == [order.ulid])
        let details = try await admin.show(order.ulid)
        #expect(details.order.lastError?.contains("may or may not have been done: the connection was lost (libcurl 56)") == true)
        #expect(details.attempts.map(\.result) == ["unknown"])
        let audit = try await rig.store.read { try $0.auditRecords(limit: 100) }
        #expect(audit.contains { $0.action == "order.held" && $0.object == "order \(order.ulid)" })
    }

    @Test func retrySendsOnceHoweverOftenItIsAsked() async throws {
        let rig = try await DeliveryRig()
        let (order, account) = try await held(rig)
        let admin = OutboxAdmin(store: rig.store, time: rig.time)
        try await admin.retry(order.ulid, actor: "operator Anna", note: "not there")
        await #expect(throws: OutboxAdmin.Refusal.wrongState(order.ulid, .waiting)) { try await admin.retry(order.ulid, actor: "operator Anna") }
        let http = ScriptedHTTP { _ in .answer(200, "{\"id\":\"7\"}") }
        try await rig.engine(http, [account]).drain()
        #expect(http.requests.count { $0.operation == "create" } == 1)
        #expect(try await rig.order(order.ulid).state == .delivered)
    }

    @Test func discardLetsTheNextOneGoOn() async throws {
        let rig = try await DeliveryRig()
        let (order, account) = try await held(rig)
        let lead = try #require(try await rig.store.read { try $0.lead(order.lead) })
        let next = try await rig.enqueue(lead, .call, account)
        let admin = OutboxAdmin(store: rig.store, time: rig.time)
        let engine = rig.engine(DeliveryEngineTests.well, [account])
        try await engine.drain()
        #expect(try await rig.order(next.ulid).state == .waiting)
        try await admin.discard(order.ulid, actor: "operator Anna")
        await #expect(throws: OutboxAdmin.Refusal.wrongState(order.ulid, .discarded)) { try await admin.discard(order.ulid, actor: "operator Anna") }
        try await engine.drain()
        // Nothing was delivered, so the call has no record to be put on; it says so.
        #expect(try await rig.order(next.ulid).lastError == "step call needs lead_id, which the CRM has not given")
    }

    @Test func deliveredOrderIsNeitherRetriedNorDiscarded() async throws {
        let rig = try await DeliveryRig()
        let account = try DeliveryRig.account()
        let order = try await rig.enqueue(try await rig.lead(1), .deliver, account)
        let engine = rig.engine(DeliveryEngineTests.well, [account])
        _ = try await engine.begin()
        try await engine.drain()
        let admin = OutboxAdmin(store: rig.store, time: rig.time)
        await #expect(throws: OutboxAdmin.Refusal.wrongState(order.ulid, .delivered)) { try await admin.retry(order.ulid, actor: "x") }
        await #expect(throws: OutboxAdmin.Refusal.wrongState(order.ulid, .delivered)) { try await admin.discard(order.ulid, actor: "x") }
        let nobody = ULID(at: DeliveryRig.start, random: SeededRandom(seed: 99))
        await #expect(throws: OutboxAdmin.Refusal.notFound(nobody)) { try await admin.show(nobody) }
    }

    /// R45: neither a failure's text nor an attempt's shows what could be a secret.
    @Test func attemptsHoldNoSecret() async throws {
        let rig = try await DeliveryRig()
        let account = DeliveryAccount(
            name: "sink", recipe: try #require(Recipe.shipped("generic-webhook")),
            fields: ["url": Secret("https://sink.example/hooks/canary"), "secret": Secret("whsec_" + "Y2FuYXJ5Y2FuYXJ5")], policy: .publicOnly)
        let lead = try await rig.lead(1)
        let order = try await rig.enqueue(lead, .deliver, account)
        for result in [TransferResult.lost, .refused, .answer(500), .answer(422, "{\"error\":\"phone\"}")] {
            try await rig.engine(ScriptedHTTP { _ in result }, [account]).drain()
            rig.time.advance(by: .seconds(3_600))
        }
        let admin = OutboxAdmin(store: rig.store, time: rig.time)
        let details = try await admin.show(order.ulid)
        #expect(details.attempts.count == 4)
        #expect(!"\(details)".contains("canary") && !"\(details)".contains("Y2FuYXJ5"))
    }
}
