// SPDX-License-Identifier: Apache-2.0
import CRM
import Essentials
import WireFormats

@testable import Delivery
@testable import Store

/// A whole history in fake time: orders, a worker that crashes anywhere, a CRM that lies. The real state machine and the real
/// interpreter; only the disk is a dictionary, and what was not stored before a crash is gone.
struct Simulation {
    var now = Instant(unixSeconds: 1_790_000_000)
    var crm: SimulatedCRM
    private(set) var orders: [OrderRecord] = []
    private(set) var delivered: Set<Int64> = []
    private var remotes: [Int64: [String: JSON]] = [:]
    private var fence: Int64 = 0
    private var dice: Dice
    private let recipe: Recipe
    private let backoff: Backoff
    var crashPercent: Int
    /// FNV-1a over every step, so that one seed is seen to give one history.
    private(set) var hash: UInt64 = 0xcbf2_9ce4_8422_2325

    init(_ kind: SimulatedRecipe, seed: UInt64, faultPercent: Int, attemptsMax: Int64 = 1_000) throws {
        recipe = try Recipe.load(kind.text, file: kind.rawValue)
        crm = SimulatedCRM(isIdempotent: kind == .idempotent, searchLag: .seconds(15), faultPercent: faultPercent)
        dice = Dice(seed: seed)
        backoff = Backoff(attemptsMax: attemptsMax)
        crashPercent = faultPercent / 2
    }

    // MARK: Disk

    mutating func enqueue(lead: Int64, kind: OrderKind) {
        let id = Int64(orders.count + 1)
        orders.append(
            OrderRecord(
                id: RowID(id), ulid: ULID(at: now, random: dice.random), lead: RowID(lead), leadKey: "cs-\(lead)", account: "crm", kind: kind,
                revision: 1,
                payload: ["lead.key": .string("cs-\(lead)")], recipeName: recipe.name, recipeHash: recipe.hash, state: .waiting, attempts: 0,
                dueAt: now, fence: 0, lastError: nil, createdAt: now, updatedAt: now, isBegun: false, leaseUntil: nil, steps: []))
    }

    /// The completing write checks the fence; `false`: another claim has it.
    private mutating func save(_ order: OrderRecord) -> Bool {
        let index = Int(order.id.value) - 1
        guard orders[index].state == .claimed, orders[index].fence == order.fence else { return false }
        orders[index] = order
        if order.state == .delivered { delivered.insert(order.id.value) }
        return true
    }

    private mutating func claim() -> OrderRecord? {
        var heads: [Int64: OrderRecord] = [:]
        for order in orders where !order.state.isFinished && heads[order.lead.value] == nil { heads[order.lead.value] = order }
        let ready = heads.values.filter { $0.state == .waiting && $0.dueAt <= now }.sorted { $0.id < $1.id }
        guard !ready.isEmpty else { return nil }
        fence += 1
        var order = ready[dice.below(ready.count)]
        (order.state, order.fence) = (.claimed, fence)
        orders[Int(order.id.value) - 1] = order
        return order
    }

    // MARK: Worker

    /// Claims one order and carries it on; a crash may end it at any point.
    /// - Returns: `false` when nothing was due.
    mutating func work() -> Bool {
        guard let claimed = claim() else { return false }
        if crashes() { return true }
        var entry = OutboxEntry(claimed, recipe: recipe, backoff: backoff)
        while true {
            let known = remotes[entry.order.lead.value] ?? [:]
            let action = entry.proceed(now: now, account: [:], mapping: [:], remotes: known)
            if crashes() { return true }
            guard save(entry.order) else { return true }
            guard case .send(let intent) = action else { return true }
            if crashes() { return true }
            let ending = send(entry, intent, known)
            now = now + .milliseconds(Int64(dice.below(3_000)))
            if crashes() { return true }
            entry.finish(intent, ending, now: now, jitter: Double(dice.below(1000)) / 1000, counts: true)
            note(entry, intent)
            guard save(entry.order) else { return true }
            for member in entry.order.steps[intent.step].taken.members ?? [] {
                remotes[entry.order.lead.value, default: [:]][member.name] = member.value
            }
            guard entry.order.state == .claimed else { return true }
        }
    }

    private mutating func send(_ entry: OutboxEntry, _ intent: OutboxEntry.Intent, _ known: [String: JSON]) -> OutboxEntry.Ending {
        let context = entry.context(step: intent.step, account: [:], mapping: [:], remotes: known, now: now)
        guard let request = try? recipe.request(intent.operation, context) else { return .answered(CRMAnswer(class: .invalid)) }
        switch crm.handle(request, now: now, dice: &dice) {
        case .response(let response): return .answered(recipe.read(response, to: intent.operation, context))
        case .failedBeforeSend(let why): return .failedBeforeSend(why)
        case .unknown(let why): return .unknown(why)
        }
    }

    private mutating func crashes() -> Bool {
        guard dice.percent(crashPercent) else { return false }
        recoverAll()
        return true
    }

    /// What a start does with what the process before it had claimed.
    mutating func recoverAll() {
        for index in orders.indices where orders[index].state == .claimed {
            var entry = OutboxEntry(orders[index], recipe: recipe, backoff: backoff)
            entry.recover("crash", now: now)
            orders[index] = entry.order
        }
    }

    mutating func retry(_ index: Int) -> Bool {
        var entry = OutboxEntry(orders[index], recipe: recipe, backoff: backoff)
        defer { orders[index] = entry.order }
        return entry.retry(now: now)
    }

    /// Works until nothing is left that waits, moving the clock to the next due time; bounded by `turns`.
    mutating func drain(turns: Int = 100_000) {
        for _ in 0..<turns {
            if work() { continue }
            guard let next = orders.filter({ $0.state == .waiting && isHead($0) }).map(\.dueAt).min() else { return }
            now = max(now, next)
        }
    }

    private func isHead(_ order: OrderRecord) -> Bool {
        orders.first { $0.lead == order.lead && !$0.state.isFinished }?.id == order.id
    }

    private mutating func note(_ entry: OutboxEntry, _ intent: OutboxEntry.Intent) {
        let text =
            "\(entry.order.id) \(intent.operation) \(entry.order.state.rawValue) \(entry.order.steps[intent.step].state.rawValue) \(now.unixMilliseconds)"
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }
}
