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
        let places: RecipePlaces
        do {
            (recipe, places) = try RecipeReader(file: file, text: text).read()
        } catch {
            throw SourceProblems([error])
        }
        let problems = recipe.check(places)
        guard problems.isEmpty else { throw SourceProblems(problems) }
        return recipe
    }
}

/// Where names that are checked in the end were written.
struct RecipePlaces {
    var file: String
    /// Operations that something refers to, and who does.
    var references: [(name: String, by: String, node: YAMLNode)] = []
    var plans: [String: YAMLNode] = [:]
    var outcomes: YAMLNode?
    var shownID: YAMLNode?
}

/// Reads the parts of a recipe that stand at the top; operations and rows have their own files.
struct RecipeReader {
    let file: String
    let text: String

    func read() throws(SourceProblem) -> (Recipe, RecipePlaces) {
        let root = try YAMLNode.parse(text, file: file)
        var fields = try root.fields()
        var places = RecipePlaces(file: file)
        let name = try fields.require("recipe").text()
        let accountFields = try self.accountFields(fields.take("account"))
        let base = try Template(try fields.require("base"))
        var operations: [String: Operation] = [:]
        let auth = try self.auth(try fields.require("auth"), &operations, &places)
        let headers = try RecipeReader.named(fields.take("headers"))
        let statuses = try RecipeReader.words(fields.take("status"))
        let stages = try RecipeReader.words(fields.take("stages"))
        var tables: [String: [String: String]] = [:]
        for entry in try fields.take("tables")?.entries() ?? [] { tables[entry.key] = try RecipeReader.words(entry.value) }
        let rows = try ClassRow.read(fields.take("classify"))
        for entry in try fields.require("operations").entries() {
            operations[entry.key] = try Operation(entry.key, entry.value, &places)
        }
        let plans = try self.plans(try fields.require("plan"), &places)
        let outcomes = try Outcomes(fields.take("outcomes"), &places)
        let pace = try Pace(fields.take("pace"))
        let message = try fields.take("message").map { (node) throws(SourceProblem) in try AnswerPlace(node) }
        let field = try fields.take("field").map { (node) throws(SourceProblem) in try AnswerPlace(node) }
        let hints = try BudgetRow.read(fields.take("hints"))
        let probes = try self.probes(fields.take("check"), &places)
        let catalogs = try Catalog.read(fields.take("catalog"), &places)
        places.shownID = fields.take("shown id")
        try fields.finish()
        let hash = SHA256.hash(data: Array(text.utf8)).map { hexByte($0) }.joined()
        let recipe = Recipe(
            name: name, hash: hash, text: text, accountFields: accountFields, plans: plans, operations: operations, pace: pace,
            shownID: try places.shownID?.text(), outcomes: outcomes, probes: probes, catalogs: catalogs, base: base, auth: auth, headers: headers,
            classify: rows,
            message: message, field: field, hints: hints, statuses: statuses, stages: stages, tables: tables)
        return (recipe, places)
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

    /// A token's `get:` and `refresh:` name operations, or are written out in place: then they become `auth.get` and `auth.refresh`.
    private func auth(_ node: YAMLNode, _ operations: inout [String: Operation], _ places: inout RecipePlaces) throws(SourceProblem) -> [AuthWay] {
        var found: [String: Operation] = [:]
        var references = places
        let ways = try AuthWay.read(node) { (node, fields) throws(SourceProblem) in
            let take = fields.take("take")
            var names: [String: String] = [:]
            for (key, name) in [("get", "auth.get"), ("refresh", "auth.refresh")] {
                guard let place = key == "get" ? try fields.require(key) : fields.take(key) else { continue }
                if place.isScalar {
                    names[key] = try place.text()
                    references.references.append((try place.text(), "auth", place))
                } else {
                    guard let take else { throw node.problem("nothing says what the answer holds", fix: "add take: {token: access_token}") }
                    names[key] = name
                    found[name] = try Operation(tokenRequest: name, place, take: take)
                }
            }
            return try TokenAuth(get: names["get"] ?? "", refresh: names["refresh"], &fields, node)
        }
        places = references
        operations.merge(found) { first, _ in first }
        return ways
    }

    private func plans(_ node: YAMLNode, _ places: inout RecipePlaces) throws(SourceProblem) -> [String: [PlanStep]] {
        var plans: [String: [PlanStep]] = [:]
        for entry in try node.entries() {
            guard ["deliver", "update", "call"].contains(entry.key) else {
                throw SourceProblem(
                    file: file, line: entry.keyPlace.line, column: entry.keyPlace.column, message: "unknown event \"\(entry.key)\"",
                    fix: "a plan is for deliver, update or call")
            }
            var steps: [PlanStep] = []
            for node in try entry.value.list() { steps.append(try PlanStep(node, plan: entry.key, &places)) }
            plans[entry.key] = steps
            places.plans[entry.key] = entry.value
        }
        return plans
    }

    private func probes(_ node: YAMLNode?, _ places: inout RecipePlaces) throws(SourceProblem) -> [String] {
        var names: [String] = []
        for one in node?.oneOrMany() ?? [] {
            names.append(try one.text())
            places.references.append((try one.text(), "check", one))
        }
        return names
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
