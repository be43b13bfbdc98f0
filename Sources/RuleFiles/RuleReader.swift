// SPDX-License-Identifier: Apache-2.0
import CallModel
import Decisions
import Foundation
import StrictYAML

/// Reads the rows of one table, from YAML blocks or from CSV.
struct RuleReader {
    static let ruleKeys = ["rule", "was", "from", "until"]

    let book: FactBook
    let findings: Findings
    let table: TableDeclaration

    private var givenName: String? { table.givenFact.map { book.facts[$0].name } }
    private var outputKeys: [String] { OutcomeReader.keys + (givenName.map { [$0] } ?? []) }

    // MARK: - YAML

    func rules(_ node: YAMLNode) -> [RuleDeclaration] {
        guard let nodes = findings.note({ () throws(SourceProblem) in try node.list() }) else { return [] }
        return unique(nodes.compactMap(rule))
    }

    private func rule(_ node: YAMLNode) -> RuleDeclaration? {
        guard let block = Block(node, findings) else { return nil }
        defer { block.finish() }
        guard let name = block.text("rule"), !name.isEmpty else {
            findings.add("a rule has no name", fix: "begin it with: - rule: name", at: node.sourcePlace)
            _ = block.rest()
            return nil
        }
        let was = block.text("was")
        let days = inForce(block.take("from").flatMap(output), block.take("until").flatMap(output), rule: name)
        let cells = block.take("if").map { self.cells($0, rule: name) } ?? []
        let outcome = self.outcome(block, rule: name, cells: cells, place: node.sourcePlace)
        return RuleDeclaration(name: name, was: was, place: node.sourcePlace, cells: cells, outcome: outcome, inForce: days)
    }

    /// `otherwise:`.
    func outcome(_ block: Block, rule: String, cells: [CellDeclaration], place: SourcePlace) -> OutcomeDeclaration {
        var fields = OutputTexts()
        for key in outputKeys {
            guard let node = block.take(key) else { continue }
            fields[key] = key == "say" ? OutputText(text: "", place: node.textPlace, node: node) : output(node)
        }
        return OutcomeReader(book: book, findings: findings, table: table, rule: rule).read(fields, cells: cells, place: place)
    }

    private func output(_ node: YAMLNode) -> OutputText? {
        if case .sequence(let nodes) = node.content {
            let words = nodes.compactMap { try? $0.text() }
            findings.add("a list is not needed here", fix: words.joined(separator: ", "), at: node.sourcePlace)
            return nil
        }
        return findings.note { () throws(SourceProblem) in try node.text() }.map { OutputText(text: $0.trimmed, place: node.textPlace) }
    }

    /// The cells under `if:` or `when:`.
    func cells(_ node: YAMLNode, rule: String) -> [CellDeclaration] {
        guard let entries = findings.entries(of: node) else { return [] }
        return entries.compactMap { entry in
            let place = SourcePlace(file: node.file, line: entry.keyPlace.line, column: entry.keyPlace.column)
            guard let fact = fact(entry.key, at: place, rule: rule) else { return nil }
            guard let text = cellText(entry.value, rule: rule) else { return nil }
            return cell(fact, text, at: entry.value.textPlace, origin: entry.value.isQuoted ? .free : .plainYAML, rule: rule)
        }
    }

    private func cellText(_ node: YAMLNode, rule: String) -> String? {
        switch node.content {
        case .scalar(let text, _): return text
        case .sequence(let nodes):
            let words = nodes.compactMap { try? $0.text() }.filter { !$0.isEmpty }
            findings.add("a cell is no YAML list", fix: words.isEmpty ? "any" : words.joined(separator: ", "), at: node.sourcePlace, rule: rule)
        case .mapping(let entries):
            findings.add("a cell is one text", fix: entries.first.map { "\($0.key)" } ?? "any", at: node.sourcePlace, rule: rule)
        }
        return nil
    }

    private func fact(_ name: String, at place: SourcePlace, rule: String) -> Int? {
        if let index = book.index(of: name) { return index }
        findings.add("there is no fact \"\(name)\"", fix: closest(name, among: book.names) ?? "declare it in facts.yaml", at: place, rule: rule)
        return nil
    }

    private func cell(_ fact: Int, _ text: String, at place: SourcePlace, origin: CellReader.Origin, rule: String) -> CellDeclaration? {
        do throws(Mistake) {
            let cell = try CellReader(book: book, factIndex: fact, origin: origin).read(text)
            return CellDeclaration(fact: fact, text: text.trimmed, cell: cell, place: place)
        } catch {
            findings.add(error, at: place, rule: rule)
            return nil
        }
    }

    // MARK: - Dates

    func inForce(_ from: OutputText?, _ until: OutputText?, rule: String?) -> ClosedRange<Int64>? {
        let first = from.flatMap { day($0, rule) }
        let last = until.flatMap { day($0, rule) }
        guard first != nil || last != nil else { return nil }
        let (start, end) = (first ?? CivilDate.first, last ?? CivilDate.last)
        guard start <= end else {
            findings.add("it ends before it begins", fix: "exchange from and until", code: "E02", at: until?.place ?? table.place, rule: rule)
            return nil
        }
        return start...end
    }

    private func day(_ field: OutputText, _ rule: String?) -> Int64? {
        guard !field.text.isEmpty else { return nil }
        do throws(Mistake) {
            guard case .day(let day) = try DateReader.read(field.text) else { throw Mistake("a year is missing", fix: "such as 2026-03-08") }
            return day
        } catch {
            findings.add(error, at: field.place, rule: rule)
            return nil
        }
    }

    // MARK: - CSV

    func rules(csv text: String, file: String) -> [RuleDeclaration] {
        let whole = SourcePlace(file: file, line: 0, column: 0)
        var columns: [Column]?
        var isFirst = true
        var rules: [RuleDeclaration] = []
        do throws(Mistake) {
            try CSVReader.each(text, file: file) { fields in
                if isFirst {
                    isFirst = false
                    columns = header(fields)
                } else if let columns, let rule = rule(fields, columns) {
                    rules.append(rule)
                }
            }
        } catch {
            findings.add(error, at: whole)
            return []
        }
        if isFirst { findings.add("the file is empty", fix: "begin it with a line of column names", at: whole) }
        return unique(rules)
    }

    private func header(_ fields: [CSVReader.Field]) -> [Column]? {
        if fields.count == 1, fields[0].text.contains(";") {
            findings.add("columns are set apart by semicolons", fix: fields[0].text.replacing(";", with: ","), at: fields[0].place)
            return nil
        }
        return columns(fields)
    }

    private enum Column {
        case key(String)
        case fact(CellColumn)
    }

    /// The cells of one CSV column: each different text is read once.
    private final class CellColumn {
        let reader: CellReader
        var known: [String: Cell] = [:]

        init(_ reader: CellReader) { self.reader = reader }

        func cell(_ text: String) throws(Mistake) -> Cell {
            if let cell = known[text] { return cell }
            let cell = try reader.read(text)
            known[text] = cell
            return cell
        }
    }

    /// What rules with the same outputs say; only of outputs that were read without a finding and hang on no cell.
    private final class OutcomeMemo {
        var known: [String: OutcomeDeclaration] = [:]
    }

    private let outcomes = OutcomeMemo()

    private func columns(_ header: [CSVReader.Field]) -> [Column]? {
        var columns: [Column] = []
        var seen: Set<String> = []
        let reserved = Self.ruleKeys + outputKeys
        for field in header {
            if !seen.insert(folded(field.text)).inserted {
                findings.add("the column \"\(field.text)\" stands twice", fix: "delete one of them", at: field.place)
            }
            if let key = reserved.first(where: { folded($0) == folded(field.text) }) {
                columns.append(.key(key))
            } else if let fact = book.index(of: field.text) {
                columns.append(.fact(CellColumn(CellReader(book: book, factIndex: fact, origin: .free))))
            } else {
                findings.add(
                    "the column \"\(field.text)\" is neither a fact nor an output", fix: suggestion(for: field.text, among: book.names + reserved),
                    at: field.place)
            }
        }
        guard columns.count == header.count else { return nil }
        guard columns.contains(where: { if case .key("rule") = $0 { true } else { false } }) else {
            findings.add("the table has no column \"rule\"", fix: "add one: each rule has a name", at: header[0].place)
            return nil
        }
        return columns
    }

    private func rule(_ fields: [CSVReader.Field], _ columns: [Column]) -> RuleDeclaration? {
        guard let place = fields.first?.place else { return nil }
        if fields.count > columns.count {
            findings.add(
                "the line has \(fields.count) fields and the header \(columns.count)", fix: "put cells with commas into quotes",
                at: fields[columns.count].place)
            return nil
        }
        var row = OutputTexts()
        var outputs = OutputTexts()
        var said = ""
        var cells: [(CellColumn, CSVReader.Field)] = []
        for (column, field) in zip(columns, fields) where !field.text.isEmpty {
            switch column {
            case .fact(let facts): cells.append((facts, field))
            case .key(let key):
                let text = OutputText(text: field.text, place: field.place)
                if Self.ruleKeys.contains(key) {
                    row[key] = text
                } else {
                    outputs[key] = text
                    said += key
                    said += "\u{1F}"
                    said += field.text
                    said += "\u{1E}"
                }
            }
        }
        guard let name = row["rule"]?.text else {
            findings.add("a rule has no name", fix: "fill its column \"rule\"", at: place)
            return nil
        }
        let read = cells.compactMap { cell($0, $1, rule: name) }
        let days = inForce(row["from"], row["until"], rule: name)
        let outcome = outcome(outputs, said: said, rule: name, cells: read, place: place)
        return RuleDeclaration(name: name, was: row["was"]?.text, place: place, cells: read, outcome: outcome, inForce: days)
    }

    private func cell(_ column: CellColumn, _ field: CSVReader.Field, rule: String) -> CellDeclaration? {
        do throws(Mistake) {
            return CellDeclaration(fact: column.reader.factIndex, text: field.text.trimmed, cell: try column.cell(field.text), place: field.place)
        } catch {
            findings.add(error, at: field.place, rule: rule)
            return nil
        }
    }

    private func outcome(_ outputs: OutputTexts, said: String, rule: String, cells: [CellDeclaration], place: SourcePlace) -> OutcomeDeclaration {
        if let known = outcomes.known[said] { return known }
        let before = findings.problems.count
        let outcome = OutcomeReader(book: book, findings: findings, table: table, rule: rule).read(outputs, cells: cells, place: place)
        // `reason: by …` is checked against the rule's own cells.
        if case .by? = outcome.reason { return outcome }
        if findings.problems.count == before { outcomes.known[said] = outcome }
        return outcome
    }

    private func unique(_ rules: [RuleDeclaration]) -> [RuleDeclaration] {
        var names: Set<String> = []
        for rule in rules {
            if !names.insert(folded(rule.name)).inserted {
                findings.add("the rule \"\(rule.name)\" stands twice in \(table.name)", fix: "give one of them another name", at: rule.place)
            }
            if let plain = unmixed(rule.name) { findings.add("\"\(rule.name)\" mixes Latin and Cyrillic letters", fix: plain, at: rule.place) }
        }
        return rules
    }
}
