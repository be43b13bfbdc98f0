// SPDX-License-Identifier: Apache-2.0
import CallModel
import Decisions

/// What can only be checked when all files are read: names, the order of tables, circles, and that a moment always answers.
struct FolderChecks {
    let book: FactBook
    let tables: [TableDeclaration]
    let findings: Findings

    func names(examples: [ExampleDeclaration], promises: [PromiseDeclaration]) {
        unique(tables.map { ($0.name, $0.place) }, "table")
        unique(examples.map { ($0.name, $0.place) }, "example")
        unique(promises.map { ($0.name, $0.place) }, "promise")
    }

    private func unique(_ named: [(String, SourcePlace)], _ kind: String) {
        var seen: Set<String> = []
        for (name, place) in named where !seen.insert(folded(name)).inserted {
            findings.add("the \(kind) \"\(name)\" stands twice in this folder", fix: "give one of them another name", at: place)
        }
    }

    // MARK: - Tables that decide

    func chains() -> [Moment: [Int]] {
        var chains: [Moment: [Int]] = [:]
        for moment in Moment.allCases {
            let indices = tables.indices.filter { tables[$0].moment == moment }
            if !indices.isEmpty { chains[moment] = chain(moment, indices) }
        }
        for table in tables where table.moment == nil && table.before != nil {
            findings.add("before: goes with tables that decide", fix: "leave it out", at: table.place)
        }
        return chains
    }

    private func chain(_ moment: Moment, _ indices: [Int]) -> [Int] {
        let last = indices.filter { tables[$0].before == nil }
        for index in indices { checkBefore(index, indices, moment) }
        guard let final = last.first else {
            findings.add(
                "the tables of \(moment.rawValue) stand before each other in a circle", fix: "leave out before: of the last one", code: "E05",
                at: tables[indices[0]].place)
            return []
        }
        for extra in last.dropFirst() {
            findings.add(
                "\(moment.rawValue) is decided by \"\(tables[final].name)\" already", fix: "before: \(tables[final].name)", at: tables[extra].place)
        }
        if tables[final].otherwise == nil {
            findings.add(
                "\"\(tables[final].name)\" has no otherwise, and a moment must always answer", fix: "otherwise: with then: and what goes with it",
                code: "E05", at: tables[final].place)
        }
        for index in indices where tables[index].before != nil && tables[index].otherwise != nil {
            findings.add(
                "\"\(tables[index].name)\" has an otherwise, so that the table behind it is never asked", fix: "delete otherwise:", code: "E03",
                at: tables[index].place)
        }
        var order: [Int] = []
        add(final, indices, to: &order)
        for index in indices where !order.contains(index) && last.count == 1 && isKnown(tables[index].before, indices) {
            findings.add(
                "\"\(tables[index].name)\" stands before itself in a circle", fix: "before: \(tables[final].name)", code: "E05",
                at: tables[index].place)
        }
        return order
    }

    private func isKnown(_ name: String?, _ indices: [Int]) -> Bool {
        guard let name else { return true }
        return indices.contains { folded(tables[$0].name) == folded(name) }
    }

    /// The tables that stand before one, each behind those before itself, then the table.
    private func add(_ index: Int, _ indices: [Int], to order: inout [Int]) {
        guard !order.contains(index) else { return }
        for other in indices where tables[other].before.map(folded) == folded(tables[index].name) && other != index {
            add(other, indices, to: &order)
        }
        order.append(index)
    }

    private func checkBefore(_ index: Int, _ indices: [Int], _ moment: Moment) {
        guard let name = tables[index].before, !isKnown(name, indices) else { return }
        let names = indices.filter { $0 != index }.map { tables[$0].name }
        findings.add(
            "\(moment.rawValue) has no table \"\(name)\"", fix: suggestion(for: name, among: names).map { "before: \($0)" }, at: tables[index].place)
    }

    // MARK: - Tables that give facts

    /// Giving tables, each after those whose facts it uses.
    func givingOrder() -> [Int] {
        var giver: [Int: Int] = [:]
        for (index, table) in tables.enumerated() {
            guard let fact = table.givenFact else { continue }
            if let other = giver[fact] {
                findings.add("\"\(tables[other].name)\" gives \(book.facts[fact].name) already", fix: "give another fact", at: table.place)
            }
            giver[fact] = index
            checkOtherwise(table)
        }
        for list in book.lists {
            for name in list.gives {
                guard let fact = book.index(of: name), let table = giver[fact] else { continue }
                findings.add("the list \"\(list.name)\" gives \(name) already", fix: "give another fact", at: tables[table].place)
            }
        }
        var order: [Int] = []
        var open: [Int] = []
        func visit(_ index: Int) {
            guard !order.contains(index) else { return }
            guard !open.contains(index) else {
                let names = (open.drop { $0 != index } + [index]).map { tables[$0].name }
                findings.add(
                    "tables use each other in a circle: \(names.joined(separator: " → "))", fix: "take one of the facts out", code: "E05",
                    at: tables[index].place)
                return
            }
            open.append(index)
            for fact in facts(usedBy: tables[index]).sorted() { if let other = giver[fact] { visit(other) } }
            open.removeLast()
            order.append(index)
        }
        for index in tables.indices where tables[index].givenFact != nil { visit(index) }
        return order
    }

    private func facts(usedBy table: TableDeclaration) -> Set<Int> { Set(table.rules.flatMap { $0.cells.map(\.fact) }) }

    private func checkOtherwise(_ table: TableDeclaration) {
        guard table.otherwise != nil, [.sum, .count, .all].contains(table.policy) else { return }
        let fix = table.policy == .sum ? "start:" : "leave it out"
        findings.add("a table that hits by \(table.policy.rawValue) takes no otherwise", fix: fix, at: table.place)
    }
}
