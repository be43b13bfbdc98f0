// SPDX-License-Identifier: Apache-2.0
import StrictYAML
public import WireFormats

/// A list that the CRM keeps (stages, fields, users) and that an account's mapping must agree with: `crm check` reads it.
public struct Catalog: Sendable {
    /// The table of the mapping whose words it holds: `stages`, `fields`, `owners`, `groups`, `reasons`.
    public let name: String
    public let operation: String
    let from: JSONPath
    let id: JSONPath?
    let label: JSONPath?

    /// One entry: what a mapping must say, and what people call it.
    public struct Entry: Sendable, Hashable {
        public var id: String
        public var label: String?
    }

    static func read(_ node: YAMLNode?, _ places: inout RecipePlaces) throws(SourceProblem) -> [Catalog] {
        guard let node else { return [] }
        var out: [Catalog] = []
        for entry in try node.entries() { out.append(try Catalog(entry.key, entry.value, &places)) }
        return out
    }

    private init(_ name: String, _ node: YAMLNode, _ places: inout RecipePlaces) throws(SourceProblem) {
        guard RecipeMapping.tables.contains(name) else {
            throw node.problem(
                "\"\(name)\" is no table of a mapping",
                fix: nearest(to: name, among: RecipeMapping.tables).map { "did you mean \"\($0)\"?" }
                    ?? "known: \(RecipeMapping.tables.joined(separator: ", "))")
        }
        self.name = name
        var fields = try node.fields()
        let does = try fields.require("do")
        operation = try does.text()
        places.references.append((operation, "the catalog \(name)", does))
        from = try JSONPath(try fields.require("from"))
        id = try fields.take("id").map { (node) throws(SourceProblem) in try JSONPath(node) }
        label = try fields.take("label").map { (node) throws(SourceProblem) in try JSONPath(node) }
        try fields.finish()
    }

    /// The entries of an answer to `operation`. Without `id:` the names of an object's members are the ids.
    public func entries(_ response: CRMResponse) -> [Entry] {
        guard let json = Recipe.json(response) else { return [] }
        let found = from.values(in: json)
        if let id {
            let rows = found.flatMap { $0.array ?? [$0] }
            return rows.compactMap { row in id.value(in: row)?.scalarText.map { Entry(id: $0, label: label?.value(in: row)?.scalarText) } }
        }
        return found.flatMap { $0.members ?? [] }.map { Entry(id: $0.name, label: label?.value(in: $0.value)?.scalarText) }
    }

    /// What the mapping's table of this name says that the CRM does not know, as sentences. `entries`: of all pages.
    public func problems(_ mapping: [String: JSON], entries: [Entry]) -> [String] {
        guard let table = mapping[name]?.members else { return [] }
        let ids = Set(entries.map(\.id))
        return table.compactMap { member in
            guard let word = name == "fields" ? member.name : member.value.scalarText, !ids.contains(word) else { return nil }
            let near = nearest(to: word, among: Array(ids)) ?? entries.first { $0.label == word }?.id
            return "the CRM has no \(word) among its \(name)" + (near.map { "; did you mean \($0)?" } ?? "")
        }
    }
}
