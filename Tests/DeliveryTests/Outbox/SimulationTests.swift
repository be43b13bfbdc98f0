// SPDX-License-Identifier: Apache-2.0
import CRM
import Essentials
import Foundation
import Testing

@testable import Delivery
@testable import Store

/// RELIABILITY.md R9, R10, R34: seeded histories, each of 18 orders. A violation prints its seed; `SIMULATION_SEEDS` asks for more.
@Suite struct SimulationTests {
    static let leads: ClosedRange<Int64> = 1...6
    static let seeds = ProcessInfo.processInfo.environment["SIMULATION_SEEDS"].flatMap { UInt64($0) } ?? 250

    private func history(_ kind: SimulatedRecipe, seed: UInt64, faultPercent: Int) throws -> Simulation {
        var simulation = try Simulation(kind, seed: seed, faultPercent: faultPercent)
        for lead in Self.leads {
            simulation.enqueue(lead: lead, kind: .deliver)
            simulation.enqueue(lead: lead, kind: .update)
            simulation.enqueue(lead: lead, kind: .call)
        }
        for _ in 0..<60 where !simulation.work() { simulation.now = simulation.now + .seconds(5) }
        simulation.crm.faultPercent = 0
        simulation.crashPercent = 0
        simulation.recoverAll()
        simulation.drain()
        return simulation
    }

    @Test(arguments: [SimulatedRecipe.idempotent, .lookUp])
    func nothingIsLostDoubledOrOutOfOrder(kind: SimulatedRecipe) throws {
        var hashes: Set<UInt64> = []
        for seed in 0..<Self.seeds {
            let simulation = try history(kind, seed: seed, faultPercent: 10 + Int(seed % 40))
            hashes.insert(simulation.hash)
            let created = simulation.crm.created.map(\.key)
            #expect(created.count == Set(created).count, "doubled, seed \(seed)")
            #expect(Set(created).count == Self.leads.count, "lost, seed \(seed)")
            #expect(simulation.orders.allSatisfy { $0.state == .delivered }, "not delivered, seed \(seed)")
            #expect(inversions(simulation) == 0, "out of order, seed \(seed)")
        }
        #expect(hashes.count > Int(Self.seeds) * 99 / 100)
    }

    /// Where nobody can look, an unknown outcome is never repeated: it is held for a person, and what follows waits.
    @Test func whatCanNotBeLookedUpIsHeldAndSeen() throws {
        var held = 0
        for seed in 0..<Self.seeds {
            let simulation = try history(.hold, seed: seed, faultPercent: 10 + Int(seed % 40))
            let created = simulation.crm.created.map(\.key)
            #expect(created.count == Set(created).count, "doubled, seed \(seed)")
            for lead in Self.leads {
                let orders = simulation.orders.filter { $0.lead.value == lead }
                if orders.allSatisfy({ $0.state == .delivered }) {
                    #expect(created.contains("cs-\(lead)"), "lost, seed \(seed)")
                } else {
                    held += 1
                    #expect(orders[0].state == .held && orders[0].lastError != nil, "neither delivered nor held, seed \(seed)")
                    #expect(orders[1].state == .waiting && orders[2].state == .waiting, "passed a held one, seed \(seed)")
                }
            }
            #expect(inversions(simulation) == 0, "out of order, seed \(seed)")
        }
        #expect(held > Self.seeds)
    }

    @Test func aPersonsRetryFinishesWhatWasHeld() throws {
        for seed in 0..<UInt64(100) {
            var simulation = try history(.hold, seed: seed, faultPercent: 40)
            for index in simulation.orders.indices where simulation.orders[index].state == .held {
                let (first, second) = (simulation.retry(index), simulation.retry(index))
                #expect(first && !second)
            }
            simulation.drain()
            #expect(simulation.orders.allSatisfy { $0.state == .delivered })
        }
    }

    /// The checks have teeth: with one early look the same histories do double.
    @Test func oneEarlyLookIsNotEnough() throws {
        var doubled = 0
        for seed in 0..<Self.seeds {
            let created = try history(.hasty, seed: seed, faultPercent: 10 + Int(seed % 40)).crm.created.map(\.key)
            doubled += created.count - Set(created).count
        }
        #expect(doubled > 0)
    }

    @Test func sameSeedSameHistory() throws {
        for kind in SimulatedRecipe.allCases {
            #expect(try history(kind, seed: 7, faultPercent: 30).hash == history(kind, seed: 7, faultPercent: 30).hash)
        }
    }

    /// The first effect of each order of a lead, in the order in which they took place, must be the order of the orders.
    private func inversions(_ simulation: Simulation) -> Int {
        var count = 0
        for lead in Self.leads {
            let order = simulation.orders.filter { $0.lead.value == lead }.map { $0.kind == .deliver ? "cs-\(lead).lead" : "\($0.ulid)" }
            var seen: [Int] = []
            for effect in (simulation.crm.created + simulation.crm.changes).sorted(by: { $0.number < $1.number }) where effect.key == "cs-\(lead)" {
                guard let index = order.firstIndex(where: { effect.step.contains($0) }), !seen.contains(index) else { continue }
                seen.append(index)
            }
            count += seen == seen.sorted() ? 0 : 1
        }
        return count
    }
}
