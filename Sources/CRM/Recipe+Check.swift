// SPDX-License-Identifier: Apache-2.0
import StrictYAML

extension Recipe {
    /// What can't work although each part reads well: placeholders nobody fills, operations nobody wrote.
    func check() -> [SourceProblem] { placeholderProblems() + nameProblems() }

    private func placeholderProblems() -> [SourceProblem] {
        let taken = Set(operations.values.flatMap { $0.take.map(\.name) + ($0.pick?.take.map(\.name) ?? []) })
        let account = Set(accountFields.map { "account.\($0.name)" } + (fetched?.take.map { "auth.\($0.name)" } ?? []))
        return allPlaceholders.compactMap { placeholder in
            let name = placeholder.name
            guard !LeadDictionary.holds(name), !taken.contains(name), !account.contains(name) else { return nil }
            let near = nearest(to: name, among: Array(LeadDictionary.names) + Array(taken) + Array(account))
            return placeholder.place.problem(
                "nothing fills {\(name)}",
                fix: near.map { "did you mean {\($0)}?" }
                    ?? "use a name of the lead dictionary, account.…, mapping.…, or an id that an operation takes")
        }
    }

    private var allPlaceholders: [Placeholder] {
        var all = base.placeholders + auth.placeholders + headers.flatMap(\.value.placeholders)
        for operation in operations.values.sorted(by: { $0.name < $1.name }) {
            all += operation.path.placeholders + operation.query.flatMap(\.value.placeholders) + operation.headers.flatMap(\.value.placeholders)
            all += operation.body.placeholders + (operation.pick?.conditions.flatMap(\.value.placeholders) ?? [])
        }
        return all.sorted { ($0.place.place.line, $0.place.place.column) < ($1.place.place.line, $1.place.place.column) }
    }

    private func nameProblems() -> [SourceProblem] {
        var wanted: [(name: String, by: String)] = []
        for (event, steps) in plans.sorted(by: { $0.key < $1.key }) {
            for step in steps {
                wanted.append((step.operation, "the plan of \(event)"))
                if let first = step.first { wanted.append((first, "the plan of \(event)")) }
            }
        }
        for operation in operations.values.sorted(by: { $0.name < $1.name }) {
            if case .lookUp(let look) = operation.onUnknown { wanted.append((look.operation, "on unknown of \(operation.name)")) }
        }
        let missing = wanted.filter { operations[$0.name] == nil }.map { one in
            SourceProblem(
                file: name, message: "\(one.by) names the operation \"\(one.name)\", which is not there",
                fix: nearest(to: one.name, among: Array(operations.keys)).map { "did you mean \"\($0)\"?" } ?? "add it under operations")
        }
        return missing + stepProblems()
    }

    private func stepProblems() -> [SourceProblem] {
        plans.sorted { $0.key < $1.key }.compactMap { event, steps in
            let names = steps.map(\.name)
            guard Set(names).count < names.count else { return nil }
            return SourceProblem(file: name, message: "two steps of the plan of \(event) have one name", fix: "give each step a name of its own")
        }
    }
}
