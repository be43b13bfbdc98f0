// SPDX-License-Identifier: Apache-2.0
import Decisions
import StrictYAML

/// Reads `lists:` and the CSV files they name.
struct ListReader {
    let files: [String: String]
    let findings: Findings

    func read(_ node: YAMLNode, into book: FactBook) {
        guard let nodes = findings.note({ () throws(SourceProblem) in try node.list() }) else { return }
        for node in nodes {
            guard let list = declaration(node) else { continue }
            if book.add(list) == nil {
                findings.add("the list \"\(list.name)\" stands twice in this folder", fix: "give one of them another name", at: list.place)
            }
        }
    }

    private func declaration(_ node: YAMLNode) -> ListDeclaration? {
        guard let block = Block(node, findings) else { return nil }
        defer { block.finish() }
        guard let name = block.text("list"), !name.isEmpty else {
            findings.add("a list has no name", fix: "begin it with: - list: name", at: node.sourcePlace)
            return nil
        }
        checkScripts(name, node.sourcePlace)
        let file = block.take("file")
        let holds = block.take("holds")
        let match = block.take("match")
        let ends = block.take("ends")
        let gives = block.take("gives")
        let of = block.text("of")
        guard let kind = kind(holds, node), let path = file.flatMap({ node in findings.note { () throws(SourceProblem) in try node.text() } }) else {
            if file == nil { findings.add("the list \"\(name)\" names no file", fix: "file: lists/\(name).csv", at: node.sourcePlace) }
            return nil
        }
        var list = ListDeclaration(name: name, place: node.sourcePlace, file: path, holds: kind)
        if let of { list.of = of }
        check(match, kind)
        list.gives = gives.flatMap { text($0) }.map { commaParts($0).map(\.text) } ?? []
        list.givesPlace = gives?.sourcePlace
        if let gives, kind != .phonePrefix {
            findings.add("only a list that holds phone prefix can give facts", fix: "holds: phone prefix", at: gives.sourcePlace)
        }
        guard let source = files[path] else {
            let near = closest(path, among: files.keys.filter { $0.hasSuffix(".csv") }.sorted())
            findings.add("there is no file \"\(path)\"", fix: near ?? "create it, with a header line", at: file?.textPlace ?? node.sourcePlace)
            return list
        }
        list.rows = rows(source, of: list, ends: ends)
        return list
    }

    private func text(_ node: YAMLNode) -> String? { findings.note { () throws(SourceProblem) in try node.text() } }

    private func checkScripts(_ name: String, _ place: SourcePlace) {
        if let plain = unmixed(name) { findings.add("\"\(name)\" mixes Latin and Cyrillic letters", fix: plain, at: place) }
    }

    private func kind(_ node: YAMLNode?, _ list: YAMLNode) -> ListDeclaration.Holds? {
        let names = ListDeclaration.Holds.allCases.map(\.rawValue)
        guard let node, let text = text(node) else {
            findings.add("what the list holds is missing", fix: "holds: \(names.joined(separator: " | "))", at: list.sourcePlace)
            return nil
        }
        if let kind = ListDeclaration.Holds(rawValue: folded(text)) { return kind }
        findings.add("a list can't hold \"\(text)\"", fix: suggestion(for: text, among: names), at: node.textPlace)
        return nil
    }

    private func check(_ match: YAMLNode?, _ kind: ListDeclaration.Holds) {
        guard let match, let text = text(match) else { return }
        if folded(text) != "longest" { findings.add("\"\(text)\" is no way to match", fix: "longest", at: match.textPlace) }
        if kind != .phonePrefix { findings.add("match: goes with phone prefixes", fix: "leave it out", at: match.sourcePlace) }
    }

    // MARK: - The file

    /// Where the columns of a file are.
    private struct Header {
        var width = 0
        var until: Int?
        var given: [Int?] = []
    }

    private func rows(_ source: String, of list: ListDeclaration, ends: YAMLNode?) -> ListRows {
        let whole = SourcePlace(file: list.file, line: 0, column: 0)
        var rows = ListRows()
        var header: Header?
        var isFirst = true
        let isPhone = list.holds == .phone || list.holds == .phonePrefix
        do throws(Mistake) {
            try CSVReader.each(source, file: list.file) { fields in
                if isFirst {
                    isFirst = false
                    header = self.header(fields, list, ends)
                } else if let header, let row = row(fields, header, list) {
                    rows.append(row, isPhone: isPhone)
                }
            }
        } catch {
            findings.add(error, at: whole)
            return ListRows()
        }
        if isFirst { findings.add("the file is empty", fix: "begin it with a line of column names", at: whole) }
        rows.finish(isPhone: isPhone)
        return rows
    }

    private func header(_ fields: [CSVReader.Field], _ list: ListDeclaration, _ ends: YAMLNode?) -> Header? {
        if fields.count == 1, fields[0].text.contains(";") {
            findings.add("columns are set apart by semicolons", fix: fields[0].text.replacing(";", with: ","), at: fields[0].place)
            return nil
        }
        let given = list.gives.map { name in
            let index = fields.firstIndex { folded($0.text) == folded(name) }
            if index == nil {
                findings.add(
                    "\"\(list.file)\" has no column \"\(name)\"", fix: suggestion(for: name, among: fields.map(\.text)),
                    at: list.givesPlace ?? list.place)
            }
            return index
        }
        return Header(width: fields.count, until: ends.flatMap { column($0, in: fields) }, given: given)
    }

    private func column(_ node: YAMLNode, in header: [CSVReader.Field]) -> Int? {
        guard let name = text(node) else { return nil }
        if let index = header.firstIndex(where: { folded($0.text) == folded(name) }) { return index }
        findings.add("the list's file has no column \"\(name)\"", fix: suggestion(for: name, among: header.map(\.text)), at: node.textPlace)
        return nil
    }

    private func row(_ fields: [CSVReader.Field], _ header: Header, _ list: ListDeclaration) -> ListDeclaration.Row? {
        guard let key = fields.first else { return nil }
        if fields.count > header.width {
            findings.add(
                "the line has \(fields.count) fields and the header \(header.width)", fix: "put fields with commas into quotes",
                at: fields[header.width].place)
            return nil
        }
        do throws(Mistake) {
            var row = ListDeclaration.Row(
                line: Int32(clamping: key.place.line), key: key.text, value: try value(key.text, list.holds), until: .max, given: [])
            if let until = header.until, until < fields.count, !fields[until].text.isEmpty {
                do throws(Mistake) { row.until = try lastDay(fields[until].text) } catch { findings.add(error, at: fields[until].place) }
            }
            row.given = header.given.map { index in index.flatMap { $0 < fields.count ? fields[$0].text : nil } ?? "" }
            return row
        } catch {
            findings.add(error, at: key.place)
            return nil
        }
    }

    private func value(_ text: String, _ holds: ListDeclaration.Holds) throws(Mistake) -> Int64 {
        switch holds {
        case .phone, .phonePrefix: return try PhoneReader.read(text)
        case .date: return try lastDay(text)
        case .word:
            if text.isEmpty { throw Mistake("the word is missing", fix: "delete the line") }
            return 0
        }
    }

    private func lastDay(_ text: String) throws(Mistake) -> Int64 {
        guard case .day(let day) = try DateReader.read(text) else { throw Mistake("a year is missing", fix: "such as 2026-03-08") }
        return day
    }
}
