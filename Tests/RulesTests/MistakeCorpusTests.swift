// SPDX-License-Identifier: Apache-2.0
import CallModel
import Foundation
import RuleFiles
import Screening
import StrictYAML
import Testing

/// Mistakes that people make (`Fixtures/mistakes`): nine in ten and more must get a fix that is right when it is applied.
///
/// A fix is right when the files with it mean the same as the files that the person should have written: their hashes agree.
@Suite struct MistakeCorpusTests {
    struct Mistake {
        let what: String
        let wrong: [RuleSource]
        /// `nil`: nobody could know what was meant.
        let right: [RuleSource]?
    }

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/mistakes")

    private static let sound = """
        format: 1
        rules: Test
        zone: Europe/Moscow
        lists:
          - list: blacklist
            file: lists/blacklist.csv
            holds: phone
            ends: until
        tables:
          - table: ring
            decides: ring
            hits: first
            rules:
              - rule: it
                if:
                  budget: under 300 000
                then: answer first
                group: sales
                priority: high
                within: 5 min
              - rule: blocked
                if:
                  caller is: stranger
                  service: site, shop
                then: reject
                reason: SPAM
            otherwise:
              then: answer

        """
    private static let examples = """
        format: 1
        examples:
          - example: a small budget
            at: ring
            facts:
              budget: 100 000
            expect:
              then: answer first

        """
    private static let list = "number,until,note\n+7 495 000-11-22,2026-12-31,dialler\n+7 495 000-11-23,,\n"

    private static func files(_ rules: String, withExamples: Bool = false) -> [RuleSource] {
        let files = [
            RuleSource(path: "facts.yaml", text: RuleTexts.facts), RuleSource(path: "test.yaml", text: rules),
            RuleSource(path: "lists/blacklist.csv", text: list),
        ]
        return withExamples ? files + [RuleSource(path: "examples/test.yaml", text: examples)] : files
    }

    private static func lines(_ name: String) throws -> [String] {
        try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8).components(separatedBy: "\n")
    }

    /// `wrong => right`, one cell a line.
    static func cells() throws -> [Mistake] {
        try lines("cells.txt").filter { !$0.isEmpty && !$0.hasPrefix("#") }.map { line in
            let parts = line.components(separatedBy: " => ")
            func with(_ cell: String) -> [RuleSource] {
                let start = sound.range(of: "      - rule: blocked")?.lowerBound ?? sound.endIndex
                let end = sound.range(of: "    otherwise:")?.lowerBound ?? sound.endIndex
                return files(sound.replacingCharacters(in: start..<end, with: "").replacingOccurrences(of: "budget: under 300 000", with: cell))
            }
            return Mistake(what: line, wrong: with(parts[0]), right: parts[1] == "?" ? nil : with(parts[1]))
        }
    }

    /// Blocks of `## what`, `file path`, and lines behind `-`, `+` and `=`.
    static func pieces() throws -> [Mistake] {
        try lines("files.txt").split { $0.hasPrefix("## ") ? false : $0.isEmpty }.compactMap { block in
            guard let head = block.first, head.hasPrefix("## "), let path = block.first(where: { $0.hasPrefix("file ") })?.dropFirst(5) else {
                return nil
            }
            func text(_ mark: String) -> String? {
                let lines = block.filter { $0.hasPrefix(mark) }.map { $0.dropFirst() }
                return lines.isEmpty ? nil : lines.joined(separator: "\n")
            }
            let all = files(sound, withExamples: true)
            let old = text("-") ?? ""
            func with(_ new: String) throws -> [RuleSource] {
                try all.map { source in
                    guard source.path == path else { return source }
                    let range = try #require(source.text.range(of: old), "\(head): the sound file has no such piece")
                    return RuleSource(path: source.path, text: source.text.replacingCharacters(in: range, with: new))
                }
            }
            return Mistake(what: String(head.dropFirst(3)), wrong: try with(text("+") ?? ""), right: try with(text("=") ?? old))
        }
    }

    /// Applies the first fix of an error again and again, as a person clicks.
    static func mended(_ mistake: Mistake) -> [RuleSource] {
        var files = mistake.wrong
        for _ in 0..<8 {
            let errors = Analysis.run(files: files, name: "test").filter { $0.severity == .error }
            guard let edits = errors.lazy.compactMap({ $0.fix?.edits }).first(where: { !$0.isEmpty }) else { break }
            files = edits.applied(to: files)
        }
        return files
    }

    @Test func nineteenInTwentyGetAFixThatIsRight() throws {
        let all = try Self.cells() + Self.pieces()
        #expect(all.count >= 200)
        var failed: [String] = []
        for mistake in all {
            let found = Analysis.run(files: mistake.wrong, name: "test").filter { $0.severity == .error }
            #expect(!found.isEmpty, "not found: \(mistake.what)")
            let mended = Self.mended(mistake)
            guard let right = mistake.right else {
                failed.append(mistake.what)
                continue
            }
            let wanted = try RuleSet.read(files: right, name: "test").hash
            let reached = (try? RuleSet.load(files: mended, name: "test"))?.hash
            if reached != wanted {
                failed.append("\(mistake.what)\n      \(found.first?.line(.en) ?? "")\n      \(Self.change(mistake.wrong, mended))")
            }
        }
        let share = Double(all.count - failed.count) / Double(all.count)
        print("mistakes: \(all.count - failed.count) of \(all.count) get a fix that is right; not: \n  \(failed.joined(separator: "\n  "))")
        #expect(share >= 0.95, "\(share)")
    }

    private static func change(_ before: [RuleSource], _ after: [RuleSource]) -> String {
        zip(before, after).filter { $0 != $1 }.map { old, new in
            let lines = Set(old.text.components(separatedBy: "\n"))
            return new.path + ": " + new.text.components(separatedBy: "\n").filter { !lines.contains($0) }.joined(separator: " ⏎ ")
        }.joined(separator: "; ")
    }
}
