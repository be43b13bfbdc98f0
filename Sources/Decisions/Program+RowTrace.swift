// SPDX-License-Identifier: Apache-2.0

/// A decision with why it is so, as numbers: words are made only when somebody reads it (RULES.md 4.9).
public struct RowTrace: Sendable {
    /// A rule that one fact kept from deciding.
    public struct Near: Hashable, Sendable {
        public let rule: Int
        public let fact: Int

        public init(rule: Int, fact: Int) {
            self.rule = rule
            self.fact = fact
        }
    }

    /// The first chain's hit; `nil`: no row holds.
    public let hit: Program.Hit?
    /// Facts that the hit rule tests, ascending; empty for `otherwise`.
    public let because: [Int]
    /// Rules of the hit's table that hold but for one cell, in the order of the table.
    public let near: [Near]
    public let tags: [Int64]
    public let conflict: Bool
}

extension Program {
    /// Near misses that a trace names at the most.
    public static let nearMax = 3

    /// Decides for the first chain and says why: the verdict, the rule that hit, the cells that decided, and up to three
    /// rules that one fact kept from deciding.
    /// - Parameter facts: gets the facts that tables give.
    public func trace(_ facts: inout FactVector) -> RowTrace {
        withDeciding(&facts) { deciding, facts in
            let row = chains.first.map { ask($0, &deciding) } ?? -1
            guard row >= 0, let hit = hit(row) else {
                return RowTrace(hit: nil, because: [], near: [], tags: deciding.tags, conflict: deciding.conflict)
            }
            return RowTrace(
                hit: hit, because: tested(by: row), near: near(in: hit.table, but: hit.rule, deciding, facts),
                tags: deciding.tags.count > 1 ? Set(deciding.tags).sorted() : deciding.tags, conflict: deciding.conflict)
        }
    }

    /// The facts that a rule's own cells test.
    private func tested(by row: Int) -> [Int] {
        guard let planned = rows[row], planned.rule < tables[planned.table].rules.count else { return [] }
        if planned.isPart { return ownFacts(tables[planned.table].rules[planned.rule]) }
        var found: [Int] = []
        found.reserveCapacity(4)
        for place in Int(index.rowStarts[row])..<Int(index.rowStarts[row + 1]) {
            let fact = index.lookups[Int(index.records[place].column)].fact
            if found.last != fact, fact < facts.count { found.append(fact) }
        }
        return found.count > 1 ? found.sorted() : found
    }

    private func ownFacts(_ rule: Rule) -> [Int] { rule.cells.filter { $0.value != .anything }.keys.sorted() }

    /// Rules that all cells but one allow; reads rows in their order and stops at the third.
    private func near(in table: Int, but hit: Int, _ deciding: Deciding, _ facts: FactVector) -> [RowTrace.Near] {
        var found: [RowTrace.Near] = []
        let rules = tables[table].rules.count
        if compiled[table].policy == .best { return nearInFileOrder(table, but: hit, facts) }
        var last = -1
        for row in compiled[table].rows {
            guard let planned = rows[row], planned.rule != hit, planned.rule < rules else { continue }
            if planned.isPart {
                guard planned.rule != last else { continue }
                last = planned.rule
                guard let fact = onlyMiss(of: tables[table].rules[planned.rule], facts) else { continue }
                found.append(RowTrace.Near(rule: planned.rule, fact: fact))
            } else if let miss = index.onlyMiss(row, deciding.slots), index.lookups[miss].kind != .day {
                found.append(RowTrace.Near(rule: planned.rule, fact: index.lookups[miss].fact))
            }
            if found.count == Self.nearMax { break }
        }
        return found
    }

    /// Rows of a `best` table are sorted by what they say; near misses are named as people wrote them.
    private func nearInFileOrder(_ table: Int, but hit: Int, _ facts: FactVector) -> [RowTrace.Near] {
        var found: [RowTrace.Near] = []
        for (number, rule) in tables[table].rules.enumerated() where number != hit {
            guard let fact = onlyMiss(of: rule, facts) else { continue }
            found.append(RowTrace.Near(rule: number, fact: fact))
            if found.count == Self.nearMax { break }
        }
        return found
    }

    /// The one fact whose cell does not hold; `nil`: none, several, or the rule is out of force.
    private func onlyMiss(of rule: Rule, _ facts: FactVector) -> Int? {
        guard rule.inForce?.contains(facts.day) != false else { return nil }
        let missing = rule.cells.filter { $1.truth(of: $0, in: facts, lists: lists) != .yes }
        return missing.count == 1 ? missing.first?.key : nil
    }
}

extension DecisionIndex {
    /// The column of the one cell of a row that does not hold; `nil`: none or several.
    @inline(__always)
    func onlyMiss(_ row: Int, _ slots: UnsafePointer<Int32>) -> Int? {
        var next = Int(rowStarts[row])
        let end = Int(rowStarts[row + 1])
        var missing = -1
        while next < end {
            let column = Int(records[next].column)
            if cellHolds(&next, slots) { continue }
            if missing >= 0 { return nil }
            missing = column
        }
        return missing < 0 ? nil : missing
    }
}
