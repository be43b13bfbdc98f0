// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import SQLEngine
import SQLiteDriver
import Store
import Testing

/// An event is recorded once; identities of calls; counts that rules ask for; lists.
struct EventTests {
    private func event(_ key: String, generation: Int = 0) -> EventRecord {
        var event = EventRecord(source: "demo", dedupeKey: key, kind: .incoming, arrivedAt: TestStore.start, contentHash: [1, 2])
        (event.generation, event.asks, event.at) = (generation, true, TestStore.start - .seconds(1))
        return event
    }

    @Test func aRepeatedEventComesBackAsFirstRecorded() async throws {
        let test = try await TestStore()
        let event = event("k1")
        let first = try await test.store.write { tx in
            let raw = try tx.keep(RawRecord(source: "demo", arrivedAt: TestStore.start, head: [1], body: [2, 3]))
            var event = event
            event.raw = raw
            let insertion = try tx.insert(event)
            guard case .inserted(let id) = insertion else { return (insertion, event) }
            try tx.update(id, call: CallRecord.ID(7), answer: Array("yes".utf8))
            (event.id, event.call, event.answer) = (id, CallRecord.ID(7), Array("yes".utf8))
            return (insertion, event)
        }
        for _ in 0..<3 {
            let again = try await test.store.write { try $0.insert(event) }
            #expect(again == .duplicate(first.1))
        }
        let (latest, events, raw) = try await test.store.read { snapshot in
            (try snapshot.latestEvent(source: "demo", dedupeKey: "k1"), try snapshot.events(of: CallRecord.ID(7)), try snapshot.raw(RawRecord.ID(1)))
        }
        #expect(latest == first.1)
        #expect(events == [first.1])
        #expect(raw?.body == [2, 3])
        await test.database.close()
    }

    @Test func aNewGenerationOfAKeyIsANewEvent() async throws {
        let test = try await TestStore()
        let results = try await test.store.write { [self] tx in
            [try tx.insert(event("k")), try tx.insert(event("k", generation: 1)), try tx.insert(event("k", generation: 1))]
        }
        #expect(results[0] == .inserted(EventRecord.ID(1)))
        #expect(results[1] == .inserted(EventRecord.ID(2)))
        guard case .duplicate(let record) = results[2] else { return #expect(Bool(false), "the third is no duplicate") }
        #expect(record.generation == 1)
        await test.database.close()
    }

    @Test func aHundredAtOnceMakeOneEvent() async throws {
        let test = try await TestStore()
        let inserted = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<100 {
                group.addTask { [self] in
                    let insertion = try await test.store.write { try $0.insert(event("same")) }
                    if case .inserted = insertion { return true }
                    return false
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(inserted == 1)
        await test.database.close()
    }

    @Test func theNewestGenerationOfACallIsFoundAndCallsAreCounted() async throws {
        let test = try await TestStore()
        let number = try test.number(1)
        let counts = try await test.store.write { tx in
            let person = try tx.person(of: number)
            var last = CallRecord.ID.new
            for generation in 0..<3 {
                var call = CallRecord(
                    ulid: test.ulid(UInt64(generation)), source: "demo", pbxCallID: "same",
                    startedAt: TestStore.start + .seconds(Int64(generation) * 86_400))
                (call.generation, call.person, call.number) = (generation, person, number)
                if generation == 2 { call.direction = .outbound }
                try tx.save(&call)
                last = call.id
            }
            #expect(try tx.latestCall(source: "demo", pbxCallID: "same")?.generation == 2)
            let (from, to) = (TestStore.start, TestStore.start + .seconds(86_401))
            return [
                try tx.countCalls(of: person, since: from, until: to),
                try tx.countCalls(of: person, since: from, until: to, except: CallRecord.ID(1)),
                try tx.countCalls(of: person, since: from + .seconds(1), until: to + .seconds(86_400), except: last),
            ]
        }
        #expect(counts == [2, 1, 1])
        await test.database.close()
    }

    @Test func aSecondCallOfTheSameIdentityIsRefused() async throws {
        let test = try await TestStore()
        await #expect(throws: (any Error).self) {
            try await test.store.write { tx in
                for number in 1...2 {
                    var call = CallRecord(ulid: test.ulid(UInt64(number)), source: "demo", pbxCallID: "x", startedAt: TestStore.start)
                    try tx.save(&call)
                }
            }
        }
        #expect(try await test.store.read { try $0.calls().items.count } == 0)
        await test.database.close()
    }

    @Test func listsPageWithoutGapsOrRepeats() async throws {
        let test = try await TestStore()
        try await test.store.write { tx in
            for index in 0..<25 {
                var call = CallRecord(ulid: test.ulid(UInt64(index)), source: "demo", pbxCallID: "c\(index)", startedAt: TestStore.start)
                call.state = index % 2 == 0 ? .ended : .ringing
                try tx.save(&call)
                var lead = LeadRecord(ulid: test.ulid(UInt64(1000 + index)), createdAt: TestStore.start)
                lead.status = [.new, .needsCallback, .deferred, .qualified, .notQualified][index % 5]
                lead.reason = index % 5 == 4 ? "BUDGET_LOW" : nil
                lead.callbackAt = TestStore.start + .seconds(Int64(index % 3))
                try tx.save(&lead)
            }
        }
        let (all, live, some, waiting) = try await test.store.read { snapshot in
            (
                try collect { try snapshot.calls(from: $0, limit: 7) }.map(\.id.value),
                try collect { try snapshot.liveCalls(from: $0, limit: 5) }.count,
                try collect { try snapshot.leads(LeadFilter(statuses: [.qualified, .notQualified]), from: $0, limit: 3) },
                try collect { try snapshot.callbacks(from: $0, limit: 4) }
            )
        }
        #expect(all == Array((1...25).reversed()))
        #expect(live == 12)
        #expect(some.map(\.id) == some.map(\.id).sorted(by: >) && Set(some.map(\.id)).count == 10)
        #expect(waiting.count == 10)
        #expect(waiting.map(\.dueAt) == waiting.map(\.dueAt).sorted())
        let byReason = try await test.store.read { try $0.leads(LeadFilter(reason: "BUDGET_LOW")).items.count }
        #expect(byReason == 5)
        #expect(try await test.store.read { try $0.leadCounts() } == [.new: 5, .needsCallback: 5, .deferred: 5, .qualified: 5, .notQualified: 5])
        await test.database.close()
    }

    private func collect<Item>(_ page: (Cursor?) throws -> Page<Item>) throws -> [Item] {
        var (items, cursor): ([Item], Cursor?) = ([], nil)
        repeat {
            let next = try page(cursor)
            items += next.items
            cursor = next.next.flatMap { Cursor($0.description) }
        } while cursor != nil
        return items
    }

    @Test func theOpenLeadOfAPersonIsTheNewestWithinTheWindow() async throws {
        let test = try await TestStore()
        let number = try test.number(1)
        let found = try await test.store.write { tx in
            let person = try tx.person(of: number)
            for (index, status) in [LeadStatus.qualified, .won, .needsCallback, .notALead].enumerated() {
                var lead = LeadRecord(ulid: test.ulid(UInt64(index)), createdAt: TestStore.start + .seconds(Int64(index)))
                (lead.person, lead.status) = (person, status)
                try tx.save(&lead)
            }
            return [
                try tx.openLead(of: person, since: TestStore.start)?.id, try tx.openLead(of: person, since: TestStore.start + .seconds(3))?.id,
                try tx.latestLead(of: person)?.id,
            ]
        }
        #expect(found == [LeadRecord.ID(3), nil, LeadRecord.ID(4)])
        await test.database.close()
    }

    @Test func qualityIsCountedByLineRuleAndReason() async throws {
        let test = try await TestStore()
        let start = TestStore.start
        try await test.store.write { tx in
            for index in 0..<6 {
                var lead = LeadRecord(ulid: test.ulid(UInt64(index)), createdAt: start + .seconds(Int64(index)))
                (lead.lineName, lead.rule) = (index < 4 ? "main" : "ads", "r\(index % 2)")
                lead.status = index == 0 ? .won : index == 5 ? .notQualified : .qualified
                lead.reason = index == 5 ? "BUDGET_LOW" : nil
                lead.qualifiedAt = index == 5 ? nil : start
                lead.returnedAt = index == 1 ? start : nil
                lead.firstContactAt = index < 2 ? lead.createdAt + .seconds(Int64(10 * (index + 1))) : nil
                try tx.save(&lead)
            }
            var spam = CallRecord(ulid: test.ulid(50), source: "demo", pbxCallID: "s", startedAt: start)
            (spam.lineName, spam.ringRule, spam.ringReason) = ("main", "spam list", "SPAM")
            try tx.save(&spam)
        }
        let (lines, rules, reasons) = try await test.store.read { snapshot in
            let (from, to) = (start, start + .seconds(100))
            return (
                try snapshot.quality(by: .line, from: from, to: to), try snapshot.quality(by: .rule, from: from, to: to),
                try snapshot.quality(by: .reason, from: from, to: to)
            )
        }
        #expect(lines.map(\.key) == ["main", "ads"])
        #expect(lines.first?.leads == 4 && lines.first?.qualified == 4 && lines.first?.won == 1 && lines.first?.calls == 1)
        #expect(lines.first?.returnedShare == 0.25)
        #expect(lines.first?.firstContact == .seconds(15))
        #expect(lines.last?.returnedShare == 0)
        #expect(rules.first { $0.key == "spam list" }?.calls == 1)
        #expect(reasons.first { $0.key == "BUDGET_LOW" }?.notQualified == 1)
        #expect(reasons.first { $0.key == "SPAM" }?.leads == 0)
        await test.database.close()
    }
}
