// SPDX-License-Identifier: Apache-2.0
public import RuleFiles
internal import Screening
public import StrictYAML

/// `rules fmt`: the files of a set in their canonical form. Comments and order stay; what the rules mean stays, which is checked by
/// the set's hash and its examples. Formatting twice is formatting once.
public struct RuleFormatter: Sendable {
    private let name: String
    private let set: RuleSet

    /// - Throws: what can't be read; files that can't be read are not formatted.
    public init(_ files: [RuleSource], name: String) throws(SourceProblems) {
        self.name = name
        set = try RuleSet.read(files: files, name: name)
    }

    /// - Returns: the files that change, with their new text.
    public func changes(_ files: [RuleSource]) -> [RuleSource] {
        let spelled = files.map { RuleSource(path: $0.path, text: formatted($0, spelling: true)) }
        let candidate = isSame(spelled) ? spelled : files.map { RuleSource(path: $0.path, text: formatted($0, spelling: false)) }
        guard isSame(candidate) else { return [] }
        return zip(files, candidate).filter { $0.text != $1.text }.map { $1 }
    }

    private func isSame(_ files: [RuleSource]) -> Bool {
        guard let other = try? RuleSet.read(files: files, name: name) else { return false }
        let results = { (set: RuleSet) in set.testExamples().map { "\($0.example.name)\u{1F}\($0.verdict)\u{1F}\($0.passes)" } }
        return other.hash == set.hash && other.listVersions == set.listVersions && results(other) == results(set)
    }

    private func formatted(_ file: RuleSource, spelling: Bool) -> String {
        if file.path.hasSuffix(".yaml") {
            let isRussian = Self.isRussian(file.text)
            return YAMLLayout.format(file.text) { spelling ? self.spelled($0, $1, isRussian) : $1 } ?? file.text
        }
        return file.path.hasPrefix("tables/") ? Self.table(file) : file.text
    }

    /// Cells stand under `if:` of a rule and `when:` of a promise.
    private func spelled(_ keys: [String], _ value: String, _ isRussian: Bool) -> String {
        guard keys.count >= 2, ["if", "when"].contains(keys[keys.count - 2]), keys.first == "tables" || keys.first == "promises",
            let fact = keys.last.flatMap({ set.folder.factIndex(of: $0) })
        else { return value }
        let isQuoted = value.count >= 2 && value.first == value.last && (value.first == "\"" || value.first == "'")
        let text = isQuoted ? String(value.dropFirst().dropLast()) : value
        let cell = CellSpelling(isRussian: isRussian, type: set.folder.facts[fact].type).spelled(text)
        return cell == text || (isQuoted && !Self.needsNoQuotes(cell)) ? value : cell
    }

    private static func needsNoQuotes(_ text: String) -> Bool {
        guard let first = text.first, first.isLetter || first.isNumber else { return false }
        return !text.contains(": ") && !text.contains(" #") && !text.hasSuffix(":") && !text.contains("\"") && !text.contains("\\")
    }

    /// A file is in Russian when one of its operators is.
    private static func isRussian(_ text: String) -> Bool {
        ["не меньше", "не больше", ": больше", ": меньше", ": не ", "в списке", "неизвестно", "любое"].contains { text.contains($0) }
    }

    /// A CSV table: no outer spaces, quotes only where a comma or a quote stands inside, a line end at the end.
    private static func table(_ file: RuleSource) -> String {
        guard let rows = try? CSVTable.rows(file.text, file: file.path) else { return file.text }
        return rows.map { row in row.fields.map(field).joined(separator: ",") + "\n" }.joined()
    }

    private static func field(_ text: String) -> String {
        guard text.contains(",") || text.contains("\"") || text.contains("\n") else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
