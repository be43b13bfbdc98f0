// SPDX-License-Identifier: Apache-2.0
import StrictYAML

/// How what became of a lead comes back: the CRM's hook, our polls, and how its records are read.
public struct Outcomes: Sendable {
    /// Polls in the order of the file.
    public let polls: [Poll]
    /// Whether the CRM can tell us of changes itself.
    public var hasHook: Bool { hook != nil }
    let hook: Hook?
    let records: [String: RecordReader]
    /// The CRM's stage → our status, where the account's mapping says nothing.
    let statuses: [String: String]

    init(_ node: YAMLNode?, _ places: inout RecipePlaces) throws(SourceProblem) {
        guard let node else {
            (polls, hook, records, statuses) = ([], nil, [:], [:])
            return
        }
        places.outcomes = node
        var fields = try node.fields()
        hook = try fields.take("hook").map { (node) throws(SourceProblem) in try Hook(node) }
        var records: [String: RecordReader] = [:]
        for entry in try fields.take("records")?.entries() ?? [] { records[entry.key] = try RecordReader(entry.key, entry.value, &places) }
        self.records = records
        var polls: [Poll] = []
        for entry in try fields.take("polls")?.entries() ?? [] { polls.append(try Poll(entry.key, entry.value, &places)) }
        self.polls = polls
        let table = fields.take("statuses")
        statuses = try RecipeReader.words(table)
        if let wrong = statuses.values.sorted().first(where: { !RecipeMapping.statuses.contains($0) }) {
            throw (table ?? node).problem(
                "\"\(wrong)\" is no status of ours",
                fix: nearest(to: wrong, among: RecipeMapping.statuses).map { "did you mean \($0)?" }
                    ?? "known: \(RecipeMapping.statuses.joined(separator: ", "))")
        }
        try fields.finish()
    }

    var placeholders: [Placeholder] { records.values.flatMap(\.placeholders) + (hook?.placeholders ?? []) }
}
