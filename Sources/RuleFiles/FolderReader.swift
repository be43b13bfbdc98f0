// SPDX-License-Identifier: Apache-2.0
import CallModel
import Decisions
import StrictYAML

/// Reads all files of a folder in the order in which they need each other.
struct FolderReader {
    let findings = Findings()
    let book = FactBook()
    private(set) var tables: [TableDeclaration] = []
    private(set) var examples: [ExampleDeclaration] = []
    private(set) var promises: [PromiseDeclaration] = []
    private(set) var zone: String?
    private let files: [String: String]

    init(_ sources: [RuleSource]) {
        files = Dictionary(sources.map { ($0.path, $0.text) }) { first, _ in first }
    }

    /// A file of rules while its parts wait for each other.
    private struct RuleFile {
        let lists: YAMLNode?
        let tables: YAMLNode?
        let promises: YAMLNode?
        let inForce: ClosedRange<Int64>?
    }

    mutating func read() {
        for path in files.keys.sorted() where path.hasSuffix(".yml") {
            findings.add("a rule file's name ends in .yaml", fix: path.dropLast(4) + ".yaml", at: SourcePlace(file: path, line: 0, column: 0))
        }
        if let text = files["facts.yaml"] {
            if let root = parse(text, "facts.yaml") { FactReader(findings).read(root, into: book) }
        } else {
            findings.add(
                "there is no facts.yaml", fix: "create it: it names what rules may ask", at: SourcePlace(file: "facts.yaml", line: 0, column: 0))
        }
        addBuiltInFacts()
        var ruleFiles: [RuleFile] = []
        for path in files.keys.sorted() where path.hasSuffix(".yaml") && !path.contains("/") && path != "facts.yaml" {
            if let file = ruleFile(path) { ruleFiles.append(file) }
        }
        for file in ruleFiles {
            if let lists = file.lists { ListReader(files: files, findings: findings).read(lists, into: book) }
        }
        ListLinks(book: book, findings: findings).resolve()
        let readers = ruleFiles.map { TableReader(book: book, findings: findings, files: files, inForce: $0.inForce) }
        for (file, reader) in zip(ruleFiles, readers) { if let tables = file.tables { reader.declareGivenFacts(tables) } }
        for (file, reader) in zip(ruleFiles, readers) { if let node = file.tables { tables += reader.tables(node) } }
        readPromisesAndExamples(ruleFiles)
    }

    private mutating func readPromisesAndExamples(_ ruleFiles: [RuleFile]) {
        for file in ruleFiles {
            if let node = file.promises { promises += PromiseReader(book: book, findings: findings).read(node) }
        }
        for path in files.keys.sorted() where path.hasPrefix("examples/") && path.hasSuffix(".yaml") {
            guard let root = parse(files[path] ?? "", path) else { continue }
            examples += ExampleReader(book: book, findings: findings).read(root)
        }
    }

    private func parse(_ text: String, _ path: String) -> YAMLNode? {
        do throws(SourceProblem) {
            return try YAMLNode.parse(text, file: path)
        } catch {
            for problem in YAMLDiagnosis.problems(text, error) { findings.add(problem) }
            return nil
        }
    }

    private mutating func ruleFile(_ path: String) -> RuleFile? {
        guard let root = parse(files[path] ?? "", path), let block = Block(root, findings) else { return nil }
        checkFormat(block, findings)
        _ = block.text("rules")
        if let node = block.take("zone"), let name = findings.note({ () throws(SourceProblem) in try node.text() }) {
            if let other = zone, other != name {
                findings.add("another file of this folder says zone: \(other)", fix: other, at: node.textPlace)
            }
            zone = name
        }
        let dates = DatesReader(findings: findings).read(block)
        let file = RuleFile(lists: block.take("lists"), tables: block.take("tables"), promises: block.take("promises"), inForce: dates)
        block.finish()
        return file
    }

    /// Facts of every set (DECISIONS.md, "Moments and verdicts"); facts.yaml may declare them itself, with labels of its own.
    private func addBuiltInFacts() {
        let place = SourcePlace(file: "facts.yaml", line: 0, column: 0)
        var outcome = FactDeclaration(name: "outcome", type: .choice, place: place, label: Wording([.en: "How the call went", .ru: "Исход звонка"]))
        outcome.hasFixedWords = true
        outcome.words = CallOutcome.allCases.map { outcome in
            let reason = outcome == .answered ? "BRIEFING_NOT_CLOSED" : outcome.rawValue
            return DeclaredWord(word: outcome.rawValue, show: Wording(outcome.rawValue), reason: reason)
        }
        outcome.numberWords()
        let others = [
            FactDeclaration(name: "wait", type: .duration, place: place, label: Wording([.en: "Time before the answer", .ru: "Ожидание"])),
            FactDeclaration(name: "talk", type: .duration, place: place, label: Wording([.en: "Time of talk", .ru: "Разговор"])),
            FactDeclaration(name: "menu", type: .text, place: place, label: Wording([.en: "Menu", .ru: "Меню"])),
            FactDeclaration(name: "agent", type: .text, place: place, label: Wording([.en: "Agent", .ru: "Оператор"])),
        ]
        for var fact in [outcome] + others where book.index(of: fact.name) == nil {
            fact.isBuiltIn = true
            book.add(fact)
        }
    }
}

/// `from:` and `until:` of a file.
struct DatesReader {
    let findings: Findings

    func read(_ block: Block) -> ClosedRange<Int64>? {
        let table = TableDeclaration(name: "", place: block.place, role: .decides(.ring), policy: .first)
        let reader = RuleReader(book: FactBook(), findings: findings, table: table)
        func text(_ key: String) -> OutputText? {
            block.take(key).flatMap { node in
                findings.note { () throws(SourceProblem) in try node.text() }.map { OutputText(text: $0, place: node.textPlace) }
            }
        }
        return reader.inForce(text("from"), text("until"), rule: nil)
    }
}

/// Ties lists and facts together once both are known.
struct ListLinks {
    let book: FactBook
    let findings: Findings

    func resolve() {
        for index in book.facts.indices { fillWords(of: index) }
        for list in book.lists { checkGiven(list) }
    }

    /// `values: from list L`.
    private func fillWords(of index: Int) {
        let fact = book.facts[index]
        guard let source = fact.valuesFrom else { return }
        guard let list = book.listIndex(of: source.name).map({ book.lists[$0] }) else {
            findings.add(
                "there is no list \"\(source.name)\"",
                fix: closest(source.name, among: book.lists.map(\.name)).map { "from list \($0)" } ?? "declare it under lists:", at: source.place)
            return
        }
        var texts: [String] = []
        if let column = list.gives.firstIndex(where: { folded($0) == folded(fact.name) }) {
            let given = list.rows.column(column)
            var isTaken = [Bool](repeating: false, count: given.texts.count)
            for place in given.places where !isTaken[Int(place)] {
                isTaken[Int(place)] = true
                texts.append(given.texts[Int(place)])
            }
        } else if list.holds == .word {
            texts = list.rows.map(\.key)
        } else {
            findings.add("the list \"\(list.name)\" has no column for \(fact.name)", fix: "gives: \(fact.name)", at: source.place)
        }
        var seen: Set<String> = []
        let words = texts.filter { !$0.isEmpty && seen.insert(folded($0)).inserted }
        book.change(index) {
            $0.words = words.map { DeclaredWord(word: $0, show: Wording($0)) }
            $0.numberWords()
        }
    }

    private func checkGiven(_ list: ListDeclaration) {
        if !list.gives.isEmpty {
            if let index = book.index(of: list.of) {
                if book.facts[index].type != .phone { findings.add("\(list.of) is no phone", fix: "of: a fact of type phone", at: list.place) }
            } else {
                findings.add("there is no fact \"\(list.of)\" to look up", fix: "declare it in facts.yaml as a phone", at: list.place)
            }
        }
        for name in list.gives where folded(name) != "zone" {
            guard let index = book.index(of: name) else {
                findings.add(
                    "there is no fact \"\(name)\" to give", fix: closest(name, among: book.names) ?? "declare it in facts.yaml",
                    at: list.givesPlace ?? list.place)
                continue
            }
            let fact = book.facts[index]
            guard fact.type == .choice, fact.valuesFrom == nil, let column = list.gives.firstIndex(of: name) else { continue }
            let given = list.rows.column(column)
            for place in Set(given.places).sorted() {
                let text = given.texts[Int(place)]
                guard !text.isEmpty, fact.number(of: text) == nil else { continue }
                findings.add(
                    "\"\(text)\" in \(list.file) is no value of \(fact.name)", fix: suggestion(for: text, among: fact.words.map(\.word)),
                    at: list.givesPlace ?? list.place)
            }
        }
    }
}
