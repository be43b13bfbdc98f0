// SPDX-License-Identifier: Apache-2.0
import StrictYAML
import WireFormats

/// Reads replies: a status alone, or a block of status, type, headers and one body.
struct ReplySection<Slot: Sendable & Hashable> {
    /// Reads what stands between braces; `nil`: nothing may.
    let slot: ((String, YAMLNode) throws(SourceProblem) -> Slot)?

    func reply(_ node: YAMLNode) throws(SourceProblem) -> ReplyTemplate<Slot> {
        if node.isScalar { return ReplyTemplate(status: try node.integer(in: 200...599), type: nil, headers: [], body: .none) }
        var fields = try node.fields()
        let reply = try self.reply(&fields, node)
        try fields.finish()
        return reply
    }

    func reply(_ fields: inout YAMLFields, _ node: YAMLNode) throws(SourceProblem) -> ReplyTemplate<Slot> {
        let status = try fields.take("status").map { node throws(SourceProblem) in try node.integer(in: 200...599) } ?? 200
        let type = try fields.text("type")
        var headers: [(name: String, value: Template<Slot>)] = []
        for entry in try fields.take("headers").map({ node throws(SourceProblem) in try node.entries() }) ?? [] {
            headers.append((entry.key, try template(entry.value)))
        }
        let (json, text) = (fields.take("json"), fields.take("text"))
        switch (json, text) {
        case (let json?, nil):
            return ReplyTemplate(status: status, type: type ?? "application/json", headers: headers, body: .json(try tree(json)))
        case (nil, let text?):
            return ReplyTemplate(status: status, type: type ?? "text/plain; charset=utf-8", headers: headers, body: .text(try template(text)))
        case (nil, nil): return ReplyTemplate(status: status, type: type, headers: headers, body: .none)
        case (.some, .some): throw node.problem("a reply has one body", fix: "keep json: or text:")
        }
    }

    /// Scalars as YAML means them: numbers, `true`, `false`, `null`; quoted or other text is text and may have slots.
    func tree(_ node: YAMLNode) throws(SourceProblem) -> OutputTree<Slot> {
        switch node.content {
        case .sequence(let nodes):
            var trees: [OutputTree<Slot>] = []
            for node in nodes { trees.append(try tree(node)) }
            return .array(trees)
        case .mapping(let entries):
            var members: [(name: String, tree: OutputTree<Slot>)] = []
            for entry in entries { members.append((entry.key, try tree(entry.value))) }
            return .object(members)
        case .scalar(let text, let quoted):
            if !quoted, let value = ReplySection.constant(text) { return .constant(value) }
            let template = try template(node)
            return template.slots.isEmpty ? .constant(.string(template.filled { _ in nil } ?? "")) : .text(template)
        }
    }

    private static func constant(_ text: String) -> JSON? {
        switch text {
        case "true", "yes": .bool(true)
        case "false", "no": .bool(false)
        case "null": .null
        default: if case .number(let number)? = try? JSON.parse(text) { .number(number) } else { nil }
        }
    }

    func template(_ node: YAMLNode) throws(SourceProblem) -> Template<Slot> {
        let text = try node.text()
        // The slots are read apart from the text, so that their problems keep the node's place.
        var problem: SourceProblem?
        let template = try located(node) { () throws(TextProblem) in
            try Template<Slot>(text) { inner throws(TextProblem) in
                guard let slot else { throw TextProblem("nothing fills {\(inner)} here", fix: "write {{ for a brace") }
                do throws(SourceProblem) { return try slot(inner, node) } catch {
                    problem = error
                    throw TextProblem(error.message, fix: error.fix)
                }
            }
        }
        if let problem { throw problem }
        return template
    }
}
