// SPDX-License-Identifier: Apache-2.0
import Foundation
import Simulation

/// Lives through seeded histories and says what they broke.
///
///     Simulate [--from N] [--seeds N] [--mutants] [--trace] [--failed FILE]
///
/// `--mutants` plants each fault in turn instead and wants each found. `--trace` prints the steps of the seed `--from`. `--failed` adds the seeds that broke something to a file of
/// seeds, one a line, which the tests replay for ever. The status is 0 when everything held.
@main
struct Simulate {
    static func main() throws {
        var from: UInt64 = 1, seeds: UInt64 = 2_000
        var mutants = false, isTraced = false
        var failed: String?
        var words = Array(CommandLine.arguments.dropFirst())
        while !words.isEmpty {
            let word = words.removeFirst()
            switch word {
            case "--from": from = UInt64(words.removeFirst()) ?? from
            case "--seeds": seeds = UInt64(words.removeFirst()) ?? seeds
            case "--mutants": mutants = true
            case "--trace": isTraced = true
            case "--failed": failed = words.removeFirst()
            default:
                print("unknown: \(word); known: --from N, --seeds N, --mutants, --trace, --failed FILE")
                exit(2)
            }
        }
        let stage = try World.Stage()
        if isTraced {
            var world = World(stage, seed: from)
            world.isTraced = true
            print(world.run().violations)
            exit(0)
        }
        exit(mutants ? plantFaults(stage, seeds: seeds) : live(stage, from..<from + seeds, failed))
    }

    private static func live(_ stage: World.Stage, _ seeds: Range<UInt64>, _ failed: String?) -> Int32 {
        let tally = Tally(stage, seeds: seeds)
        for broken in tally.broken.prefix(20) { print("seed \(broken.seed): \(broken.violations.map(\.description).joined(separator: "; "))") }
        print(tally.lines)
        if let failed, !tally.broken.isEmpty, let file = FileHandle(forWritingAtPath: failed) {
            file.seekToEndOfFile()
            file.write(Data(tally.broken.map { "\($0.seed)\n" }.joined().utf8))
        }
        return tally.broken.isEmpty ? 0 : 1
    }

    private static func plantFaults(_ stage: World.Stage, seeds: UInt64) -> Int32 {
        var missed = 0
        for mutation in Mutation.allCases {
            let found = Tally.firstSeed(finding: mutation, stage, seeds: 1...seeds)
            if found == nil { missed += 1 }
            print("\(mutation.promise) \(mutation.rawValue): \(found.map { "found by seed \($0)" } ?? "NOT FOUND in \(seeds) seeds")")
        }
        print("mutants: \(Mutation.allCases.count - missed) found, \(missed) not")
        return missed == 0 ? 0 : 1
    }
}
