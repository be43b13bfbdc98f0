// SPDX-License-Identifier: Apache-2.0
import StrictYAML

extension AuthWay {
    static let kinds = ["none", "in url", "bearer", "basic", "header", "query", "standard webhooks", "token"]

    /// Reads `auth:`: one way, or a list of ways with `if:`. `auth: none` is short for `{kind: none}`.
    /// - Parameter token: takes in what a token needs of operations that are written inside `get:` and `refresh:`.
    static func read(_ node: YAMLNode, token: (YAMLNode, inout YAMLFields) throws(SourceProblem) -> TokenAuth) throws(SourceProblem) -> [AuthWay] {
        if node.isScalar {
            guard ["none", "in url"].contains(try node.text()) else {
                throw node.problem("auth is a block", fix: "write auth: {kind: bearer, token: …}")
            }
            return [AuthWay(conditions: [], base: nil, method: .none)]
        }
        var ways: [AuthWay] = []
        for one in node.oneOrMany() { ways.append(try AuthWay(one, token: token)) }
        guard !ways.isEmpty else { throw node.problem("no way is left", fix: "write auth: none, if nothing is asked") }
        return ways
    }

    private init(_ node: YAMLNode, token: (YAMLNode, inout YAMLFields) throws(SourceProblem) -> TokenAuth) throws(SourceProblem) {
        var fields = try node.fields()
        conditions = try Condition.read(fields.take("if"), negated: false) + Condition.read(fields.take("unless"), negated: true)
        base = try fields.take("base").map { (node) throws(SourceProblem) in try Template(node) }
        let kind = try fields.require("kind")
        switch try kind.text() {
        case "none", "in url": method = .none
        case "bearer": method = .bearer(try Template(try fields.require("token")))
        case "basic": method = .basic(user: try Template(try fields.require("user")), password: try Template(try fields.require("password")))
        case "header": method = .header(NamedTemplate(name: try fields.require("name").text(), value: try Template(try fields.require("value"))))
        case "query": method = .query(NamedTemplate(name: try fields.require("name").text(), value: try Template(try fields.require("value"))))
        case "standard webhooks":
            method = .standardWebhooks(secret: try Template(try fields.require("secret")), id: try Template(try fields.require("id")))
        case "token": method = .token(try token(node, &fields))
        case let other:
            throw kind.problem(
                "unknown kind of auth \"\(other)\"",
                fix: nearest(to: other, among: AuthWay.kinds).map { "did you mean \"\($0)\"?" } ?? "known: \(AuthWay.kinds.joined(separator: ", "))")
        }
        try fields.finish()
    }
}

extension TokenAuth {
    /// Reads `{get, refresh, rotates, life, assertion, header | query | body}`; `get` and `refresh` are names of operations.
    init(get: String, refresh: String?, _ fields: inout YAMLFields, _ node: YAMLNode) throws(SourceProblem) {
        self.get = get
        self.refresh = refresh
        rotates = try fields.take("rotates")?.yesNo() ?? false
        life = try fields.take("life").map { (node) throws(SourceProblem) in try Wait(node) }
        assertion = try fields.take("assertion").map { (node) throws(SourceProblem) in try Assertion(node) }
        if let place = fields.take("header") {
            var parts = try place.fields()
            header = NamedTemplate(name: try parts.require("name").text(), value: try Template(try parts.require("value")))
            encoded = try parts.take("base64").map { (node) throws(SourceProblem) in try Template(node) }
            try parts.finish()
        }
        if let place = fields.take("query") {
            var parts = try place.fields()
            query = NamedTemplate(name: try parts.require("name").text(), value: try Template(try parts.require("value")))
            try parts.finish()
        }
        body = try RecipeReader.named(fields.take("body"))
        guard header != nil || query != nil || !body.isEmpty else {
            throw node.problem("nothing says where the token goes", fix: "add header: {name: Authorization, value: \"Bearer {auth.token}\"}")
        }
    }
}

extension Assertion {
    init(_ node: YAMLNode) throws(SourceProblem) {
        var fields = try node.fields()
        algorithm = try fields.take("algorithm").map { (node) throws(SourceProblem) in try RecipeReader.word(node) } ?? .rs256
        key = try Template(try fields.require("key"))
        claims = try Template(try fields.require("claims"))
        life = try fields.take("life")?.duration() ?? .seconds(180)
        try fields.finish()
    }
}
