// SPDX-License-Identifier: Apache-2.0
import StrictYAML

extension ClassRow {
    static func read(_ node: YAMLNode?) throws(SourceProblem) -> [ClassRow] {
        guard let node else { return [] }
        var rows: [ClassRow] = []
        for row in try node.list() { rows.append(try ClassRow(row)) }
        return rows
    }

    init(_ node: YAMLNode) throws(SourceProblem) {
        var fields = try node.fields()
        statuses = []
        for one in fields.take("status")?.oneOrMany() ?? [] { statuses.append(try ClassRow.statuses(one)) }
        type = try fields.text("type")
        text = try fields.text("text")
        headers = []
        for entry in try fields.take("header")?.entries() ?? [] { headers.append((entry.key, try ValueTest(entry.value))) }
        body = []
        for entry in try fields.take("body")?.entries() ?? [] {
            guard let path = JSONPath(entry.key) else { throw entry.value.problem("\"\(entry.key)\" is no path") }
            body.append((path, try ValueTest(entry.value)))
        }
        for (key, test) in [("has", ValueTest.present), ("has not", .absent)] {
            for one in fields.take(key)?.oneOrMany() ?? [] { body.append((try JSONPath(one), test)) }
        }
        `class` = try RecipeReader.word(try fields.require("class"))
        wait = try fields.take("wait").map { (node) throws(SourceProblem) in try Wait(node) }
        try fields.finish()
    }

    /// `404`, `2xx` or `500-599`.
    private static func statuses(_ node: YAMLNode) throws(SourceProblem) -> ClosedRange<Int> {
        let text = try node.text()
        if let status = Int(text), (100...599).contains(status) { return status...status }
        if text.count == 3, text.hasSuffix("xx"), let hundreds = Int(text.prefix(1)), (1...5).contains(hundreds) {
            return hundreds * 100...hundreds * 100 + 99
        }
        let ends = text.split(separator: "-").compactMap { Int($0) }
        if ends.count == 2, ends[0] <= ends[1], (100...599).contains(ends[0]), (100...599).contains(ends[1]) { return ends[0]...ends[1] }
        throw node.problem("\"\(text)\" is no status", fix: "write it like 404, 2xx or 500-599")
    }
}

extension ValueTest {
    /// `present`, `absent`, `starts with …`, `contains …`, `not …`, a value, or a list of values.
    init(_ node: YAMLNode) throws(SourceProblem) {
        guard case .scalar(let text, let quoted) = node.content else {
            var values: [String] = []
            for one in try node.list() { values.append(try one.text()) }
            self = .oneOf(values)
            return
        }
        switch text {
        case "present" where !quoted: self = .present
        case "absent" where !quoted: self = .absent
        case _ where !quoted && text.hasPrefix("starts with "): self = .starts(String(text.dropFirst("starts with ".count)))
        case _ where !quoted && text.hasPrefix("contains "): self = .contains(String(text.dropFirst("contains ".count)))
        case _ where !quoted && text.hasPrefix("not "): self = .noneOf([String(text.dropFirst("not ".count))])
        default: self = .oneOf([text])
        }
    }
}
