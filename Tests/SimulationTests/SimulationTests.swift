// SPDX-License-Identifier: Apache-2.0
import Foundation
import Simulation
import Testing

/// R34: seeded histories of the product's pure cores break nothing, and planted faults are seen. `SIMULATION_SEEDS=200000` asks for more;
/// `make simulate` runs the same, optimised.
@Suite struct SimulationTests {
    static let seeds = ProcessInfo.processInfo.environment["SIMULATION_SEEDS"].flatMap { UInt64($0) } ?? 2_000

    @Test func historiesBreakNoPromise() throws {
        let tally = Tally(try World.Stage(), seeds: 1...Self.seeds)
        print(tally.lines)
        #expect(tally.broken.isEmpty, "such as seed \(tally.broken.first.map { "\($0.seed): \($0.violations)" } ?? "")")
        #expect(tally.acked > tally.histories)
        #expect(tally.created > tally.histories / 2)
    }

    /// Every seed that ever broke something.
    @Test func seedsThatFailedOnceHoldNow() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "failed-seeds.txt")
        let seeds = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").compactMap { UInt64($0) }
        let tally = Tally(try World.Stage(), seeds: seeds)
        #expect(!seeds.isEmpty)
        #expect(tally.broken.isEmpty, "such as seed \(tally.broken.first.map { "\($0.seed): \($0.violations)" } ?? "")")
    }

    @Test(arguments: Mutation.allCases) func aPlantedFaultIsFound(_ mutation: Mutation) throws {
        let seed = Tally.firstSeed(finding: mutation, try World.Stage(), seeds: 1...10_000)
        print("\(mutation.promise) \(mutation.rawValue): \(seed.map { "found by seed \($0)" } ?? "not found")")
        #expect(seed != nil)
    }

    @Test func threeFaultsAtLeastArePlantedForEachPromise() {
        for promise in ["R1", "R7", "R9", "R10", "R16"] {
            let count = Mutation.allCases.count { $0.promise == promise }
            #expect(count >= 3, "\(promise)")
        }
    }

    @Test func theSameSeedLivesTheSameHistory() throws {
        let stage = try World.Stage()
        var hashes: Set<UInt64> = []
        for seed in UInt64(1)...50 {
            var first = World(stage, seed: seed), second = World(stage, seed: seed)
            let hash = first.run().hash
            #expect(second.run().hash == hash, "seed \(seed)")
            hashes.insert(hash)
        }
        #expect(hashes.count == 50)
    }
}
