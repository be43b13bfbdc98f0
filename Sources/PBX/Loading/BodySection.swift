// SPDX-License-Identifier: Apache-2.0
import StrictYAML

/// Reads `body:` and `require:`.
struct BodySection {
    let scope: PathScope

    func readings(_ node: YAMLNode) throws(SourceProblem) -> [BodyReading] {
        var readings: [BodyReading] = []
        for row in try node.list() { readings.append(try reading(row)) }
        guard !readings.isEmpty else { throw node.problem("no row says how a body is read", fix: "add {type: application/json, read: [json]}") }
        return readings
    }

    private func reading(_ node: YAMLNode) throws(SourceProblem) -> BodyReading {
        var fields = try node.fields()
        var types: [String] = []
        for type in fields.take("type")?.oneOrMany() ?? [] { types.append(try type.text().lowercased()) }
        let conditions = try fields.take("when").map { when throws(SourceProblem) in try ConditionSection(scope: scope).conditions(when) } ?? []
        let read = try fields.require("read")
        try fields.finish()
        var steps: [BodyReading.Step] = []
        for step in read.oneOrMany() { steps.append(try self.step(step)) }
        return BodyReading(types: types, conditions: conditions, steps: steps, line: node.place.line)
    }

    private func step(_ node: YAMLNode) throws(SourceProblem) -> BodyReading.Step {
        let text = try node.text()
        switch text {
        case "form": return .form(percentDecoded: true, nested: false)
        case "form raw": return .form(percentDecoded: false, nested: false)
        case "form nested": return .form(percentDecoded: true, nested: true)
        case "json": return .json
        case "json repaired": return .jsonRepaired
        case "xml": return .xml
        case "query": return .query
        case "multipart": return .multipart
        case "base64": return .base64
        case "nothing": return .nothing
        case "each": return .each(Place(root: .body, steps: [], change: nil))
        default: break
        }
        if text.hasPrefix("field ") { return .field(trimmed(String(text.dropFirst(6)))) }
        if text.hasPrefix("after ") { return .after(trimmed(String(text.dropFirst(6)))) }
        if text.hasPrefix("decode values ") { return .decodeValues(try path(String(text.dropFirst(14)), node)) }
        if text.hasPrefix("each ") { return .each(try path(String(text.dropFirst(5)), node)) }
        throw node.problem(
            "\"\(text)\" is no way to read a body",
            fix:
                "known: form, form raw, form nested, json, json repaired, xml, multipart, query, base64, nothing, field NAME, after TEXT, decode values PATH, each, each PATH"
        )
    }

    private func path(_ text: String, _ node: YAMLNode) throws(SourceProblem) -> Place {
        let expression = try located(node) { () throws(TextProblem) in try PathExpression(trimmed(text)) }
        guard let place = expression.places.first, place.root == .body else { throw node.problem("a path inside the body is expected here") }
        return place
    }

    func requirements(_ node: YAMLNode) throws(SourceProblem) -> [CompiledDialect.Requirement] {
        var requirements: [CompiledDialect.Requirement] = []
        for item in node.oneOrMany() {
            if item.isScalar {
                requirements.append(.present(try scope.expression(item), try item.text()))
                continue
            }
            var fields = try item.fields()
            let end = fields.take("ends with")
            let same = if let end { end } else { try fields.require("same") }
            try fields.finish()
            let pair = try same.list()
            guard pair.count == 2 else { throw same.problem("two paths are expected here", fix: "write same: [query.id, id]") }
            let names = "\(try pair[0].text()) and \(try pair[1].text())"
            let (left, right) = (try scope.expression(pair[0]), try scope.expression(pair[1]))
            requirements.append(end == nil ? .same(left, right, names) : .endsWith(left, right, names))
        }
        return requirements
    }
}

/// Reads a `when:`.
struct ConditionSection {
    let scope: PathScope

    func conditions(_ node: YAMLNode) throws(SourceProblem) -> [Condition] {
        var conditions: [Condition] = []
        for entry in try node.entries() {
            let key = YAMLNode(content: .scalar(entry.key, quoted: false), place: entry.keyPlace, file: node.file)
            conditions.append(Condition(expression: try scope.expression(key), test: try test(entry.value)))
        }
        return conditions
    }

    func test(_ node: YAMLNode) throws(SourceProblem) -> Condition.Test {
        if case .sequence(let nodes) = node.content {
            var texts: [String] = []
            for node in nodes { texts.append(try node.text()) }
            return .oneOf(texts)
        }
        guard case .scalar(let text, let quoted) = node.content else {
            throw node.problem(
                "a test is expected here", fix: "write a word, a list of words, present, absent, over N, starts with X, ends with X or not …")
        }
        return quoted ? .oneOf([text]) : try test(text, node)
    }

    private func test(_ text: String, _ node: YAMLNode) throws(SourceProblem) -> Condition.Test {
        if text == "present" { return .present }
        if text == "absent" { return .absent }
        if text.hasPrefix("not ") { return .not(try test(String(text.dropFirst(4)), node)) }
        if text.hasPrefix("starts with ") { return .startsWith(String(text.dropFirst(12))) }
        if text.hasPrefix("ends with ") { return .endsWith(String(text.dropFirst(10))) }
        if text.hasPrefix("over ") {
            guard let bound = Double(text.dropFirst(5)) else { throw node.problem("\"\(text)\": a number is expected after over") }
            return .over(bound)
        }
        return .oneOf([text])
    }
}
