// SPDX-License-Identifier: Apache-2.0
import CallModel
import Decisions
import RuleFiles
import StrictYAML

/// W06: look-alike letters in texts that people read, and words that differ from another one by a letter.
struct SpellingFindings {
    let set: RuleSet
    private var folder: RuleFolder { self.set.folder }

    func findings() -> [Finding] { mixedLetters() + nearWords() }

    /// Labels, questions and sentences with letters of two scripts in one word, found where they stand in the file.
    private func mixedLetters() -> [Finding] {
        set.files.filter { $0.path.hasSuffix(".yaml") }.flatMap { source -> [Finding] in
            guard source.text.unicodeScalars.contains(where: { (0x400...0x4FF).contains($0.value) }) else { return [] }
            return source.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().flatMap { number, line in
                mixedWords(String(line)).map { finding(at: SourcePlace(file: source.path, line: number + 1, column: $0.column), $0.word, $0.plain) }
            }
        }
    }

    private func mixedWords(_ line: String) -> [(word: String, plain: String, column: Int)] {
        var found: [(String, String, Int)] = []
        var word = ""
        var (column, start) = (1, 1)
        func flush() {
            if !word.isEmpty, let plain = Spelling.unmixed(word) { found.append((word, plain, start)) }
            word = ""
        }
        for character in line {
            if character == "#", word.isEmpty { break }
            if character.isLetter {
                if word.isEmpty { start = column }
                word.append(character)
            } else {
                flush()
            }
            column += character.unicodeScalars.count
        }
        flush()
        return found
    }

    private func finding(at place: SourcePlace, _ word: String, _ plain: String) -> Finding {
        Finding(
            code: "W06", severity: .warning, place: place,
            text: Wording([.en: "\"\(word)\" mixes Latin and Cyrillic letters", .ru: "в «\(word)» смешаны латинские и русские буквы"]),
            fix: Finding.Fix(text: Wording(plain)))
    }

    /// Groups, targets and tags that rules give: one that differs from another by a letter is probably meant to be it.
    private func nearWords() -> [Finding] {
        let outcomes = folder.tables.flatMap { table in table.rules.map { (table.name, $0) } }
        let groups = outcomes.compactMap { table, rule in word(rule.outcome.group).map { ($0, table, rule) } }
        let targets = outcomes.compactMap { table, rule in word(rule.outcome.to).map { ($0, table, rule) } }
        let tags = outcomes.flatMap { table, rule in rule.outcome.tags.map { ($0, table, rule) } }
        return [groups, targets, tags].flatMap(near)
    }

    private func word(_ word: OutcomeDeclaration.Word?) -> String? { if case .word(let text) = word { text } else { nil } }

    private func near(_ uses: [(word: String, table: String, rule: RuleDeclaration)]) -> [Finding] {
        let counts = Dictionary(grouping: uses, by: { $0.word }).mapValues(\.count)
        return uses.compactMap { use in
            guard use.word.count > 3, let count = counts[use.word] else { return nil }
            let others = counts.keys.filter { $0 != use.word && (counts[$0] ?? 0) > count }.sorted()
            guard let meant = others.first(where: { Spelling.isNear(use.word, $0) }) else { return nil }
            var finding = Finding(
                code: "W06", severity: .warning, place: use.rule.place,
                text: Wording([
                    .en: "rule \"\(use.rule.name)\" says \"\(use.word)\", and others say \"\(meant)\"",
                    .ru: "в правиле «\(use.rule.name)» стоит «\(use.word)», в других — «\(meant)»",
                ]), fix: Finding.Fix(text: Wording(meant)))
            finding.rule = use.rule.name
            finding.table = use.table
            return finding
        }
    }
}
