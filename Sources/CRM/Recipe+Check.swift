// SPDX-License-Identifier: Apache-2.0
import StrictYAML

extension Recipe {
    /// What can't work although each part reads well: placeholders nobody fills, operations nobody wrote.
    func check(_ places: RecipePlaces) -> [SourceProblem] {
        (placeholderProblems() + tableProblems() + nameProblems(places) + planProblems(places) + sessionProblems(places)).sorted {
            ($0.line, $0.column) < ($1.line, $1.column)
        }
    }

    private func placeholderProblems() -> [SourceProblem] {
        let taken = Set(operations.values.flatMap(\.yields) + outcomes.records.values.map(\.idName))
        let account = Set(accountFields.map { "account.\($0.name)" })
        let session = Set(sessionNames.map { "auth.\($0)" })
        let special: Set<String> = ["field.name", "field.value", "item.key"]
        let known = taken.union(account).union(session).union(special).union(PollCursor.names)
        return everyPlaceholder.compactMap { placeholder in
            guard let name = placeholder.names.first(where: { !LeadDictionary.holds($0) && !known.contains($0) && !$0.hasPrefix("poll.offset") })
            else { return nil }
            let near = nearest(to: name, among: Array(LeadDictionary.names.union(known)))
            return placeholder.place.problem(
                "nothing fills {\(name)}",
                fix: near.map { "did you mean {\($0)}?" }
                    ?? "use a name of the lead dictionary, account.…, mapping.…, or an id that an operation takes")
        }
    }

    private func tableProblems() -> [SourceProblem] {
        everyPlaceholder.flatMap { placeholder in
            placeholder.filters.compactMap { filter in
                guard case .table(let name) = filter, tables[name] == nil else { return nil }
                return placeholder.place.problem(
                    "there is no table \"\(name)\"",
                    fix: nearest(to: name, among: Array(tables.keys)).map { "did you mean \"\($0)\"?" } ?? "add it under tables")
            }
        }
    }

    /// What the answers to the requests of tokens give.
    private var sessionNames: [String] {
        let tokens = auth.compactMap { if case .token(let token) = $0.method { token } else { nil } }
        let operations = tokens.flatMap { [$0.get] + ($0.refresh.map { [$0] } ?? []) }.compactMap { self.operations[$0] }
        return operations.flatMap(\.yields) + (tokens.contains { $0.assertion != nil } ? ["assertion"] : [])
    }

    var everyPlaceholder: [Placeholder] {
        var all = base.placeholders + auth.flatMap(\.placeholders) + headers.flatMap(\.value.placeholders) + outcomes.placeholders
        for operation in operations.values.sorted(by: { $0.name < $1.name }) {
            all += operation.placeholders + (operation.pick?.placeholders ?? []) + (operation.auth ?? []).flatMap(\.placeholders)
        }
        return all
    }

    private func nameProblems(_ places: RecipePlaces) -> [SourceProblem] {
        var problems = places.references.filter { operations[$0.name] == nil }.map { one in
            one.node.problem(
                "\(one.by) names the operation \"\(one.name)\", which is not there",
                fix: nearest(to: one.name, among: Array(operations.keys)).map { "did you mean \"\($0)\"?" } ?? "add it under operations")
        }
        let ids = operations.values.flatMap(\.yields)
        if let shownID, let node = places.shownID, !ids.contains(shownID) {
            problems.append(
                node.problem(
                    "no operation takes \"\(shownID)\"",
                    fix: nearest(to: shownID, among: ids).map { "did you mean \"\($0)\"?" } ?? "add it to a take:"))
        }
        for poll in outcomes.polls where outcomes.records[poll.kind] == nil {
            problems.append(
                (places.outcomes ?? YAMLNode(content: .mapping([]), place: .init(line: 0, column: 0), file: places.file))
                    .problem("the poll \(poll.name) brings \"\(poll.kind)\", which no record describes", fix: "add \(poll.kind): under records"))
        }
        return problems
    }

    private func planProblems(_ places: RecipePlaces) -> [SourceProblem] {
        var problems: [SourceProblem] = []
        for (event, steps) in plans.sorted(by: { $0.key < $1.key }) {
            guard let node = places.plans[event] else { continue }
            let names = steps.map(\.name)
            if let twice = names.first(where: { name in names.filter { $0 == name }.count > 1 }) {
                problems.append(node.problem("two steps of the plan of \(event) are named \"\(twice)\"", fix: "give each step a name of its own"))
            }
            let ids = operations.values.flatMap(\.yields)
            for step in steps {
                for need in step.needs where !ids.contains(need) {
                    problems.append(
                        node.problem(
                            "the step \"\(step.name)\" needs \"\(need)\", which no operation takes",
                            fix: nearest(to: need, among: ids).map { "did you mean \"\($0)\"?" } ?? "add it to the take: of an operation"))
                }
                problems += lookProblems(step, event, node)
            }
        }
        return problems
    }

    /// A look-up that keeps no id would be taken for an empty one, or leave the steps behind it without what they need.
    private func lookProblems(_ step: PlanStep, _ event: String, _ node: YAMLNode) -> [SourceProblem] {
        guard let first = step.first, let look = operations[first] else { return [] }
        guard look.pick == nil, look.take.isEmpty else { return [] }
        return [node.problem("the look-up \"\(first)\" of the plan of \(event) keeps nothing of what it finds", fix: "add pick: or take: to it")]
    }

    private func sessionProblems(_ places: RecipePlaces) -> [SourceProblem] {
        places.references.filter { $0.by == "auth" }.compactMap { one in
            guard let operation = operations[one.name], !operation.take.contains(where: { $0.name == "token" }) else { return nil }
            return one.node.problem("the operation \"\(one.name)\" takes no token", fix: "add take: {token: access_token} to it")
        }
    }
}
