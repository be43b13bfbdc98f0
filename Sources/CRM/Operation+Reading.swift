// SPDX-License-Identifier: Apache-2.0
import StrictYAML

extension Operation {
    private static let methods = ["get", "post", "put", "patch", "delete"]

    /// Reads `lead.create: {post: path, json: …}`.
    init(_ name: String, _ node: YAMLNode, _ places: inout RecipePlaces) throws(SourceProblem) {
        var fields = try node.fields()
        self.name = name
        (method, path) = try Operation.address(&fields, node)
        query = try RecipeReader.named(fields.take("query"))
        queryJSON = try fields.take("query json").map { (node) throws(SourceProblem) in try Template(node) }
        headers = try RecipeReader.named(fields.take("headers"))
        body = try Operation.body(&fields)
        auth = try fields.take("auth").map { (node) throws(SourceProblem) in
            try AuthWay.read(node) { (node, _) throws(SourceProblem) in
                throw node.problem("one operation can't have a token of its own", fix: "put the token under auth: of the recipe, with an if:")
            }
        }
        take = try Operation.take(fields.take("take"))
        pick = try fields.take("pick").map { (node) throws(SourceProblem) in try Pick(node) }
        items = try fields.take("items").map { (node) throws(SourceProblem) in try Items(node) }
        let batchNode = fields.take("batch")
        batch = try batchNode.map { (node) throws(SourceProblem) in try Batch(node, of: name) }
        if let batch, let batchNode { places.references.append((batch.of, "batch of \(name)", batchNode)) }
        isIdempotent = try fields.take("idempotent")?.yesNo() ?? (method == "GET")
        let unknown = fields.take("on unknown")
        onUnknown = try OnUnknown(unknown, isIdempotent: isIdempotent, node)
        if case .lookUp(let look) = onUnknown, let unknown { places.references.append((look.operation, "on unknown of \(name)", unknown)) }
        classify = try ClassRow.read(fields.take("classify"))
        try fields.finish()
    }

    /// The request of a token written in place: `{url: …, headers: …, form: …}`; it is posted, and carries no other auth.
    init(tokenRequest name: String, _ node: YAMLNode, take: YAMLNode) throws(SourceProblem) {
        var fields = try node.fields()
        self.name = name
        method = "POST"
        path = try Template(try fields.require("url"))
        query = []
        queryJSON = nil
        headers = try RecipeReader.named(fields.take("headers"))
        body = try Operation.body(&fields)
        auth = [AuthWay(conditions: [], base: nil, method: .none)]
        self.take = try Operation.take(take)
        guard self.take.contains(where: { $0.name == "token" }) else {
            throw take.problem("nothing is taken as token", fix: "add token: with its path")
        }
        pick = nil
        items = nil
        batch = nil
        isIdempotent = true
        onUnknown = .repeat
        classify = [
            ClassRow(statuses: [400...400, 401...401, 403...403], class: .authInvalid), ClassRow(statuses: [200...299], class: .ok),
        ]
        try fields.finish()
    }

    private static func address(_ fields: inout YAMLFields, _ node: YAMLNode) throws(SourceProblem) -> (String, Template) {
        var found: (method: String, path: Template)?
        for method in Operation.methods {
            guard let path = fields.take(method) else { continue }
            guard found == nil else {
                throw path.problem("an operation has one method", fix: "keep one of \(Operation.methods.joined(separator: ", "))")
            }
            found = (method.uppercased(), try Template(path))
        }
        guard let found else {
            throw node.problem("the operation has no method", fix: "write one of \(Operation.methods.joined(separator: ", ")), with its path")
        }
        return found
    }

    static func body(_ fields: inout YAMLFields) throws(SourceProblem) -> BodyTemplate {
        let json = fields.take("json")
        let form = fields.take("form")
        if let json, form != nil { throw json.problem("a request has one body", fix: "keep json or form") }
        if let json { return .json(try Template(json)) }
        if let form { return .form(try RecipeReader.named(form)) }
        return .none
    }

    static func take(_ node: YAMLNode?) throws(SourceProblem) -> [(name: String, place: AnswerPlace)] {
        guard let node else { return [] }
        var out: [(name: String, place: AnswerPlace)] = []
        for entry in try node.entries() { out.append((entry.key, try AnswerPlace(entry.value))) }
        return out
    }

    static func paths(_ node: YAMLNode?) throws(SourceProblem) -> [(name: String, path: JSONPath)] {
        guard let node else { return [] }
        var out: [(name: String, path: JSONPath)] = []
        for entry in try node.entries() { out.append((entry.key, try JSONPath(entry.value))) }
        return out
    }
}

extension Batch {
    /// `{max: 50, atomic: yes, of: lead.create}`.
    init(_ node: YAMLNode, of name: String) throws(SourceProblem) {
        var fields = try node.fields()
        of = try fields.text("of") ?? name
        max = try fields.require("max").integer(in: 2...1000)
        isAtomic = try fields.take("atomic")?.yesNo() ?? false
        try fields.finish()
    }
}

extension OnUnknown {
    /// Without the key: `repeat` for what is idempotent; everything else must say it.
    init(_ node: YAMLNode?, isIdempotent: Bool, _ operation: YAMLNode) throws(SourceProblem) {
        guard let node else {
            guard isIdempotent else {
                throw operation.problem(
                    "an operation that is not idempotent must say what follows an unknown outcome", fix: "add on unknown: look up, skip or hold")
            }
            self = .repeat
            return
        }
        guard node.isScalar else {
            self = .lookUp(try LookUp(node))
            return
        }
        switch try node.text() {
        case "repeat":
            guard isIdempotent else {
                throw node.problem(
                    "only an idempotent operation may be repeated", fix: "say idempotent: yes, if the CRM keeps one record, or look up")
            }
            self = .repeat
        case "skip": self = .skip
        case "hold": self = .hold
        case let other:
            throw node.problem("\"\(other)\" is no way to leave an unknown outcome", fix: "repeat, skip, hold, or {look: operation, after: 2 s}")
        }
    }
}

extension LookUp {
    init(_ node: YAMLNode) throws(SourceProblem) {
        var fields = try node.fields()
        operation = try fields.require("look").text()
        after = try fields.take("after")?.duration() ?? .zero
        again = try fields.take("again after")?.duration()
        then = try fields.take("then").map { (node) throws(SourceProblem) in try RecipeReader.word(node) } ?? .hold
        try fields.finish()
    }
}
