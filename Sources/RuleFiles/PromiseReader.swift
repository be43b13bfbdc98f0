// SPDX-License-Identifier: Apache-2.0
import CallModel
import Decisions
import StrictYAML

/// Reads `promises:`.
struct PromiseReader {
    static let outputs: [(String, Output)] = [
        ("then", .then), ("reason", .reason), ("group", .group), ("to", .to), ("priority", .priority),
    ]

    let book: FactBook
    let findings: Findings

    func read(_ node: YAMLNode) -> [PromiseDeclaration] {
        guard let nodes = findings.note({ () throws(SourceProblem) in try node.list() }) else { return [] }
        return nodes.compactMap(promise)
    }

    private func promise(_ node: YAMLNode) -> PromiseDeclaration? {
        guard let block = Block(node, findings) else { return nil }
        defer { block.finish() }
        let name = block.text("promise") ?? ""
        let moments = block.take("at").map(self.moments)
        let table = TableDeclaration(name: "", place: node.sourcePlace, role: .decides(.brief), policy: .first)
        let when = block.take("when").map { RuleReader(book: book, findings: findings, table: table).cells($0, rule: name) } ?? []
        let never = block.take("never")
        let always = block.take("always")
        if name.isEmpty {
            findings.add("a promise has no name", fix: "begin it with: - promise: a sentence", at: node.sourcePlace)
            return nil
        }
        guard let promised = never ?? always, never == nil || always == nil else {
            findings.add("a promise says either never: or always:", fix: "never: with the outputs that must not come", at: node.sourcePlace)
            return nil
        }
        return PromiseDeclaration(
            name: name, place: node.sourcePlace, moments: moments, when: when, outputs: outputs(promised), isNever: never != nil)
    }

    private func moments(_ node: YAMLNode) -> [Moment] {
        guard let text = findings.note({ () throws(SourceProblem) in try node.text() }) else { return [] }
        return commaParts(text).compactMap { part in
            if let moment = Moment(rawValue: folded(part.text)) { return moment }
            findings.add(
                Mistake(
                    "\"\(part.text)\" is no moment", fix: suggestion(for: part.text, among: Moment.allCases.map(\.rawValue)), offset: part.offset),
                at: node.textPlace)
            return nil
        }
    }

    private func outputs(_ node: YAMLNode) -> [PromisedOutput] {
        guard let block = Block(node, findings) else { return [] }
        defer { block.finish() }
        return Self.outputs.compactMap { key, output in
            guard let value = block.take(key), let text = findings.note({ () throws(SourceProblem) in try value.text() }) else { return nil }
            let negated =
                key == "then" && Action(rawValue: folded(text)) != nil
                ? nil : Operator.rest(of: text, after: "not") ?? Operator.rest(of: text, after: "не")
            let words = commaParts(negated?.text ?? text)
            for word in words { check(word.text, output, at: value.textPlace) }
            return PromisedOutput(output: output, words: words.map { output == .then ? folded($0.text) : $0.text }, isNegated: negated != nil)
        }
    }

    private func check(_ word: String, _ output: Output, at place: SourcePlace) {
        let known: [String]
        switch output {
        case .then: known = Action.allCases.map(\.rawValue)
        case .reason: known = OutcomeReader.codes.sorted()
        case .priority: known = OutcomeReader.priorities
        default: return
        }
        let isKnown = known.contains { folded($0) == folded(word) }
        if !isKnown { findings.add("\"\(word)\" is no \(output)", fix: suggestion(for: word, among: known), at: place) }
    }
}
