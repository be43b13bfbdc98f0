// SPDX-License-Identifier: Apache-2.0
import StrictYAML

extension FetchedToken {
    /// Reads `{kind: token, get: {url, form}, refresh: {…}, take: {token: access_token}, life: 1 h, header: {name, value, base64}}`.
    init(_ fields: inout YAMLFields) throws(SourceProblem) {
        get = try TokenRequest(try fields.require("get"))
        refresh = try fields.take("refresh").map { (node) throws(SourceProblem) in try TokenRequest(node) }
        let places = try fields.require("take")
        take = try Operation.take(places)
        guard take.contains(where: { $0.name == "token" }) else { throw places.problem("nothing is taken as token", fix: "add token: with its path") }
        life = try fields.take("life").map { (node) throws(SourceProblem) in try Wait(node) }
        let place = try fields.require("header")
        var header = try place.fields()
        self.header = NamedTemplate(name: try header.require("name").text(), value: try Template(try header.require("value")))
        encoded = try header.take("base64").map { (node) throws(SourceProblem) in try Template(node) }
        try header.finish()
    }
}

extension TokenRequest {
    init(_ node: YAMLNode) throws(SourceProblem) {
        var fields = try node.fields()
        url = try Template(try fields.require("url"))
        headers = try RecipeReader.named(fields.take("headers"))
        body = try Operation.body(&fields)
        try fields.finish()
    }
}
