// SPDX-License-Identifier: Apache-2.0
import CallModel
import StrictYAML

/// Reads `events:`.
struct EventSection {
    let scope: PathScope
    let fields: FieldSection
    /// The dialect's own `fields:` and `key:`.
    let common: FieldRules
    let commonKeys: [Template<PathExpression>]

    func row(_ node: YAMLNode) throws(SourceProblem) -> EventRow {
        var entries = try node.fields()
        let conditions = try entries.take("when").map { when throws(SourceProblem) in try ConditionSection(scope: scope).conditions(when) } ?? []
        let kind = entries.take("kind")
        let ignored = entries.take("ignore")
        let asks = try asking(&entries)
        let keys = try entries.take("key").map { key throws(SourceProblem) in try self.keys(key) } ?? commonKeys
        let own = try entries.take("fields").map { own throws(SourceProblem) in try fields.rules(own) } ?? FieldRules()
        try entries.finish()
        let meaning = try meaning(kind: kind, ignored: ignored, node)
        let merged = common.overridden(by: own)
        if case .event(let kind) = meaning { try check(kind, keys, merged, node) }
        return EventRow(
            conditions: conditions, meaning: meaning, asks: asks.asks, asksWith: asks.secret, continues: asks.continues, askingPoint: asks.point,
            keys: keys, fields: merged, line: node.place.line)
    }

    /// `asks: yes`, `asks: POINT`, `asks: {with: SECRET, at: POINT}`, or `continues:` with the same words.
    private func asking(_ entries: inout YAMLFields) throws(SourceProblem) -> (asks: Bool, continues: Bool, secret: String?, point: String?) {
        let asks = entries.take("asks"), continues = entries.take("continues")
        if let asks, continues != nil { throw asks.problem("an event can't both ask and continue", fix: "keep one of them") }
        guard let node = asks ?? continues else { return (false, false, nil, nil) }
        var secret: String?
        var word: String?
        if node.isScalar {
            word = try node.text()
        } else {
            var fields = try node.fields()
            secret = try fields.require("with").text()
            word = try fields.text("at")
            try fields.finish()
        }
        guard word != "no" else { return (false, false, nil, nil) }
        return (asks != nil, continues != nil, secret, word == "yes" ? nil : word)
    }

    func keys(_ node: YAMLNode) throws(SourceProblem) -> [Template<PathExpression>] {
        var keys: [Template<PathExpression>] = []
        for item in node.oneOrMany() { keys.append(try scope.template(item)) }
        return keys
    }

    private func meaning(kind: YAMLNode?, ignored: YAMLNode?, _ node: YAMLNode) throws(SourceProblem) -> EventRow.Meaning {
        switch (kind, ignored) {
        case (let kind?, nil): return .event(try kind.word(EventKind.self))
        case (nil, let ignored?): return .ignored(try ignored.text())
        case (nil, nil):
            throw node.problem(
                "this row has no kind", fix: "add kind: (\(EventKind.allCases.map(\.rawValue).joined(separator: ", "))) or ignore: with the reason")
        case (.some, .some): throw node.problem("this row has both kind and ignore", fix: "keep one of them")
        }
    }

    private func check(_ kind: EventKind, _ keys: [Template<PathExpression>], _ fields: FieldRules, _ node: YAMLNode) throws(SourceProblem) {
        if keys.isEmpty {
            throw node.problem("this row has no key, so a repeated delivery would count twice", fix: "add key: \"{…}\" here or for the whole dialect")
        }
        if kind == .result {
            if fields[.command] == nil { throw node.problem("a result needs the field command", fix: "add fields: {command: PATH}") }
        } else if fields[.call] == nil {
            throw node.problem("nothing says which call this event belongs to", fix: "add call: under fields:")
        }
    }

    /// A row that an earlier one leaves nothing for.
    static func unreachable(_ rows: [EventRow], file: String) -> [SourceProblem] {
        rows.indices.compactMap { index in
            let row = rows[index]
            let earlier = rows[..<index].first { earlier in
                earlier.conditions.allSatisfy { condition in row.conditions.contains { $0.implies(condition) } }
            }
            return earlier.map {
                SourceProblem(
                    file: file, line: row.line, message: "this row is never reached: the row of line \($0.line) takes all its requests",
                    fix: "put it before that row, or give it another condition")
            }
        }
    }
}
