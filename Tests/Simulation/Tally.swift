// SPDX-License-Identifier: Apache-2.0

/// What many histories came to.
public struct Tally: Sendable {
    public struct Broken: Sendable {
        public var seed: UInt64
        public var violations: [Violation]
    }
    public private(set) var histories = 0
    public private(set) var steps = 0
    public private(set) var acked = 0
    public private(set) var created = 0
    public private(set) var broken: [Broken] = []

    /// Lives through the histories of `seeds`, one after the other.
    public init(_ stage: World.Stage, seeds: some Sequence<UInt64>, mutation: Mutation? = nil) {
        for seed in seeds {
            var world = World(stage, seed: seed, mutation: mutation)
            let report = world.run()
            histories += 1
            steps += report.steps
            acked += report.acked
            created += report.created
            if !report.violations.isEmpty { broken.append(Broken(seed: seed, violations: report.violations)) }
        }
    }

    /// For people and for the register of promises.
    public var text: String {
        "\(histories) seeds, \(steps) steps, \(acked) events acknowledged, \(created) leads created, \(broken.count) violated something"
    }

    /// The promises that every history is checked for.
    public static let promises = ["R1", "R6", "R7", "R8", "R9", "R10", "R16", "R17", "R33", "R34", "R43"]

    /// A line for each of them, which `scripts/promises` reads.
    public var lines: String { Self.promises.map { "promise \($0): \(text)" }.joined(separator: "\n") }

    /// The first seed whose history, with the fault planted, breaks a promise in which the fault shows; `nil`: none does.
    public static func firstSeed(finding mutation: Mutation, _ stage: World.Stage, seeds: ClosedRange<UInt64>) -> UInt64? {
        seeds.first { seed in
            var world = World(stage, seed: seed, mutation: mutation)
            return world.run().violations.contains { mutation.evidence.contains($0.promise) }
        }
    }
}
