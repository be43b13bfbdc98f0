// SPDX-License-Identifier: Apache-2.0
import CallModel
import Delivery
import Essentials
import Screening
import Store

/// Watches a history from outside: what was promised to whom, who holds which claim, and what is there in the end.
struct Checker {
    private(set) var violations: [Violation] = []
    /// FNV-1a over what happened.
    private(set) var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    /// Keys of events that a 2xx left for.
    private(set) var acked: Set<String> = []
    private var answers: [String: String] = [:]
    private var heardOf: Set<Int> = []
    /// What a process remembers of keys, where a mutation trusts memory.
    private(set) var inMemory: Set<String> = []
    private var claims = 0
    private var owners: [Int64: Int] = [:]

    mutating func fail(_ promise: String, _ text: String) {
        if violations.count < 20 { violations.append(Violation(promise: promise, text: text)) }
    }

    private mutating func mix(_ text: String) {
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }

    // MARK: Webhooks

    mutating func acknowledge(_ key: String, _ time: Int64) {
        acked.insert(key)
        mix("\(key) \(time)")
    }

    /// The PBX has its answer.
    mutating func heard(_ index: Int, _ answer: String, _ telephone: Telephone) {
        heardOf.insert(index)
        let key = telephone.deliveries[index].event.dedupeKey
        acked.insert(key)
        let first = answers[key] ?? answer
        answers[key] = first
        if first != answer { fail("R7", "\(key) was answered \"\(first)\", then \"\(answer)\"") }
    }

    func isUnanswered(_ index: Int) -> Bool { !heardOf.contains(index) }

    mutating func remember(_ key: String) { inMemory.insert(key) }
    mutating func memoryLost() { inMemory = [] }

    /// After a restart: what was acknowledged is there.
    mutating func survived(_ disk: Disk) {
        owners = [:]
        let lost = acked.filter { disk.eventsByKey[$0] == nil }
        if !lost.isEmpty { fail("R1", "\(lost.count) acknowledged events are gone, such as \(lost.sorted()[0])") }
    }

    // MARK: Claims

    mutating func claimed(_ order: Int64) -> Int {
        claims += 1
        owners[order] = claims
        return claims
    }

    mutating func released(_ order: Int64) { owners[order] = nil }

    mutating func saved(_ order: Int64, claim: Int) {
        if owners[order] != claim { fail("R16", "order \(order): a worker without the claim finished") }
    }

    mutating func note(_ carry: World.Carry, _ intent: OutboxEntry.Intent, _ time: Int64) {
        mix("\(carry.entry.order.id) \(intent.operation) \(carry.claim) \(time)")
    }

    // MARK: The end

    mutating func end(_ world: World) {
        let disk = world.disk.now
        survived(disk)
        endOfEvents(world, disk)
        endOfCalls(world, disk)
        endOfOrders(world, disk)
        endAtTheCRM(world, disk)
        mix("\(disk.events.count) \(disk.orders.count) \(world.crm.effects.count)")
    }

    private mutating func endOfEvents(_ world: World, _ disk: Disk) {
        let keys = world.telephone.keys
        if heardOf.count != world.telephone.deliveries.count {
            fail("R34", "\(world.telephone.deliveries.count - heardOf.count) webhooks were never answered")
        }
        for key in keys.sorted() where disk.eventsByKey[key]?.count != 1 { fail("R7", "\(key) is there \(disk.eventsByKey[key]?.count ?? 0) times") }
        if disk.conflicts < world.telephone.changed { fail("R7", "a changed body passed silently") }
    }

    private mutating func endOfCalls(_ world: World, _ disk: Disk) {
        if disk.calls.count != world.telephone.calls { fail("R7", "\(disk.calls.count) calls of \(world.telephone.calls)") }
        for (place, row) in disk.calls.enumerated() {
            let events = disk.events.filter { $0.call == place }.sorted { ($0.event.at ?? $0.arrivedAt) < ($1.event.at ?? $1.arrivedAt) }
            guard let first = events.first else { continue }
            var sorted = Call(first.event, arrivedAt: first.arrivedAt, generation: row.generation)
            for event in events.dropFirst() { sorted.apply(event.event, arrivedAt: event.arrivedAt) }
            if let ring = row.call.ring { sorted.decided(ring) }
            if sorted != row.call { fail("R8", "call \(row.id) depends on the order of its events") }
            for decision in [row.ring, row.hangup].compactMap({ $0 }) where world.stage.rules.decide(decision.input) != decision.verdict {
                fail("R33", "a decision of call \(row.id) replays differently")
            }
            if row.ring == nil { fail("R6", "call \(row.id) is not decided") }
            if row.lead != nil, row.call.state == .ended, row.hangup == nil { fail("R6", "call \(row.id) ended and is not decided") }
        }
        let numbers = Set(disk.calls.filter { $0.lead != nil }.map { $0.call.caller?.number })
        if !world.mayJump, disk.leads.count != numbers.count { fail("R7", "\(disk.leads.count) leads of \(numbers.count) people") }
    }

    private mutating func endOfOrders(_ world: World, _ disk: Disk) {
        for (place, lead) in disk.leads.enumerated() {
            let orders = disk.orders.filter { $0.lead.value == Int64(place + 1) }
            let isQualified = lead.status == .qualified
            if isQualified != (orders.count { $0.kind == .deliver } == 1) {
                fail("R6", "lead \(place + 1) is \(lead.status.rawValue) with \(orders.count) orders")
            }
            guard let first = orders.firstIndex(where: { $0.state != .delivered }) else { continue }
            let open = orders[first]
            if orders[(first + 1)...].contains(where: { $0.state != .waiting || $0.isBegun }) {
                fail("R10", "order \(open.id) was passed by a later one")
            }
            let isHeld = open.state == .held && open.lastError != nil && world.kind == .hold
            if !isHeld { fail("R9", "order \(open.id) is left \(open.state.rawValue): \(open.lastError ?? "")") }
        }
    }

    private mutating func endAtTheCRM(_ world: World, _ disk: Disk) {
        let created = Dictionary(grouping: world.crm.created, by: \.key)
        for (key, times) in created.sorted(by: { $0.key < $1.key }) where times.count > 1 { fail("R9", "\(key) was created \(times.count) times") }
        for order in disk.orders where order.kind == .deliver && order.state == .delivered && created[order.leadKey] == nil {
            fail("R9", "\(order.leadKey) is delivered and not there")
        }
        if let first = world.crm.overlaps.first { fail("R10", first) }
        for (key, effects) in Dictionary(grouping: world.crm.effects, by: \.key).sorted(by: { $0.key < $1.key }) {
            var seen: [Int] = []
            for effect in effects where !seen.contains(effect.order) { seen.append(effect.order) }
            if seen != seen.sorted() { fail("R10", "\(key): orders took effect as \(seen)") }
        }
    }
}
