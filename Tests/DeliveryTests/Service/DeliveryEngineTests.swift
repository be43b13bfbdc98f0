// SPDX-License-Identifier: Apache-2.0
import CRM
import Essentials
import HTTPTransfer
import SQLEngine
import Store
import Synchronization
import Testing
import WireFormats

@testable import Delivery

/// The engine on a real store, in fake time.
@Suite struct DeliveryEngineTests {
    /// Answers everything as the simulated CRM does when it is well.
    static let well = ScriptedHTTP { $0.operation == "find" ? .answer(200, "{\"items\":[]}") : .answer(200, "{\"id\":\"7\"}") }

    @Test func deliveredLeadKnowsItsRemoteId() async throws {
        let rig = try await DeliveryRig()
        let account = try DeliveryRig.account()
        let lead = try await rig.lead(1)
        let order = try await rig.enqueue(lead, .deliver, account)
        #expect(try await rig.store.read { try $0.lead(lead.id)?.remoteState } == "waiting")
        let engine = rig.engine(Self.well, [account])
        #expect(try await engine.drain() == 1)
        let done = try await rig.order(order.ulid)
        #expect(done.state == .delivered && done.attempts == 0 && done.lastError == nil)
        #expect(done.steps.map(\.state) == [.done, .done])
        #expect(try await rig.store.read { try $0.lead(lead.id)?.remoteState } == "delivered")
        #expect(try await rig.store.read { try $0.remotes(lead: lead.id, account: "crm") } == ["lead_id": "7"])
        let attempts = try await rig.store.read { try $0.attempts(of: order.id) }
        #expect(attempts.map(\.operation) == ["create", "note"])
        #expect(attempts.allSatisfy { $0.result == "ok" && $0.status == 200 && $0.endedAt != nil })
        #expect(try await engine.drain() == 0)
    }

    @Test func laterRevisionReplacesAnUnsentOneInItsPlace() async throws {
        let rig = try await DeliveryRig()
        let account = try DeliveryRig.account()
        let lead = try await rig.lead(1)
        let first = try await rig.enqueue(lead, .deliver, account, [("lead.name", "old")])
        let second = try await rig.enqueue(lead, .update, account, [("lead.name", "new")])
        #expect(second.id == first.id && second.kind == .deliver && second.revision == 2)
        #expect(second.payload["lead.name"] == "new")
        let call = try await rig.enqueue(lead, .call, account)
        let again = try await rig.enqueue(lead, .call, account)
        #expect(call.id != again.id)
        #expect(try await rig.orders().count == 3)
    }

    @Test func revisionOfADeliveredLeadIsAnUpdate() async throws {
        let rig = try await DeliveryRig()
        let account = try DeliveryRig.account()
        let lead = try await rig.lead(1)
        try await rig.enqueue(lead, .deliver, account)
        let http = Self.well
        let engine = rig.engine(http, [account])
        try await engine.drain()
        let update = try await rig.enqueue(lead, .deliver, account)
        #expect(update.kind == .update && update.revision == 1)
        try await engine.drain()
        // The id that the first order learned is there for the second.
        #expect(http.requests.last { $0.operation == "change" && $0.key == lead.key }?.json["lead"] == "7")
    }

    @Test func updateWithoutAnythingDeliveredBecomesTheDelivery() async throws {
        let rig = try await DeliveryRig()
        let account = try DeliveryRig.account()
        #expect(try await rig.enqueue(try await rig.lead(1), .update, account).kind == .deliver)
    }

    /// An open step is never replaced: what it may have sent must be settled first.
    @Test func openStepIsNotReplaced() async throws {
        let rig = try await DeliveryRig()
        let account = try DeliveryRig.account()
        let lead = try await rig.lead(1)
        let first = try await rig.enqueue(lead, .deliver, account)
        let engine = rig.engine(ScriptedHTTP { _ in .lost }, [account])
        try await engine.drain()
        let second = try await rig.enqueue(lead, .update, account)
        #expect(second.id != first.id && second.kind == .update)
        #expect(try await rig.order(first.ulid).revision == 1)
    }

    /// R9 with kills: the claim's transaction is synced, the request reached the CRM, then the process ends.
    @Test(arguments: [SimulatedRecipe.idempotent, .lookUp, .hold], [true, false])
    func killAroundTheSendLeavesOneRecord(kind: SimulatedRecipe, arrived: Bool) async throws {
        let rig = try await DeliveryRig()
        let account = try DeliveryRig.account("crm", kind)
        let lead = try await rig.lead(1)
        let order = try await rig.enqueue(lead, .deliver, account)
        let crm = Ledger()
        let http = ScriptedHTTP { crm.answer($0) }
        // Before the kill: claimed and, for a first look, looked.
        let dying = rig.engine(http, [account])
        var work = try #require(try await dying.claim().first)
        if work.intent.purpose == .firstLook { work = try #require(await dying.firstStep(of: work)) }
        if arrived { crm.create(lead.key, order: "\(lead.key).lead") }
        // After it: a new process.
        let next = rig.engine(http, [account])
        #expect(try await next.begin() == 1)
        for _ in 0..<10 {
            try await next.drain()
            rig.time.advance(by: .seconds(30))
        }
        let end = try await rig.order(order.ulid)
        if kind == .hold {
            #expect(end.state == .held)
            #expect(crm.created == (arrived ? [lead.key] : []))
        } else {
            #expect(end.state == .delivered)
            #expect(crm.created == [lead.key])
        }
        #expect(end.attempts == 0)
    }

    /// R16: a worker that slept past its lease can't finish.
    @Test func staleWorkerCanNotFinish() async throws {
        let rig = try await DeliveryRig()
        let account = try DeliveryRig.account()
        let order = try await rig.enqueue(try await rig.lead(1), .deliver, account)
        let sleeper = rig.engine(ScriptedHTTP { _ in .answer(500) }, [account])
        let stale = try #require(try await sleeper.claim().first)
        rig.time.advance(by: .seconds(301))
        let other = rig.engine(Self.well, [account])
        #expect(try await other.recover(now: rig.time.now()) == 1)
        try await other.drain()
        await sleeper.carry(stale)
        let end = try await rig.order(order.ulid)
        #expect(end.state == .delivered && end.attempts == 0)
    }

    @Test func claimUnderWayIsNotTakenFromItsOwnProcess() async throws {
        let rig = try await DeliveryRig()
        let account = try DeliveryRig.account()
        try await rig.enqueue(try await rig.lead(1), .deliver, account)
        let engine = rig.engine(Self.well, [account])
        _ = try await engine.claim()
        rig.time.advance(by: .seconds(3600))
        #expect(try await engine.recover(now: rig.time.now()) == 0)
    }

    /// R11: a lead that never passes is put aside; what is behind it waits, other leads go on.
    @Test func poisonLeadBlocksOnlyItself() async throws {
        let rig = try await DeliveryRig()
        let account = try DeliveryRig.account()
        let poisoned = try await rig.lead(1), healthy = try await rig.lead(2)
        let key = poisoned.key
        let text = SimulatedRecipe.idempotent.text.replacing(
            "- {class: server_error}", with: "- {status: 422, class: invalid}\n  - {class: server_error}")
        var strict = account
        strict.recipe = try Recipe.load(text, file: "strict")
        let bad = try await rig.enqueue(poisoned, .deliver, strict)
        let behind = try await rig.enqueue(poisoned, .call, strict)
        let good = try await rig.enqueue(healthy, .deliver, strict)
        let http = ScriptedHTTP { $0.key == key ? .answer(422, "{\"error\":\"x\",\"message\":\"phone is required\"}") : .answer(200, "{\"id\":1}") }
        let engine = rig.engine(http, [strict])
        try await engine.drain()
        #expect(try await rig.order(bad.ulid).state == .dead)
        #expect(try await rig.order(bad.ulid).lastError == "invalid: phone is required")
        #expect(try await rig.order(behind.ulid).state == .waiting)
        #expect(try await rig.order(good.ulid).state == .delivered)
    }

    /// Orders are pinned to their recipe: one written under an older text is finished with that text.
    @Test func orderIsFinishedWithTheRecipeItWasWrittenUnder() async throws {
        let rig = try await DeliveryRig()
        let old = try DeliveryRig.account()
        _ = try await rig.engine(Self.well, [old]).begin()
        try await rig.enqueue(try await rig.lead(1), .deliver, old)
        var new = old
        new.recipe = try Recipe.load(SimulatedRecipe.idempotent.text.replacing("post: create", with: "post: create2"), file: "new")
        try await rig.enqueue(try await rig.lead(2), .deliver, new)
        let http = ScriptedHTTP { _ in .answer(200, "{\"id\":\"7\"}") }
        try await rig.engine(http, [new]).drain()
        #expect(http.requests.map(\.operation).filter { $0.hasPrefix("create") }.sorted() == ["create", "create2"])
    }

    /// An order whose recipe is nowhere is put aside; it keeps nobody else from being delivered.
    @Test func orderWithoutItsRecipeIsPutAside() async throws {
        let rig = try await DeliveryRig()
        let account = try DeliveryRig.account()
        var lost = account
        lost.recipe = try Recipe.load(SimulatedRecipe.idempotent.text + "\n# never stored", file: "lost")
        let orphan = try await rig.enqueue(try await rig.lead(1), .deliver, lost)
        let healthy = try await rig.enqueue(try await rig.lead(2), .deliver, account)
        try await rig.engine(Self.well, [account]).drain()
        #expect(try await rig.order(orphan.ulid).state == .dead)
        #expect(try await rig.order(healthy.ulid).state == .delivered)
        try await OutboxAdmin(store: rig.store, time: rig.time).discard(orphan.ulid, actor: "x")
    }

    @Test func twoAccountsOfOneRecipeAreApart() async throws {
        let rig = try await DeliveryRig()
        let one = try DeliveryRig.account("one"), two = try DeliveryRig.account("two")
        let lead = try await rig.lead(1)
        let first = try await rig.enqueue(lead, .deliver, one)
        let second = try await rig.enqueue(lead, .deliver, two)
        #expect(first.kind == .deliver && second.kind == .deliver)
        try await rig.engine(Self.well, [one, two]).drain()
        #expect(try await rig.orders(.delivered).count == 2)
    }

    /// An account that was taken out of the configuration keeps its orders, visible and unsent.
    @Test func orderOfAnUnknownAccountWaits() async throws {
        let rig = try await DeliveryRig()
        let gone = try DeliveryRig.account("gone")
        let order = try await rig.enqueue(try await rig.lead(1), .deliver, gone)
        #expect(try await rig.engine(Self.well, [try DeliveryRig.account()]).drain() == 0)
        #expect(try await rig.order(order.ulid).state == .waiting)
        #expect(try await rig.store.read { try $0.outboxCounts() }.map(\.count) == [1])
    }

    /// R17: the clock is set back by a day; what was due soon is due soon again.
    @Test func clockSetBackDoesNotKeepOrdersForEver() async throws {
        let rig = try await DeliveryRig()
        let account = try DeliveryRig.account()
        let order = try await rig.enqueue(try await rig.lead(1), .deliver, account)
        rig.time.set(DeliveryRig.start - .seconds(400 * 86_400))
        let engine = rig.engine(Self.well, [account])
        #expect(try await engine.drain() == 0)
        try await engine.clampDueTimes()
        rig.time.advance(by: CRMAnswer.waitMax)
        #expect(try await engine.drain() == 1)
        #expect(try await rig.order(order.ulid).state == .delivered)
    }

    @Test func forgottenLeadLeavesNothingToSend() async throws {
        let rig = try await DeliveryRig()
        let account = try DeliveryRig.account()
        let lead = try await rig.lead(1)
        let order = try await rig.enqueue(lead, .deliver, account, [("lead.phone", "+79161234567")])
        try await rig.store.write { tx in try tx.forgetOrders(of: lead.id) }
        let left = try await rig.order(order.ulid)
        #expect(left.state == .discarded && left.payload == .object([]))
        #expect(try await rig.engine(Self.well, [account]).drain() == 0)
    }
}

extension DeliveryEngine {
    /// Carries a first look to the request that follows it, whose intent is then stored; that one is not sent.
    func firstStep(of work: Work) async -> Work? { await carryOne(work) }
}

/// What a CRM really has, by our key.
final class Ledger: Sendable {
    private let state = Mutex<[(key: String, step: String)]>([])

    var created: [String] { state.withLock { $0.map(\.key) } }

    func create(_ key: String, order step: String) { state.withLock { $0.append((key, step)) } }

    func answer(_ request: TransferRequest) -> TransferResult {
        switch request.operation {
        case "find":
            let found = created.filter { $0 == request.key }.map { "{\"id\":\"7\",\"key\":\"\($0)\"}" }.joined(separator: ",")
            return .answer(200, "{\"items\":[\(found)]}")
        case "create":
            let step = request.json["step"]?.string ?? ""
            state.withLock { state in if !state.contains(where: { $0.step == step }) { state.append((request.key, step)) } }
            return .answer(200, "{\"id\":\"7\"}")
        default: return .answer(200, "{\"id\":\"8\"}")
        }
    }
}
