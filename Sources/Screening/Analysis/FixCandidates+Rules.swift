// SPDX-License-Identifier: Apache-2.0
import CallModel
import Foundation
import RuleFiles

/// Changes of whole rules, for what rules do together.
extension FixCandidates {
    var isAboutOtherwise: Bool { message.contains("has an otherwise") }

    func entryLine(_ key: String) -> Int {
        let range = source.entry(at: line)
        return range.first { source.text($0).trimmingCharacters(in: .whitespaces).hasPrefix("\(key):") } ?? line
    }

    /// A rule that can never win: above the rule that takes all its calls, or away.
    var moveOrDelete: [[TextEdit]] {
        let block = source.block(at: line)
        var candidates: [[TextEdit]] = []
        if let above = fix.split(separator: "\"").dropFirst().first, let target = lineOfRule(String(above)), target < line {
            let start = source.block(at: target).lowerBound
            let place = TextEdit.Place(line: start, column: 1)
            candidates.append([
                TextEdit(file: source.path, start: place, end: place, replacement: source.lines(block)), source.deletion(block),
            ])
        }
        return candidates + [[source.deletion(block)]]
    }

    /// The line of a rule of this file, the nearest one above the place.
    private func lineOfRule(_ name: String) -> Int? {
        (1..<max(2, line)).reversed().first { number in
            let text = source.text(number)
            if source.isCSV { return text.hasPrefix(name + ",") || text.contains(",\(name),") }
            return text.trimmingCharacters(in: .whitespaces) == "- rule: \(name)"
        }
    }

    /// Rules that contradict each other: let their order decide.
    var hitsFirst: [TextEdit]? {
        for file in sources.values.sorted(by: { $0.path < $1.path }) {
            guard let table = finding.table,
                let start = file.lines.indices.first(where: { file.text($0 + 1).trimmingCharacters(in: .whitespaces) == "- table: \(table)" })
            else { continue }
            let hits = file.entry(at: start + 1).first { file.text($0).trimmingCharacters(in: .whitespaces).hasPrefix("hits:") }
            guard let hits, let value = file.value(hits) else { continue }
            return [file.edit(hits, value, "first")]
        }
        return nil
    }

    /// What comes out, in place of what an example expects.
    var expected: [[TextEdit]] {
        guard let actual = fix.split(separator: ": ", maxSplits: 1).last, let value = source.value(line), actual != "none" else { return [] }
        return [[source.edit(line, value, String(actual))]]
    }

    // MARK: - W03

    var useless: [[TextEdit]] {
        if let fact = finding.call[""] { return [sources.values.sorted { $0.path < $1.path }.flatMap { cells(of: fact, in: $0) }] }
        return merged.map { [$0] } ?? []
    }

    /// All cells that ask for a fact, in YAML; a column of CSV is left to people.
    private func cells(of fact: String, in file: SourceText) -> [TextEdit] {
        guard !file.isCSV, file.path != "facts.yaml", !file.path.contains("/") else { return [] }
        var isInside = false
        return file.lines.indices.compactMap { index in
            let text = file.text(index + 1).trimmingCharacters(in: .whitespaces)
            if text == "tables:" { isInside = true }
            if text == "promises:" { isInside = false }
            guard isInside, text.hasPrefix("\(fact): "), isCondition(index + 1, file) else { return nil }
            return file.deletion((index + 1)..<(index + 2))
        }
    }

    /// Below `if:`, not among the outputs.
    private func isCondition(_ number: Int, _ file: SourceText) -> Bool {
        let own = file.indent(number)
        let above = (1..<number).reversed().first { !file.isBlank($0) && !file.isComment($0) && file.indent($0) < own }
        return above.map { file.text($0).trimmingCharacters(in: .whitespaces) == "if:" } ?? false
    }

    /// The first rule gets the joint cell, and the second goes: `rules "a" and "b" can be one: fact: cell`.
    private var merged: [TextEdit]? {
        let parts = message.components(separatedBy: " can be one: ")
        let names = message.split(separator: "\"")
        guard parts.count == 2, names.count > 3, !source.isCSV, let first = lineOfRule(String(names[1])) else { return nil }
        let cell = parts[1].components(separatedBy: ": ")
        guard let fact = cell.first, cell.count >= 2 else { return nil }
        let text = cell.dropFirst().joined(separator: ": ")
        guard let place = source.entry(at: first).first(where: { source.text($0).trimmingCharacters(in: .whitespaces).hasPrefix("\(fact): ") }),
            let value = source.value(place)
        else { return nil }
        return [source.edit(place, value, text), source.deletion(source.block(at: line))]
    }
}
