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
        let (json, text, xml) = (fields.take("json"), fields.take("text"), fields.take("xml"))
        if let xml {
            guard json == nil, text == nil else { throw node.problem("a reply has one body", fix: "keep json:, xml: or text:") }
            return ReplyTemplate(status: status, type: type ?? "text/xml; charset=utf-8", headers: headers, body: .xml(try self.xml(xml)))
        }
        switch (json, text) {
        case (let json?, nil):
            return ReplyTemplate(status: status, type: type ?? "application/json", headers: headers, body: .json(try tree(json)))
        case (nil, let text?):
            return ReplyTemplate(status: status, type: type ?? "text/plain; charset=utf-8", headers: headers, body: .text(try template(text)))
        case (nil, nil): return ReplyTemplate(status: status, type: type, headers: headers, body: .none)
        case (.some, .some): throw node.problem("a reply has one body", fix: "keep json:, xml: or text:")
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
            if text.hasPrefix("{number("), text.hasSuffix(")}") {
                let inner = YAMLNode(content: .scalar("{" + text.dropFirst(8).dropLast(2) + "}", quoted: true), place: node.place, file: node.file)
                return .number(try template(inner))
            }
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

    private func xml(_ node: YAMLNode) throws(SourceProblem) -> XMLOutput<Slot> {
        let text = try node.text()
        let element: XMLElement
        do { element = try XMLElement.parse(Array(text.utf8)) } catch {
            throw node.problem("this is no XML: \(error)", fix: "write one root element, every element closed")
        }
        return try located(node) { () throws(TextProblem) in try XMLOutput(element) { inner throws(TextProblem) in try read(inner, node) } }
    }

    private func read(_ inner: String, _ node: YAMLNode) throws(TextProblem) -> Slot {
        guard let slot else { throw TextProblem("nothing fills {\(inner)} here", fix: "write {{ for a brace") }
        do throws(SourceProblem) { return try slot(inner, node) } catch { throw TextProblem(error.message, fix: error.fix) }
    }

    func template(_ node: YAMLNode) throws(SourceProblem) -> Template<Slot> {
        let text = try node.text()
        return try located(node) { () throws(TextProblem) in
            try Template<Slot>(text) { inner throws(TextProblem) in try read(inner, node) }
        }
    }
}
