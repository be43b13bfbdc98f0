// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// docs/promises.md may promise only what something existing can prove.
@Suite struct PromisesRegisterTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private struct Row {
        var id: String
        var cells: [String]
    }

    private static func rows() throws -> [Row] {
        try String(contentsOf: root.appending(path: "docs/promises.md"), encoding: .utf8).split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count > 3, cells[1].wholeMatch(of: /R\d+/) != nil else { return nil }
            return Row(id: cells[1], cells: Array(cells.dropFirst(2).dropLast()))
        }
    }

    /// The promises of issue 6, each once: proved, or named as not proved.
    @Test func everyPromiseIsListedOnce() throws {
        let numbers = [1...10, 12...12, 16...18, 20...20, 24...29, 31...38, 41...41, 43...45].flatMap(Array.init)
        let expected = Set(numbers.map { "R\($0)" })
        let listed = try Self.rows().map(\.id)
        #expect(expected.subtracting(listed).isEmpty)
        #expect(Set(listed).count == listed.count, "listed twice")
    }

    @Test func everyPromiseHasAProofThatExists() throws {
        let suites = try Self.suites()
        let rigs = try String(contentsOf: Self.root.appending(path: "Tests/Rigs/run"), encoding: .utf8)
        var proofs = 0
        for row in try Self.rows() where row.cells.count == 4 {
            let named = row.cells[1].matches(of: /`([^`]+)`/).map { String($0.output.1) }
            #expect(!named.isEmpty, "\(row.id) has no proof")
            for proof in named {
                proofs += 1
                #expect(exists(proof, suites, rigs), "\(row.id): there is no \(proof)")
            }
        }
        #expect(proofs > 20)
    }

    private func exists(_ proof: String, _ suites: [String: String], _ rigs: String) -> Bool {
        let words = proof.split(separator: " ").map(String.init)
        if words.count == 2, words[0] == "rig" { return rigs.contains("Tests/Rigs/\(words[1]).py") && Self.isThere("Tests/Rigs/\(words[1]).py") }
        if words.count == 2, words[0] == "bench" { return Self.isThere("Tests/Bench/bench_\(words[1]).py") }
        let parts = proof.split(separator: ".").map(String.init)
        guard parts.count == 2, let text = suites[parts[0]] else { return false }
        return text.contains("func \(parts[1])(")
    }

    private static func isThere(_ path: String) -> Bool { FileManager.default.fileExists(atPath: root.appending(path: path).path) }

    /// Name of a suite → text of its file.
    private static func suites() throws -> [String: String] {
        var suites: [String: String] = [:]
        let files = FileManager.default.enumerator(at: root.appending(path: "Tests"), includingPropertiesForKeys: nil)
        while let file = files?.nextObject() as? URL {
            guard file.pathExtension == "swift" else { continue }
            let text = try String(contentsOf: file, encoding: .utf8)
            for match in text.matches(of: /(?:struct|class) (\w+Tests)/) { suites[String(match.output.1), default: ""] += text }
        }
        return suites
    }
}
