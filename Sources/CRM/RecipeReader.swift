// SPDX-License-Identifier: Apache-2.0
import Crypto
public import StrictYAML
import WireFormats

extension Recipe {
    /// Reads and checks a recipe. What it returns can be used; what is wrong is named with line, column and fix.
    ///
    /// - Parameter file: the name to put into problems.
    /// - Throws: `SourceProblems` with every mistake that can be told apart.
    public static func load(_ text: String, file: String) throws(SourceProblems) -> Recipe {
        let recipe: Recipe
        do {
            recipe = try RecipeReader(file: file, text: text).read()
        } catch {
            throw SourceProblems([error])
        }
        let problems = recipe.check()
        guard problems.isEmpty else { throw SourceProblems(problems) }
        return recipe
    }
}

/// Reads the parts of a recipe that stand at the top; operations and rows have their own files.
struct RecipeReader {
    let file: String
    let text: String

    func read() throws(SourceProblem) -> Recipe {
        let root = try YAMLNode.parse(text, file: file)
        var fields = try root.fields()
        let name = try fields.require("recipe").text()
        let accountFields = try self.accountFields(fields.take("account"))
        let base = try Template(try fields.require("base"))
        let auth = try self.auth(try fields.require("auth"))
        let headers = try RecipeReader.named(fields.take("headers"))
        let statuses = try RecipeReader.words(fields.take("status"))
        let rows = try ClassRow.read(fields.take("classify"))
        var operations: [String: Operation] = [:]
        for entry in try fields.require("operations").entries() {
            operations[entry.key] = try Operation(entry.key, entry.value)
        }
        let plans = try self.plans(try fields.require("plan"))
        let pace = try Pace(fields.take("pace"))
        let message = try fields.take("message").map { (node) throws(SourceProblem) in try JSONPath(node) }
        let shown = try fields.text("shown id")
        try fields.finish()
        return Recipe(
            name: name, hash: SHA256.hash(data: Array(text.utf8)).map { hexByte($0) }.joined(), text: text, accountFields: accountFields,
            plans: plans, operations: operations, pace: pace, shownID: shown, base: base, auth: auth, headers: headers, classify: rows,
            message: message, statuses: statuses)
    }

    private func hexByte(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }

    private func accountFields(_ node: YAMLNode?) throws(SourceProblem) -> [AccountField] {
        guard let node else { return [] }
        var out: [AccountField] = []
        for entry in try node.entries() {
            var field = AccountField(name: entry.key, kind: .text, default: nil, isOptional: false)
            if entry.value.isMapping {
                var fields = try entry.value.fields()
                if let kind = fields.take("kind") { field.kind = try RecipeReader.word(kind) }
                field.default = try fields.text("default")
                field.isOptional = try fields.take("optional")?.yesNo() ?? (field.default != nil)
                try fields.finish()
            } else {
                field.kind = try RecipeReader.word(entry.value)
            }
            out.append(field)
        }
        return out
    }

    private func auth(_ node: YAMLNode) throws(SourceProblem) -> Auth {
        var fields = try node.fields()
        let kind = try fields.require("kind")
        let auth: Auth
        switch try kind.text() {
        case "none", "in url": auth = .none
        case "bearer": auth = .bearer(try Template(try fields.require("token")))
        case "basic": auth = .basic(user: try Template(try fields.require("user")), password: try Template(try fields.require("password")))
        case "header": auth = .header(NamedTemplate(name: try fields.require("name").text(), value: try Template(try fields.require("value"))))
        case "query": auth = .query(NamedTemplate(name: try fields.require("name").text(), value: try Template(try fields.require("value"))))
        case "standard webhooks":
            auth = .standardWebhooks(secret: try Template(try fields.require("secret")), id: try Template(try fields.require("id")))
        case "token": auth = .fetched(try FetchedToken(&fields))
        case let other:
            throw kind.problem(
                "unknown kind of auth \"\(other)\"", fix: "known: none, in url, bearer, basic, header, query, standard webhooks, token")
        }
        try fields.finish()
        return auth
    }

    private func plans(_ node: YAMLNode) throws(SourceProblem) -> [String: [PlanStep]] {
        var plans: [String: [PlanStep]] = [:]
        for entry in try node.entries() {
            guard ["deliver", "update", "call"].contains(entry.key) else {
                throw SourceProblem(
                    file: file, line: entry.keyPlace.line, column: entry.keyPlace.column, message: "unknown event \"\(entry.key)\"",
                    fix: "a plan is for deliver, update or call")
            }
            var steps: [PlanStep] = []
            for node in try entry.value.list() { steps.append(try PlanStep(node)) }
            plans[entry.key] = steps
        }
        return plans
    }

    /// A word of a closed list.
    static func word<Word: RawRepresentable & CaseIterable>(_ node: YAMLNode) throws(SourceProblem) -> Word where Word.RawValue == String {
        let text = try node.text()
        if let word = Word(rawValue: text) { return word }
        let known = Word.allCases.map(\.rawValue)
        throw node.problem(
            "unknown word \"\(text)\"",
            fix: nearest(to: text, among: known).map { "did you mean \"\($0)\"?" } ?? "known: \(known.joined(separator: ", "))")
    }

    static func named(_ node: YAMLNode?) throws(SourceProblem) -> [NamedTemplate] {
        guard let node else { return [] }
        var out: [NamedTemplate] = []
        for entry in try node.entries() { out.append(NamedTemplate(name: entry.key, value: try Template(entry.value))) }
        return out
    }

    static func words(_ node: YAMLNode?) throws(SourceProblem) -> [String: String] {
        guard let node else { return [:] }
        var out: [String: String] = [:]
        for entry in try node.entries() { out[entry.key] = try entry.value.text() }
        return out
    }
}
