// SPDX-License-Identifier: Apache-2.0
import StrictYAML
import WireFormats

extension Template {
    /// Reads a tree of a recipe. Plain scalars keep their types (`1`, `true`, `null`), quoted ones are texts.
    init(_ node: YAMLNode) throws(SourceProblem) {
        switch node.content {
        case .scalar(let text, let quoted): self = try Template.scalar(text, quoted: quoted, node)
        case .sequence(let nodes):
            var elements: [Template] = []
            for node in nodes { elements.append(try Template(node)) }
            self = .list(elements)
        case .mapping(let entries): self = try Template.object(entries)
        }
    }

    private static func object(_ entries: [YAMLNode.Entry]) throws(SourceProblem) -> Template {
        var out: [ObjectEntry] = []
        var wanted: [Placeholder] = []
        for entry in entries {
            switch entry.key {
            case "+":
                guard case .value(let placeholder) = try Template(entry.value) else {
                    throw entry.value.problem("after + stands one placeholder", fix: "write + : \"{mapping.fields}\"")
                }
                out.append(.spread(placeholder))
            case "+if":
                for name in entry.value.oneOrMany() { wanted.append(try Placeholder(try name.text(), name)) }
            default: out.append(.member(entry.key, try Template(entry.value)))
            }
        }
        return .object(out, wanted: wanted)
    }

    private static func scalar(_ text: String, quoted: Bool, _ node: YAMLNode) throws(SourceProblem) -> Template {
        let pieces = try pieces(text, node)
        if pieces.count == 1, case .placeholder(let placeholder) = pieces[0] { return .value(placeholder) }
        if pieces.contains(where: { if case .placeholder = $0 { true } else { false } }) { return .text(pieces) }
        let plain = pieces.reduce("") { out, piece in if case .text(let text) = piece { out + text } else { out } }
        guard !quoted else { return .literal(.string(plain)) }
        switch plain {
        case "true": return .literal(true)
        case "false": return .literal(false)
        case "null", "~": return .literal(.null)
        default: break
        }
        if let number = try? JSON.parse(plain), case .number = number { return .literal(number) }
        return .literal(.string(plain))
    }

    /// Cuts a text at its placeholders; `{{` and `}}` stand for the braces themselves.
    private static func pieces(_ text: String, _ node: YAMLNode) throws(SourceProblem) -> [Piece] {
        var pieces: [Piece] = []
        var plain = ""
        var rest = text[...]
        while let first = rest.first {
            if rest.hasPrefix("{{") || rest.hasPrefix("}}") {
                plain.append(first)
                rest = rest.dropFirst(2)
            } else if first == "{" {
                guard let end = rest.firstIndex(of: "}") else {
                    throw node.problem("{ is not closed", fix: "close it, or write {{ for the brace itself")
                }
                if !plain.isEmpty { pieces.append(.text(plain)) }
                plain = ""
                pieces.append(.placeholder(try Placeholder(String(rest[rest.index(after: rest.startIndex)..<end]), node)))
                rest = rest[rest.index(after: end)...]
            } else {
                plain.append(first)
                rest = rest.dropFirst()
            }
        }
        if !plain.isEmpty || pieces.isEmpty { pieces.append(.text(plain)) }
        return pieces
    }
}

extension Placeholder {
    /// Reads what stands between the braces.
    init(_ text: String, _ node: YAMLNode) throws(SourceProblem) {
        let parts = text.split(separator: "|", omittingEmptySubsequences: false).map { $0.trimming() }
        name = parts.first ?? ""
        place = node
        filters = []
        let isName = name.utf8.allSatisfy {
            (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F || $0 == 0x2E
        }
        guard !name.isEmpty, isName else { throw node.problem("{\(text)} holds no name", fix: "write it like {lead.phone | digits}") }
        for part in parts.dropFirst() {
            guard let filter = Filter(part) else {
                let near = nearest(to: part, among: Array(Filter.names.keys))
                throw node.problem(
                    "unknown filter \"\(part)\"",
                    fix: near.map { "did you mean \"\($0)\"?" }
                        ?? "filters: \(Filter.names.keys.sorted().joined(separator: ", ")), cut 50, default \"x\"")
            }
            filters.append(filter)
        }
    }
}
