// SPDX-License-Identifier: Apache-2.0
import CallModel
import Foundation
import StrictYAML

/// Reads `examples:`.
struct ExampleReader {
    static let expected = ["then", "rule", "table", "reason", "group", "to", "within", "priority", "tags", "say", "score", "ask", "decided"]

    let book: FactBook
    let findings: Findings

    func read(_ root: YAMLNode) -> [ExampleDeclaration] {
        guard let block = Block(root, findings) else { return [] }
        checkFormat(block, findings)
        defer { block.finish() }
        guard let list = block.take("examples"), let nodes = findings.note({ () throws(SourceProblem) in try list.list() }) else { return [] }
        return nodes.compactMap(example)
    }

    private func example(_ node: YAMLNode) -> ExampleDeclaration? {
        guard let block = Block(node, findings) else { return nil }
        defer { block.finish() }
        let name = block.text("example")
        let at = block.take("at")
        let when = block.take("when")
        let closed = block.take("closed")
        let line = block.take("line")
        let facts = block.take("facts").map { stated($0, isFact: true) } ?? []
        let expect = block.take("expect").map { stated($0, isFact: false) } ?? []
        guard let name, !name.isEmpty else {
            findings.add("an example has no name", fix: "begin it with: - example: name", at: node.sourcePlace)
            return nil
        }
        guard let at, let word = findings.note({ () throws(SourceProblem) in try at.text() }), let moment = Moment(rawValue: folded(word)) else {
            let said = at.flatMap { try? $0.text() } ?? ""
            if let at, !said.isEmpty {
                findings.add("\"\(said)\" is no moment", fix: suggestion(for: said, among: Moment.allCases.map(\.rawValue)), at: at.textPlace)
            } else {
                findings.add("the example says no moment", fix: "at: ring | brief | hangup", at: node.sourcePlace)
            }
            return nil
        }
        if expect.isEmpty { findings.add("the example expects nothing", fix: "expect: with then: …", at: node.sourcePlace) }
        var example = ExampleDeclaration(name: name, place: node.sourcePlace, moment: moment, facts: facts, expect: expect)
        if let line, let text = findings.note({ () throws(SourceProblem) in try line.text() }) {
            example.facts.append(.init(name: "line", text: text, place: line.textPlace))
        }
        example.closed = closed.flatMap { node in findings.note { () throws(SourceProblem) in try node.yesNo() } } ?? false
        example.when = when.flatMap(self.when)
        return example
    }

    private func stated(_ node: YAMLNode, isFact: Bool) -> [ExampleDeclaration.Stated] {
        guard let entries = findings.entries(of: node) else { return [] }
        return entries.compactMap { entry in
            let place = SourcePlace(file: node.file, line: entry.keyPlace.line, column: entry.keyPlace.column)
            if isFact, book.index(of: entry.key) == nil {
                findings.add("there is no fact \"\(entry.key)\"", fix: closest(entry.key, among: book.names) ?? "declare it in facts.yaml", at: place)
                return nil
            }
            if !isFact, !Self.expected.contains(entry.key) {
                findings.add("\"\(entry.key)\" can't be expected", fix: suggestion(for: entry.key, among: Self.expected), at: place)
                return nil
            }
            guard let text = findings.note({ () throws(SourceProblem) in try entry.value.text() }) else { return nil }
            if isFact { check(text, of: entry.key, at: entry.value.textPlace) }
            return ExampleDeclaration.Stated(name: entry.key, text: text.trimmed, place: entry.value.textPlace)
        }
    }

    /// A value in a file that can't be read is a mistake, not an unknown.
    private func check(_ text: String, of name: String, at place: SourcePlace) {
        guard let index = book.index(of: name), !["unknown", "declined", "неизвестно", "отказ"].contains(folded(text)) else { return }
        let fact = book.facts[index]
        do throws(Mistake) {
            switch fact.type {
            case .text: break
            case .tags: _ = try TagTests(book: book, factIndex: index).read(text)
            default: _ = try ValueReader(fact: fact).read(text.trimmed)
            }
        } catch {
            findings.add(error, at: place)
        }
    }

    /// `2026-03-02 11:40`, `2026-03-02T11:40:05+03:00`.
    private func when(_ node: YAMLNode) -> WallClock? {
        guard let text = findings.note({ () throws(SourceProblem) in try node.text() }) else { return nil }
        if let clock = WallClock.parse(text) { return clock }
        findings.add("\"\(text)\" is no date and time", fix: "such as 2026-03-02 11:40", at: node.textPlace)
        return nil
    }
}

extension WallClock {
    /// Reads ISO 8601 with or without an offset; a space may stand for the `T`, seconds and their fractions may be missing.
    public static func parse(_ text: String) -> WallClock? {
        let pattern = #/(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?/#
        guard let match = text.wholeMatch(of: pattern), let year = Int64(match.1), let month = Int64(match.2), let day = Int64(match.3),
            let hour = Int64(match.4), let minute = Int64(match.5), hour < 24, minute < 60, CivilDate.isValid(year: year, month: month, day: day)
        else { return nil }
        let second = match.6.flatMap { Int64($0) } ?? 0
        let fraction = match.7.flatMap { Int64(($0 + "00").prefix(3)) } ?? 0
        var offset: Int64?
        if let zone = match.8 {
            let digits = zone.filter(\.isNumber)
            let minutes = (Int64(digits.prefix(2)) ?? 0) * 60 + (Int64(digits.suffix(2)) ?? 0)
            offset = (zone.hasPrefix("-") ? -minutes : minutes) * 60_000
        }
        return WallClock(
            day: CivilDate.days(year: year, month: month, day: day), millisecond: ((hour * 60 + minute) * 60 + second) * 1000 + fraction,
            offset: offset)
    }
}
