// SPDX-License-Identifier: Apache-2.0
import CallModel
import Decisions
import StrictYAML

/// Reads facts.yaml.
struct FactReader {
    let findings: Findings
    let wordings: WordingReader

    init(_ findings: Findings) {
        self.findings = findings
        wordings = WordingReader(findings: findings)
    }

    func read(_ root: YAMLNode, into book: FactBook) {
        guard let block = Block(root, findings) else { return }
        checkFormat(block, findings)
        if let facts = block.take("facts"), let entries = findings.entries(of: facts) {
            for entry in entries { add(entry, file: root.file, to: book) }
        } else {
            findings.add("facts.yaml names no facts", fix: "facts:", at: root.sourcePlace)
        }
        block.finish()
    }

    private func add(_ entry: YAMLNode.Entry, file: String, to book: FactBook) {
        let place = SourcePlace(file: file, line: entry.keyPlace.line, column: entry.keyPlace.column)
        if let plain = unmixed(entry.key) { findings.add("\"\(entry.key)\" mixes Latin and Cyrillic letters", fix: plain, at: place) }
        guard let block = Block(entry.value, findings) else { return }
        defer { block.finish() }
        let keys: [String: YAMLNode] = Dictionary(
            ["type", "label", "ask", "unit", "private", "values", "show", "reasons", "groups", "targets"].compactMap { key in
                block.take(key).map { (key, $0) }
            }, uniquingKeysWith: { $1 })
        guard let type = type(keys["type"], at: place, fact: entry.key) else { return }
        var fact = FactDeclaration(name: entry.key, type: type, place: place, label: keys["label"].flatMap(wordings.read))
        fact.ask = keys["ask"].flatMap(wordings.read)
        fact.unit = keys["unit"].flatMap(text)
        fact.isPrivate = keys["private"].flatMap { node in findings.note { () throws(SourceProblem) in try node.yesNo() } } ?? false
        readWords(keys, of: &fact)
        fact.numberWords()
        if book.add(fact) == nil { findings.add("the fact \"\(fact.name)\" is declared twice", fix: "delete one of them", at: place) }
    }

    private func text(_ node: YAMLNode) -> String? { findings.note { () throws(SourceProblem) in try node.text() } }

    private func type(_ node: YAMLNode?, at place: SourcePlace, fact: String) -> FactType? {
        let names = FactType.allCases.map(\.rawValue)
        guard let node, let text = text(node) else {
            findings.add("the fact \"\(fact)\" has no type", fix: "type: \(names.joined(separator: " | "))", at: place)
            return nil
        }
        if let type = FactType(rawValue: folded(text)) { return type }
        let known = [
            "bool": "yes/no", "boolean": "yes/no", "string": "text", "integer": "count", "int": "count", "enum": "choice", "list": "choice",
            "phone number": "phone", "decimal": "number",
        ]
        findings.add("\"\(text)\" is no type", fix: known[folded(text)] ?? suggestion(for: text, among: names), at: node.textPlace)
        return nil
    }

    // MARK: - Words of a choice

    private func readWords(_ keys: [String: YAMLNode], of fact: inout FactDeclaration) {
        let takesWords = fact.type == .choice || fact.type == .tags
        for key in ["values", "show", "reasons", "groups", "targets"] where !takesWords {
            if let node = keys[key] { findings.add("\(key): goes with a choice", fix: "type: choice, or leave it out", at: node.sourcePlace) }
        }
        guard takesWords else { return }
        guard let values = keys["values"] else {
            if fact.type == .choice { findings.add("the choice \"\(fact.name)\" has no values", fix: "values: one, another", at: fact.place) }
            return
        }
        fact.hasFixedWords = true
        if let text = text(values), let list = Operator.rest(of: text, after: "from list"), !list.isEmpty {
            fact.valuesFrom = FactDeclaration.ListName(name: list.text, place: values.textPlace)
            for key in ["show", "reasons", "groups", "targets"] where keys[key] != nil {
                findings.add("\(key): needs values that are written out", fix: "leave it out", at: keys[key]?.sourcePlace ?? fact.place)
            }
            return
        }
        fact.words = words(values, of: fact)
        if let show = keys["show"] { readShow(show, of: &fact) }
        if let reasons = keys["reasons"] { readMap(reasons, of: &fact) { $0.reason = $1 } }
        if let groups = keys["groups"] { readMap(groups, of: &fact) { $0.group = $1 } }
        if let targets = keys["targets"] { readMap(targets, of: &fact) { $0.target = $1 } }
        if let reasons = keys["reasons"] { checkCodes(reasons) }
    }

    private func words(_ node: YAMLNode, of fact: FactDeclaration) -> [DeclaredWord] {
        guard let text = text(node) else { return [] }
        var words: [DeclaredWord] = []
        var seen: Set<String> = []
        for part in commaParts(text) {
            var place = node.textPlace
            place.column += part.offset
            guard check(part.text, at: place) else { continue }
            if seen.insert(folded(part.text)).inserted {
                words.append(DeclaredWord(word: part.text, show: Wording(part.text)))
            } else {
                findings.add("the value \"\(part.text)\" stands twice", fix: "delete one of them", at: place)
            }
        }
        if fact.type == .tags, words.count > FactBook.tagsMax {
            findings.add("\(fact.name) has more than \(FactBook.tagsMax) words", fix: "use fewer", at: node.sourcePlace)
        }
        return words
    }

    private func check(_ word: String, at place: SourcePlace) -> Bool {
        if word.isEmpty {
            findings.add("a value is missing between commas", fix: "delete a comma", at: place)
            return false
        }
        if let plain = unmixed(word) { findings.add("\"\(word)\" mixes Latin and Cyrillic letters", fix: plain, at: place) }
        let lower = folded(word)
        if CellReader.reservedWords.contains(lower) || ["not ", "in list ", "has "].contains(where: lower.hasPrefix) {
            findings.add("\"\(word)\" can't be a value: a cell would read it as a test", fix: "use another word", at: place)
            return false
        }
        return true
    }

    private func readShow(_ node: YAMLNode, of fact: inout FactDeclaration) {
        guard let block = Block(node, findings) else { return }
        for language in Language.allCases {
            guard let texts = block.take(language.rawValue), let line = text(texts) else { continue }
            let shown = commaParts(line).map(\.text)
            guard shown.count == fact.words.count else {
                findings.add(
                    "\(shown.count) words for \(fact.words.count) values of \(fact.name)", fix: "one for each value, in the same order",
                    at: texts.sourcePlace)
                continue
            }
            for index in shown.indices {
                let others = Language.allCases.filter { $0 != language }.map { ($0, fact.words[index].show.text($0)) }
                fact.words[index].show = Wording(Dictionary(uniqueKeysWithValues: others + [(language, shown[index])]))
            }
        }
        block.finish()
    }

    private func readMap(_ node: YAMLNode, of fact: inout FactDeclaration, _ set: (inout DeclaredWord, String) -> Void) {
        guard let entries = findings.entries(of: node) else { return }
        for entry in entries {
            guard let value = text(entry.value) else { continue }
            if let index = fact.words.firstIndex(where: { folded($0.word) == folded(entry.key) }) {
                set(&fact.words[index], value)
            } else {
                findings.add(
                    "\"\(entry.key)\" is no value of \(fact.name)", fix: suggestion(for: entry.key, among: fact.words.map(\.word)),
                    at: SourcePlace(file: node.file, line: entry.keyPlace.line, column: entry.keyPlace.column))
            }
        }
    }

    private func checkCodes(_ node: YAMLNode) {
        let known = OutcomeReader.codes
        for entry in findings.entries(of: node) ?? [] {
            guard let code = text(entry.value), !known.contains(code) else { continue }
            findings.add(
                "there is no reason \"\(code)\"", fix: closest(code, among: known.sorted()).map { $0.uppercased() } ?? "a code of the vocabulary",
                at: entry.value.textPlace)
        }
    }
}

/// `format: 1`, which every file begins with.
func checkFormat(_ block: Block, _ findings: Findings) {
    guard let node = block.take("format") else {
        findings.add("the format is missing", fix: "format: 1", at: block.place)
        return
    }
    if let text = findings.note({ () throws(SourceProblem) in try node.text() }), text != "1" {
        findings.add("this version reads format 1, not \"\(text)\"", fix: "1", at: node.textPlace)
    }
}
