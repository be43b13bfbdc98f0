// SPDX-License-Identifier: Apache-2.0
public import StrictYAML
public import WireFormats

/// What an account of a CRM maps, as it stands under `mapping:` in the configuration: values for `RecipeContext.mapping`.
///
///     mapping:
///       fields:   {ufCrm_1710001: "{lead.answers.service}", ufCrm_1710002: "{lead.url}"}
///       stages:   {QUALIFIED: NEW, NOT_QUALIFIED: JUNK}          # our status → the CRM's stage
///       statuses: {CONVERTED: ACCEPTED, JUNK: RETURNED}          # the CRM's stage → our status
///       owners:   {Anna: 6, Boris: 7}
///       groups:   {sales: 12}
///       reasons:  {SPAM: 5401}
public enum RecipeMapping {
    /// VOCABULARY.md, 6.2.
    public static let statuses = [
        "NEW", "BRIEFING", "NEEDS_CALLBACK", "DEFERRED", "QUALIFIED", "ACCEPTED", "RETURNED", "PROPOSAL", "CONTRACT", "WON", "LOST",
        "NOT_QUALIFIED", "NOT_A_LEAD", "DUPLICATE",
    ]
    static let tables = ["fields", "stages", "statuses", "owners", "groups", "reasons"]

    /// Reads the block. Plain numbers, `true` and `false` keep their type; a text may hold placeholders.
    /// - Throws: a problem at the entry that is no value, or names a status or placeholder that is not there.
    public static func read(_ node: YAMLNode) throws(SourceProblem) -> [String: JSON] {
        var mapping: [String: JSON] = [:]
        for entry in try node.entries() {
            if tables.contains(entry.key) { try checkTable(entry) }
            mapping[entry.key] = try value(entry.value)
        }
        return mapping
    }

    private static func checkTable(_ entry: YAMLNode.Entry) throws(SourceProblem) {
        for row in try entry.value.entries() {
            let status = entry.key == "stages" ? row.key : entry.key == "statuses" ? try row.value.text() : nil
            guard let status, !statuses.contains(status) else { continue }
            throw SourceProblem(
                file: row.value.file, line: row.keyPlace.line, column: row.keyPlace.column, message: "\"\(status)\" is no status of ours",
                fix: nearest(to: status, among: statuses).map { "did you mean \($0)?" } ?? "known: \(statuses.joined(separator: ", "))")
        }
    }

    private static func value(_ node: YAMLNode) throws(SourceProblem) -> JSON {
        switch node.content {
        case .sequence(let nodes):
            var elements: [JSON] = []
            for node in nodes { elements.append(try value(node)) }
            return .array(elements)
        case .mapping(let entries):
            var members: [JSON.Member] = []
            for entry in entries { members.append(JSON.Member(entry.key, try value(entry.value))) }
            return .object(members)
        case .scalar(let text, let quoted):
            let template = try Template(node)
            if let wrong = template.placeholders.flatMap(\.names).first(where: { !LeadDictionary.holds($0) }) {
                throw node.problem(
                    "nothing fills {\(wrong)}",
                    fix: nearest(to: wrong, among: Array(LeadDictionary.names)).map { "did you mean {\($0)}?" } ?? "use a name of the lead dictionary"
                )
            }
            if case .literal(let literal) = template, !quoted { return literal }
            return .string(text)
        }
    }
}

extension Recipe {
    /// What an account's mapping has that this recipe never uses, as sentences; empty: all of it is used.
    public func problems(withMapping mapping: [String: JSON]) -> [String] {
        let used = Set(everyPlaceholder.flatMap(\.names).compactMap { $0.dropping("mapping.") })
        let names = Set(everyPlaceholder.flatMap(\.names))
        let tables: [String: String] = ["stages": "stage.crm", "owners": "owner.crm", "groups": "group.crm", "reasons": "reason.crm"]
        return mapping.keys.sorted().compactMap { name in
            if name == "statuses" {
                return outcomes.records.isEmpty ? "the recipe \(self.name) reads no outcomes, so \"statuses\" is of no use" : nil
            }
            if let wanted = tables[name] { return names.contains(wanted) ? nil : "the recipe \(self.name) does not use \"\(name)\"" }
            guard !used.contains(name) else { return nil }
            let near = nearest(to: name, among: Array(used) + RecipeMapping.tables)
            return "the recipe \(self.name) does not use the mapping \"\(name)\"" + (near.map { "; did you mean \"\($0)\"?" } ?? "")
        }
    }
}
