// SPDX-License-Identifier: Apache-2.0
import CallModel
import StrictYAML

/// Reads `formats:`, `fields:` and `extra:`.
struct FieldSection {
    struct Formats {
        var times: [TimeFormat] = [.iso8601, .unixSeconds]
        var durations = DurationFormat.seconds
        var withheld: [String] = []
        var zoneIsSources = true
        var needsZone = false
    }

    let scope: PathScope
    let formats: Formats

    static func formats(_ node: YAMLNode) throws(SourceProblem) -> Formats {
        var formats = Formats()
        var fields = try node.fields()
        if let times = fields.take("time") { formats.times = try FieldSection.times(times) }
        if let durations = fields.take("duration") { formats.durations = try durations.word(DurationFormat.self) }
        for word in fields.take("withheld")?.oneOrMany() ?? [] { formats.withheld.append(try word.text()) }
        if let zone = fields.take("zone") {
            enum Zone: String, CaseIterable { case source, utc }
            formats.needsZone = try zone.word(Zone.self) == .source
            formats.zoneIsSources = formats.needsZone
        }
        try fields.finish()
        return formats
    }

    private static func times(_ node: YAMLNode) throws(SourceProblem) -> [TimeFormat] {
        var times: [TimeFormat] = []
        for item in node.oneOrMany() { times.append(try item.word(TimeFormat.self)) }
        return times
    }

    func rules(_ node: YAMLNode) throws(SourceProblem) -> FieldRules {
        var rules = FieldRules()
        for entry in try node.entries() {
            guard let field = CanonicalField.allCases.first(where: { $0.word == entry.key }) else { throw unknown(entry, in: node) }
            rules[field] = try rule(field, entry.value)
        }
        return rules
    }

    private func unknown(_ entry: YAMLNode.Entry, in node: YAMLNode) -> SourceProblem {
        let words = CanonicalField.allCases.map(\.word)
        return SourceProblem(
            file: node.file, line: entry.keyPlace.line, column: entry.keyPlace.column, message: "unknown field \"\(entry.key)\"",
            fix: nearest(to: entry.key, among: words).map { "did you mean \"\($0)\"?" } ?? "known here: \(words.joined(separator: ", "))")
    }

    private func rule(_ field: CanonicalField, _ node: YAMLNode) throws(SourceProblem) -> FieldRule {
        if node.isScalar { return FieldRule(reading: try reading(node), table: nil, times: formats.times, durations: formats.durations) }
        var fields = try node.fields()
        var byDirection: [Direction: PathExpression] = [:]
        for direction in [Direction.inbound, .outbound, .internal] {
            if let place = fields.take(direction.rawValue) { byDirection[direction] = try scope.expression(place) }
        }
        let from = fields.take("from")
        let table = try fields.take("table").map { table throws(SourceProblem) in try self.table(table, for: field) }
        let times = try fields.take("time").map { times throws(SourceProblem) in try FieldSection.times(times) }
        let durations = try fields.take("duration").map { format throws(SourceProblem) in try format.word(DurationFormat.self) }
        try fields.finish()
        if times != nil, !field.isTime { throw node.problem("\"\(field.word)\" is no time") }
        if durations != nil, !field.isDuration { throw node.problem("\"\(field.word)\" is no length of time") }
        guard from != nil || !byDirection.isEmpty else { throw node.problem("\"from:\" is missing here", fix: "say where \"\(field.word)\" stands") }
        let reading = try from.map { from throws(SourceProblem) in try self.reading(from) } ?? .byDirection(byDirection)
        return FieldRule(reading: reading, table: table, times: times ?? formats.times, durations: durations ?? formats.durations)
    }

    private func reading(_ node: YAMLNode) throws(SourceProblem) -> FieldRule.Reading {
        // "none" takes away what the dialect says for all rows.
        if case .scalar("none", quoted: false) = node.content { return .byDirection([:]) }
        return try node.text().contains("{") ? .template(try scope.template(node)) : .expression(try scope.expression(node))
    }

    private func table(_ node: YAMLNode, for field: CanonicalField) throws(SourceProblem) -> ValueTable {
        var words: [String: String] = [:]
        var classes: [(pattern: [UInt8], word: String)] = []
        var otherwise: String?
        for entry in try node.entries() {
            let word = try meaning(entry.value, of: field)
            if entry.key == "otherwise" {
                otherwise = word
            } else if entry.key.utf8.contains(UInt8(ascii: "x")), entry.key.utf8.allSatisfy({ $0 == UInt8(ascii: "x") || (0x30...0x39).contains($0) })
            {
                classes.append((Array(entry.key.utf8), word))
            } else {
                words[entry.key] = word
            }
        }
        return ValueTable(words: words, classes: classes, otherwise: otherwise)
    }

    private func meaning(_ node: YAMLNode, of field: CanonicalField) throws(SourceProblem) -> String {
        switch field {
        case .cause: try node.word(HangupCause.self).rawValue
        case .direction:
            switch try node.text() {
            case "inbound", "outbound", "internal": try node.text()
            default: throw node.problem("\"\(try node.text())\" is no direction", fix: "write inbound, outbound or internal")
            }
        default: try node.text()
        }
    }

    func extra(_ node: YAMLNode) throws(SourceProblem) -> ExtraRule {
        var extra = ExtraRule(rest: false, named: NameSet(), objects: [], fields: [])
        for item in node.oneOrMany() {
            if item.isMapping {
                for entry in try item.entries() { extra.fields.append((entry.key, try scope.expression(entry.value))) }
            } else if try item.text() == "rest" {
                extra.rest = true
            } else if try item.text() != "none" {
                extra.objects.append(try scope.place(item))
            }
        }
        return extra
    }
}
