// SPDX-License-Identifier: Apache-2.0

extension Program {
    /// Some rule counts its deadline back from a date.
    static func dayTerms(_ tables: [Table]) -> Bool {
        tables.contains { table in
            table.otherwise.map(\.hangsOnDay) == true || table.rules.contains { $0.outcome.hangsOnDay }
        }
    }

    static func compile(_ table: Table, words: Range<Int>, rows: Range<Int>, columns: [Int]) -> Compiled {
        Compiled(
            role: table.role, policy: table.policy, words: words, rows: rows, columns: columns, limits: table.limits, start: table.start,
            inForce: table.inForce,
            hasTags: table.policy != .all && (table.rules.contains { !$0.outcome.tags.isEmpty } || table.otherwise?.tags.isEmpty == false))
    }
}

extension Outcome {
    var hangsOnDay: Bool { if case .before = self[.within] { true } else { false } }
}

extension CellTest.Atom {
    func hangsOnDay(_ lists: [Membership]) -> Bool {
        if case .list(let list, _) = self, lists.indices.contains(list) { lists[list].hasEnds } else { false }
    }
}
