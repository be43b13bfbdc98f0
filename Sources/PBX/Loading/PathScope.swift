// SPDX-License-Identifier: Apache-2.0
import StrictYAML

/// What paths can lead to in the dialect that is being loaded, and which have been written so far.
final class PathScope {
    /// Nothing but a flat list of fields ever comes out of the body.
    var isFlat = false
    var hasForm = true
    private(set) var places: [Place] = []

    /// Reads a path expression and checks that it can lead somewhere.
    func expression(_ node: YAMLNode) throws(SourceProblem) -> PathExpression { try expression(try node.text(), node) }

    func expression(_ text: String, _ node: YAMLNode) throws(SourceProblem) -> PathExpression {
        let expression = try located(node) { () throws(TextProblem) in try PathExpression(text) }
        for place in expression.places { try check(place, text, node) }
        places += expression.places
        return expression
    }

    /// A path without alternatives.
    func place(_ node: YAMLNode) throws(SourceProblem) -> Place {
        let expression = try expression(node)
        guard expression.alternatives.count == 1, let place = expression.places.first else {
            throw node.problem("one path is expected here, without alternatives")
        }
        return place
    }

    func template(_ node: YAMLNode) throws(SourceProblem) -> Template<PathExpression> {
        let template = try located(node) { () throws(TextProblem) in
            try Template(try text(of: node)) { slot throws(TextProblem) in try PathExpression(slot) }
        }
        for place in template.slots.flatMap(\.places) {
            try check(place, try node.text(), node)
            places.append(place)
        }
        return template
    }

    private func text(of node: YAMLNode) throws(TextProblem) -> String {
        guard case .scalar(let text, _) = node.content else { throw TextProblem("a text is expected here") }
        return text
    }

    private func check(_ place: Place, _ text: String, _ node: YAMLNode) throws(SourceProblem) {
        if place.root == .form, !hasForm {
            throw node.problem("\"\(text)\" is an impossible path: no row of body: reads a form", fix: "read [form], or leave form. out")
        }
        if place.root == .body, place.steps.count > 1, isFlat {
            throw node.problem(
                "\"\(text)\" is an impossible path: a form has no fields inside fields", fix: "read [form nested], or use a name without dots")
        }
    }
}

/// Puts the place of a node to a problem inside its text.
func located<T>(_ node: YAMLNode, _ body: () throws(TextProblem) -> T) throws(SourceProblem) -> T {
    do { return try body() } catch { throw node.problem(error.message, fix: error.fix) }
}

extension YAMLNode {
    /// One of a fixed set of words.
    func word<Word: CaseIterable & RawRepresentable<String>>(_ type: Word.Type) throws(SourceProblem) -> Word {
        let text = try text()
        if let word = Word(rawValue: text) { return word }
        let words = Word.allCases.map(\.rawValue)
        throw problem(
            "\"\(text)\" is not known here",
            fix: nearest(to: text, among: words).map { "did you mean \"\($0)\"?" } ?? "known: \(words.joined(separator: ", "))")
    }

    /// `800 ms`, `8 s`, `2 min`.
    func duration() throws(SourceProblem) -> Duration {
        let parts = try text().split(separator: " ")
        if parts.count == 2, let value = Int64(parts[0]), (1...86_400).contains(value) {
            switch parts[1] {
            case "ms": return .milliseconds(value)
            case "s": return .seconds(value)
            case "min": return .seconds(value * 60)
            default: break
            }
        }
        throw problem("\"\(try text())\" is no length of time", fix: "write it like 800 ms, 8 s or 2 min")
    }
}
