// SPDX-License-Identifier: Apache-2.0
import Foundation
import RuleFiles
import Screening
import StrictYAML
import Testing

/// Whatever stands in the files, loading ends with a rule set or with problems that name a file.
@Suite struct DamagedFileTests {
    private static let pieces = [
        "-", ">", "\"", "'", ":", " ", "\n", "  ", "not ", "..", " to ", ",", "[", "]", "{", "}", "#",
        "&a", "*a", "!!x", "|", "%", "@", "99999999999999999999",
        "0", "24:00", "2026-02-30", "unknown", "by ", "in list ", "\u{0}", "\u{FEFF}", "ё", "\u{1F600}",
        "\u{301}", "before ", "-1", "9223372036854775807", "\t",
    ]

    private func files() throws -> [RuleSource] {
        let root = URL(fileURLWithPath: AgencyTests.folder)
        return try [
            "facts.yaml", "agency.yaml", "lists/blacklist.csv", "lists/regions.csv",
            "examples/agency.yaml",
        ].map {
            RuleSource(
                path: $0, text: try String(contentsOf: root.appendingPathComponent($0), encoding: .utf8))
        }
    }

    @Test(arguments: 0..<4) func loadingNeverTraps(_ seed: Int) throws {
        var random = SplitMix(state: UInt64(seed) &+ 31)
        let sound = try files()
        for _ in 0..<12 {
            var files = sound
            // Examples are half of the time and add little: leave them out of most rounds.
            if random.below(4) != 0 { files.removeLast() }
            let place = random.below(files.count)
            files[place].text = damaged(files[place].text, &random)
            do {
                let set = try RuleSet.load(files: files, name: "damaged")
                #expect(set.hash.count == 64)
            } catch {
                #expect(!error.problems.isEmpty)
                #expect(error.problems.allSatisfy { !$0.file.isEmpty && !$0.message.isEmpty })
            }
        }
    }

    private func damaged(_ text: String, _ random: inout SplitMix) -> String {
        var characters = Array(text)
        for _ in 0...random.below(3) {
            let place = random.below(characters.count)
            switch random.below(3) {
            case 0:
                characters.replaceSubrange(
                    place..<min(characters.count, place + 1 + random.below(6)), with: [])
            case 1: characters.insert(contentsOf: Self.pieces[random.below(Self.pieces.count)], at: place)
            default:
                characters.insert(
                    contentsOf: characters[place..<min(characters.count, place + random.below(40))],
                    at: random.below(characters.count))
            }
        }
        return String(characters)
    }
}
