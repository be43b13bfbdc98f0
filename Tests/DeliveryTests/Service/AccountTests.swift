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

/// How accounts are paced, kept apart, and left alone while they are down; in fake time.
@Suite struct AccountTests {
    /// R15: an hour of refusal costs one probe an interval and no attempts; then everything goes out in order.
    @Test func deadAccountCostsOneProbeAnInterval() async throws {
        let rig = try await DeliveryRig()
        let account = try DeliveryRig.account()
        var leads: [LeadRecord] = []
        for number in 1...40 {
            leads.append(try await rig.lead(UInt64(number)))
            try await rig.enqueue(leads[number - 1], .deliver, account)
        }
        let isDown = Atomic(true)
        let http = ScriptedHTTP { _ in isDown.load(ordering: .relaxed) ? .refused : .answer(200, "{\"id\":\"7\"}") }
        let engine = rig.engine(http, [account])
        for _ in 0..<720 {
            try await engine.drain()
            rig.time.advance(by: .seconds(5))
        }
        #expect(engine.desk.health["crm"]?.name == "down")
        #expect(http.requests.count <= 3600 / 30 + AccountGate.failuresMax + account.recipe.pace.concurrent)
        #expect(http.requests.count >= 3600 / 30 - 2)
        #expect(try await rig.orders().allSatisfy { $0.attempts == 0 && $0.state == .waiting })
        isDown.store(false, ordering: .relaxed)
        rig.time.advance(by: AccountGate.probeEvery)
        try await engine.drain()
        #expect(try await rig.orders(.delivered).count == 40)
        #expect(engine.desk.health["crm"] == .up)
    }

    /// R14, R15 over restarts: a process that starts again knows what the one before it knew.
    @Test func restartKnowsWhatTheAccountAskedFor() async throws {
        let rig = try await DeliveryRig()
        let account = try DeliveryRig.account("crm", .idempotent, pace: Pace(concurrent: 1))
        try await rig.enqueue(try await rig.lead(1), .deliver, account)
        let first = rig.engine(ScriptedHTTP { _ in .answer(429) }, [account])
        _ = try await first.begin()
        try await first.drain()
        try await rig.enqueue(try await rig.lead(2), .deliver, account)
        let second = rig.engine(DeliveryEngineTests.well, [account])
        _ = try await second.begin()
        #expect(try await second.drain() == 0)
        rig.time.advance(by: .seconds(3))
        #expect(try await second.drain() > 0)
    }

    @Test func restartsDoNotGiveMoreThanTheRate() async throws {
        let rig = try await DeliveryRig()
        let account = try DeliveryRig.account("crm", .idempotent, pace: Pace(perSecond: 2, burst: 10))
        for number in 1...80 { try await rig.enqueue(try await rig.lead(UInt64(number)), .deliver, account) }
        let http = ScriptedHTTP { _ in .answer(200, "{\"id\":\"7\"}") }
        for _ in 0..<6 {
            let engine = rig.engine(http, [account])
            _ = try await engine.begin()
            for _ in 0..<50 {
                try await engine.drain()
                rig.time.advance(by: .milliseconds(100))
            }
        }
        #expect(http.requests.count <= 10 + 2 * 30)
        #expect(http.requests.count >= 2 * 25)
    }

    @Test(arguments: [
        AccountGate.Health.up, .down(since: DeliveryRig.start, probeAt: DeliveryRig.start + .seconds(30)),
        .stopped(why: "bad token", since: DeliveryRig.start, probeAt: DeliveryRig.start),
    ])
    func gateComesBackAsItWasSaved(health: AccountGate.Health) throws {
        var gate = AccountGate(Pace())
        gate.health = health
        gate.pausedUntil = DeliveryRig.start + .seconds(5)
        let back = AccountGate(Pace(), saved: try JSON.parse(gate.saved.text), now: DeliveryRig.start)
        #expect(back.health == health && back.pausedUntil == gate.pausedUntil)
    }

    /// The probes of a dead account go round among its orders: one that would fail anyway does not keep it shut.
    @Test func probesGoRound() async throws {
        let rig = try await DeliveryRig()
        let account = try DeliveryRig.account()
        for number in 1...3 { try await rig.enqueue(try await rig.lead(UInt64(number)), .deliver, account) }
        let http = ScriptedHTTP { _ in .refused }
        let engine = rig.engine(http, [account])
        for _ in 0..<40 {
            try await engine.drain()
            rig.time.advance(by: .seconds(30))
        }
        let probed = Set(http.requests.suffix(6).map(\.key))
        #expect(probed.count == 3)
    }

    /// R14: a rate is never exceeded, and nearly all of it is used.
    @Test(arguments: [Pace(perSecond: 2, burst: 5), Pace(perSecond: 7, burst: 1, concurrent: 3), Pace(perSecond: 0.5, burst: 50)])
    func rateIsKeptAndUsed(pace: Pace) async throws {
        let rig = try await DeliveryRig()
        let account = try DeliveryRig.account("crm", .idempotent, pace: pace)
        for number in 1...260 { try await rig.enqueue(try await rig.lead(UInt64(number)), .deliver, account) }
        let sent = Mutex<[Instant]>([])
        let time = rig.time
        let http = ScriptedHTTP { _ in
            sent.withLock { $0.append(time.now()) }
            return .answer(200, "{\"id\":\"7\"}")
        }
        let engine = rig.engine(http, [account])
        // The clock moves as the service would wake up.
        while rig.time.now() - DeliveryRig.start < .seconds(60) {
            try await engine.drain()
            rig.time.set(min(engine.desk.nextOpening(now: rig.time.now()) ?? .init(unixMilliseconds: .max), rig.time.now() + .seconds(1)))
        }
        let times = sent.withLock { $0 }
        let rate = try #require(pace.perSecond)
        for (index, at) in times.enumerated() {
            let within = times[index...].prefix { $0 - at <= .seconds(10) }.count
            #expect(within <= Int(rate * 10) + pace.burst)
        }
        #expect(Double(times.count) >= 0.95 * rate * 60)
    }

    /// A throttled account waits as it asked; no order is blamed, none of its others is sent meanwhile.
    @Test func throttledAccountWaitsAsAsked() async throws {
        let rig = try await DeliveryRig()
        let account = try DeliveryRig.account("crm", .idempotent, pace: Pace(concurrent: 1))
        for number in 1...3 { try await rig.enqueue(try await rig.lead(UInt64(number)), .deliver, account) }
        let isBusy = Atomic(true)
        let http = ScriptedHTTP { _ in isBusy.load(ordering: .relaxed) ? .answer(429, "{}") : .answer(200, "{\"id\":\"7\"}") }
        let engine = rig.engine(http, [account])
        try await engine.drain()
        #expect(http.requests.count == 1)
        isBusy.store(false, ordering: .relaxed)
        rig.time.advance(by: .milliseconds(2_999))
        try await engine.drain()
        #expect(http.requests.count == 1)
        rig.time.advance(by: .milliseconds(1))
        try await engine.drain()
        #expect(try await rig.orders(.delivered).count == 3)
        #expect(try await rig.orders().allSatisfy { $0.attempts == 0 })
    }

    /// Wrong credentials are the account's trouble: it stops and is shown, no lead is put aside.
    @Test func accountThatRefusesUsIsStoppedAndCanBeResumed() async throws {
        let rig = try await DeliveryRig()
        let account = try DeliveryRig.account("crm", .idempotent, pace: Pace(concurrent: 1))
        var refusing = account
        refusing.recipe = try Recipe.load(
            SimulatedRecipe.idempotent.text.replacing(
                "- {class: server_error}", with: "- {status: 401, class: auth_invalid}\n  - {class: server_error}"), file: "x")
        for number in 1...5 { try await rig.enqueue(try await rig.lead(UInt64(number)), .deliver, refusing) }
        let isRefused = Atomic(true)
        let http = ScriptedHTTP { _ in isRefused.load(ordering: .relaxed) ? .answer(401, "{\"error\":\"bad token\"}") : .answer(200, "{\"id\":\"7\"}")
        }
        let engine = rig.engine(http, [refusing])
        for _ in 0..<10 {
            try await engine.drain()
            rig.time.advance(by: .seconds(30))
        }
        #expect(http.requests.count == 1)
        guard case .stopped(let why, _, _) = engine.desk.health["crm"] else { throw Unexpected() }
        #expect(why == "bad token")
        isRefused.store(false, ordering: .relaxed)
        _ = engine.desk.resume("crm")
        try await engine.drain()
        #expect(try await rig.orders(.delivered).count == 5)
    }

    /// An address that the policy refuses stops the account; the leads stay as they are.
    @Test func refusedAddressStopsTheAccount() async throws {
        let rig = try await DeliveryRig()
        var account = try DeliveryRig.account()
        account.recipe = try Recipe.load(SimulatedRecipe.idempotent.text.replacing("https://crm.example", with: "http://127.0.0.1:9"), file: "x")
        let order = try await rig.enqueue(try await rig.lead(1), .deliver, account)
        let http = try HTTPTransfer()
        let engine = rig.engine(http, [account])
        try await engine.drain()
        #expect(engine.desk.health["crm"]?.name == "stopped")
        #expect(try await rig.order(order.ulid).state == .waiting)
        await http.shutdown()
    }

    /// R13: an account whose requests hang takes its own places only.
    @Test func hangingAccountLeavesOthersAlone() async throws {
        let rig = try await DeliveryRig()
        let hanging = try DeliveryRig.account("hanging", .idempotent, pace: Pace(concurrent: 2))
        var lively = try DeliveryRig.account("lively", .idempotent, pace: Pace(concurrent: 2))
        lively.recipe = try Recipe.load(SimulatedRecipe.idempotent.text.replacing("crm.example", with: "lively.example"), file: "x")
        for number in 1...20 {
            let lead = try await rig.lead(UInt64(number))
            try await rig.enqueue(lead, .deliver, hanging)
            try await rig.enqueue(lead, .deliver, lively)
        }
        let gate = OpenableGate()
        let http = ScriptedHTTP { request in
            if !request.url.contains("lively") { await gate.pass() }
            return .answer(200, "{\"id\":\"7\"}")
        }
        let engine = rig.engine(http, [hanging, lively])
        var stuck: [Task<Void, Never>] = []
        while true {
            let work = try await engine.claim()
            guard !work.isEmpty else { break }
            for one in work where one.entry.order.account == "hanging" { stuck.append(Task { await engine.carry(one) }) }
            for one in work where one.entry.order.account == "lively" { await engine.carry(one) }
        }
        #expect(stuck.count == 2)
        #expect(try await rig.orders(.delivered).count == 20)
        gate.open()
        for task in stuck { await task.value }
        try await engine.drain()
        #expect(try await rig.orders(.delivered).count == 40)
    }
}

/// Lets nobody pass until it is opened.
final class OpenableGate: Sendable {
    private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

    func pass() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
