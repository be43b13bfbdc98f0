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

/// RELIABILITY.md R14 with counting sinks: no span of time holds more than it may, over restarts too, and nearly all is used.
/// In fake time.
@Suite struct BudgetTests {
    /// A sink that counts as the CRM does.
    struct Sink: Sendable, CustomTestStringConvertible {
        var name: String
        var pace: Pace
        /// Requests that any span of so long may hold.
        var limits: [(count: Int, span: Duration)]
        /// What it should use of its budget in the time of the test.
        var allowed: Int
        var testDescription: String { name }
    }

    static let minutes = 3
    static let sinks = [
        Sink(name: "bucket of 50, 2 a second", pace: Pace(perSecond: 2, burst: 50), limits: [(50 + 2 * 60, .seconds(60))], allowed: 50 + 360),
        Sink(name: "7 a second", pace: Pace(perSecond: 7, burst: 1, concurrent: 3), limits: [(8, .seconds(1)), (71, .seconds(10))], allowed: 1260),
        Sink(
            name: "100 in 10 s", pace: Pace(concurrent: 100, windows: [.init(limit: 100, span: .seconds(10))]), limits: [(100, .seconds(10))],
            allowed: 1800),
        Sink(
            name: "100 in 10 s, 900 in 5 min",
            pace: Pace(concurrent: 100, windows: [.init(limit: 100, span: .seconds(10)), .init(limit: 900, span: .seconds(300))]),
            limits: [(100, .seconds(10)), (900, .seconds(300))], allowed: 900),
    ]

    @Test(arguments: sinks, [false, true])
    func limitIsNeverExceededAndNearlyAllIsUsed(sink: Sink, restarts: Bool) async throws {
        let rig = try await DeliveryRig()
        var account = try DeliveryRig.account("crm", .idempotent, pace: sink.pace)
        account.recipe = try Recipe.load(SimulatedRecipe.oneStep, file: "one step")
        try await rig.fill(account, leads: sink.allowed + 200)
        let sent = Mutex<[Instant]>([])
        let time = rig.time
        let http = ScriptedHTTP { _ in
            sent.withLock { $0.append(time.now()) }
            return .answer(200, "{\"id\":\"7\"}")
        }
        let end = DeliveryRig.start + .seconds(Int64(Self.minutes * 60))
        var engine = rig.engine(http, [account])
        _ = try await engine.begin()
        var bornAt = rig.time.now()
        while rig.time.now() < end {
            // The old process is gone without a word, as kill -9 leaves it.
            if restarts, rig.time.now() - bornAt >= .seconds(5) {
                engine = rig.engine(http, [account])
                _ = try await engine.begin()
                bornAt = rig.time.now()
            }
            try await engine.drain()
            let opening = engine.desk.nextOpening(now: rig.time.now()) ?? end
            rig.time.set(max(rig.time.now() + .milliseconds(1), min(opening, rig.time.now() + .seconds(1))))
        }
        let times = sent.withLock { $0.sorted() }
        for (count, span) in sink.limits {
            var first = 0
            for (index, at) in times.enumerated() {
                while at - times[first] >= span { first += 1 }
                #expect(index - first + 1 <= count, "\(sink.name)")
            }
        }
        #expect(Double(times.count) >= 0.95 * Double(sink.allowed), "\(times.count) of \(sink.allowed)")
    }

    @Test func clockThatIsSetBackShutsNobodyOutForLong() {
        var window = SlidingWindow(limit: 3, span: .seconds(10))
        let now = DeliveryRig.start
        for _ in 0..<3 { window.count(now: now) }
        #expect(window.left(now: now) == 0)
        let yesterday = now - .seconds(86_400)
        #expect(window.left(now: yesterday) == 0)
        #expect(window.left(now: yesterday + .milliseconds(10_200)) == 3)
    }

    /// What the store keeps of an account after a delivery is the account as it stands.
    @Test func deliveryLeavesTheAccountsStandingInTheStore() async throws {
        let rig = try await DeliveryRig()
        let account = try DeliveryRig.account()
        try await rig.enqueue(try await rig.lead(1), .deliver, account)
        let engine = rig.engine(DeliveryEngineTests.well, [account])
        _ = try await engine.begin()
        try await engine.drain()
        #expect(try await rig.store.read { try $0.accountStates() }["crm"]?["health"] == "up")
    }

    @Test func budgetIsTheSameAfterARestart() throws {
        let pace = Pace(perSecond: 2, burst: 10, windows: [.init(limit: 20, span: .seconds(60))])
        var gate = AccountGate(pace)
        for _ in 0..<7 { gate.take(now: DeliveryRig.start) }
        var back = AccountGate(pace, saved: try JSON.parse(gate.saved.text), now: DeliveryRig.start)
        #expect(back.room(underWay: 0, now: DeliveryRig.start) == 3)
        #expect(back.windows == gate.windows)
        #expect(back.room(underWay: 0, now: DeliveryRig.start + .seconds(1)) == 5)
    }
}

extension SimulatedRecipe {
    /// One request a lead.
    static let oneStep = idempotent.text.replacing("\n    - {step: note, do: note, needs: lead_id}", with: "")
}

extension DeliveryRig {
    /// So many leads with an order each, in few transactions.
    func fill(_ account: DeliveryAccount, leads: Int) async throws {
        for first in stride(from: 0, to: leads, by: 500) {
            try await store.write { tx in
                for number in first..<min(first + 500, leads) {
                    var lead = LeadRecord(
                        ulid: ULID(at: DeliveryRig.start, random: SeededRandom(seed: UInt64(number + 1))), createdAt: DeliveryRig.start)
                    try tx.save(&lead)
                    try tx.enqueueOrder(
                        lead: lead.id, account: account.name, kind: .deliver, payload: ["lead.key": .string(lead.key)],
                        recipe: (account.recipe.name, account.recipe.hash))
                }
            }
        }
    }
}
