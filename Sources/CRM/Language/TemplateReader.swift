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
        case .mapping(let entries): self = try Template.mapping(entries, node)
        }
    }

    private static func mapping(_ entries: [YAMLNode.Entry], _ node: YAMLNode) throws(SourceProblem) -> Template {
        if entries.contains(where: { $0.key == "+of" }) {
            var fields = try node.fields()
            let inner = try Template(try fields.require("+of"))
            let through = try fields.require("through")
            try fields.finish()
            return .through(inner, try Placeholder.filters(try through.text().split(separator: "|").map { $0.trimming() }, through))
        }
        if entries.contains(where: { $0.key == "+each" }) {
            var fields = try node.fields()
            let inner = try Template(try fields.require("+each"))
            let name = try fields.take("+named").map { (node) throws(SourceProblem) in try Template(node) }
            try fields.finish()
            return .items(inner, name: name)
        }
        return .object(try ObjectTemplate(entries))
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

    /// A text with placeholders, from a place that is no recipe: a value of an account's mapping.
    static func reading(_ text: String) throws(SourceProblem) -> Template {
        try scalar(text, quoted: true, YAMLNode(content: .scalar(text, quoted: true), place: .init(line: 0, column: 0), file: "mapping"))
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

extension ObjectTemplate {
    init(_ entries: [YAMLNode.Entry]) throws(SourceProblem) {
        self.entries = []
        for entry in entries {
            switch entry.key {
            case "+": self.entries.append(.spread(try ObjectTemplate.one(entry)))
            case "+for": each = try ObjectTemplate.one(entry)
            case "+if": wanted += try ObjectTemplate.names(entry.value)
            case "+unless": unwanted += try ObjectTemplate.names(entry.value)
            case let key where key.hasPrefix("+"):
                throw SourceProblem(
                    file: entry.value.file, line: entry.keyPlace.line, column: entry.keyPlace.column, message: "unknown word \"\(key)\"",
                    fix: "known: +, +if, +unless, +for, +each, +of; a key that begins with + can't be sent")
            case let key:
                let name = YAMLNode(content: .scalar(key, quoted: true), place: entry.keyPlace, file: entry.value.file)
                self.entries.append(.member(try Template(name), try Template(entry.value)))
            }
        }
    }

    private static func one(_ entry: YAMLNode.Entry) throws(SourceProblem) -> Placeholder {
        guard case .value(let placeholder) = try Template(entry.value) else {
            throw entry.value.problem("after \(entry.key) stands one placeholder", fix: "write \(entry.key) : \"{mapping.fields}\"")
        }
        return placeholder
    }

    private static func names(_ node: YAMLNode) throws(SourceProblem) -> [Placeholder] {
        var out: [Placeholder] = []
        for name in node.oneOrMany() { out.append(try Placeholder(try name.text(), name)) }
        return out
    }
}

extension Placeholder {
    /// Reads what stands between the braces.
    init(_ text: String, _ node: YAMLNode) throws(SourceProblem) {
        let parts = text.split(separator: "|", omittingEmptySubsequences: false).map { $0.trimming() }
        names = (parts.first ?? "").components(by: " or ")
        place = node
        filters = []
        guard !names.isEmpty, names.allSatisfy(Placeholder.isName) else {
            throw node.problem("{\(text)} holds no name", fix: "write it like {lead.phone | digits}, or {{ for the brace itself")
        }
        filters = try Placeholder.filters(Array(parts.dropFirst()), node)
    }

    static func filters(_ words: [String], _ node: YAMLNode) throws(SourceProblem) -> [Filter] {
        var filters: [Filter] = []
        for word in words {
            guard let filter = Filter(word) else {
                let near = nearest(to: word, among: Array(Filter.names.keys))
                throw node.problem(
                    "unknown filter \"\(word)\"",
                    fix: near.map { "did you mean \"\($0)\"?" }
                        ?? "filters: \(Filter.names.keys.sorted().joined(separator: ", ")), cut 50, last 10, default \"x\", then \"x\", by table")
            }
            filters.append(filter)
        }
        return filters
    }

    private static func isName(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F || $0 == 0x2E
            }
    }
}

extension String {
    /// The parts between `separator`, trimmed.
    func components(by separator: String) -> [String] {
        var parts: [String] = []
        var rest = self[...]
        while let cut = rest.firstRange(of: separator) {
            parts.append(rest[..<cut.lowerBound].trimming())
            rest = rest[cut.upperBound...]
        }
        return parts + [rest.trimming()]
    }
}
