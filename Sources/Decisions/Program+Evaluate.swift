// SPDX-License-Identifier: Apache-2.0

/// What a program says to one call.
public struct Decision: Hashable, Sendable {
    /// One a chain; `nil` where no table of the chain has a row that holds.
    public var hits: [Program.Hit?]
    /// Of every rule that holds in the tables that were run; ascending, each once.
    public var tags: [Int64] = []
    /// Rows of an `only one` or `agree` table contradicted each other; the first was taken.
    public var conflict = false

    public init(hits: [Program.Hit?], tags: [Int64] = [], conflict: Bool = false) {
        self.hits = hits
        self.tags = tags
        self.conflict = conflict
    }

    /// The hit of a program with one chain.
    public var hit: Program.Hit? { hits.first ?? nil }
}

extension Program {
    /// Decides with the form closed: an open fact counts as unknown.
    /// - Parameter facts: gets the facts that tables give.
    public func decide(_ facts: inout FactVector) -> Decision {
        withDeciding(&facts) { deciding, facts in
            var decision = Decision(hits: [])
            decision.hits.reserveCapacity(chains.count)
            for chain in chains {
                let row = ask(chain, &deciding)
                decision.hits.append(row < 0 ? nil : hit(row))
            }
            decision.conflict = deciding.conflict
            decision.tags = deciding.tags.count > 1 ? Set(deciding.tags).sorted() : deciding.tags
            return decision
        }
    }

    /// The same for a program with one chain, with as little work as can be: for replays.
    /// - Returns: the hit's row, for `hit(_:)`; -1 where no row holds.
    public func decideRow(_ facts: inout FactVector) -> (row: Int, tags: [Int64], conflict: Bool) {
        withDeciding(&facts) { deciding, _ in
            let row = chains.first.map { ask($0, &deciding) } ?? -1
            return (row, deciding.tags.count > 1 ? Set(deciding.tags).sorted() : deciding.tags, deciding.conflict)
        }
    }

    /// What a row says.
    /// - Parameter row: as `decideRow` gives it.
    public func hit(_ row: Int) -> Hit? {
        guard rows.indices.contains(row), let found = rows[row] else { return nil }
        return Hit(table: found.table, rule: found.rule, outcome: found.outcome)
    }

    /// Rows of all tables; a row's number is below it.
    public var rowCount: Int { rows.count }

    /// Where the bitmap of the class begins that a fact is in.
    func bitmap(of column: Int, in facts: FactVector) -> Int {
        let place = columns[column]
        return place.firstBit + classIndex(of: place, in: facts) * wordCount
    }

    func classIndex(of column: Column, in facts: FactVector) -> Int {
        if column.fact == self.facts.count { return column.valueClass(facts.day) }
        switch facts.states[column.fact] {
        case .unknown, .open: return Column.unknownClass
        case .declined: return Column.declinedClass
        case .known: break
        }
        if let test = column.test {
            return test.holds(for: column.fact, in: facts, lists: lists) ? Column.holdsClass : Column.failsClass
        }
        guard case .scale = self.facts[column.fact].domain else { return Column.firstValueClass }
        return column.valueClass(facts.values[column.fact])
    }

    // MARK: - Tables that decide

    /// The row that decides; -1: none.
    func ask(_ chain: [Int], _ deciding: inout Deciding) -> Int {
        for index in chain {
            let row = firstRow(index, &deciding)
            if row >= 0 { return row }
        }
        return -1
    }

    /// The row that a single-hit table takes, or -1; collects tags and conflicts on the way.
    private func firstRow(_ index: Int, _ deciding: inout Deciding) -> Int {
        let table = compiled[index]
        guard table.hasTags || table.policy == .onlyOne || table.policy == .agree else { return firstHolding(index, deciding) }
        var first = -1
        var (tags, conflict) = (deciding.tags, deciding.conflict)
        eachHolding(index, deciding) { row in
            if first >= 0 {
                see(row, beside: first, table, &tags, &conflict)
            } else {
                first = row
                tags += rows[row]?.outcome.tags ?? []
            }
        }
        (deciding.tags, deciding.conflict) = (tags, conflict)
        return first
    }

    /// A further row that holds: it adds its tags, and may contradict the hit. `otherwise` counts only as the hit.
    private func see(_ row: Int, beside hit: Int, _ table: Compiled, _ tags: inout [Int64], _ conflict: inout Bool) {
        guard let other = rows[row], let first = rows[hit], other.rule < tables[other.table].rules.count else { return }
        tags += other.outcome.tags
        guard first.rule < tables[other.table].rules.count, first.rule != other.rule else { return }
        switch table.policy {
        case .onlyOne: conflict = true
        case .agree: conflict = conflict || !Self.agree(first.outcome, other.outcome)
        default: break
        }
    }

    /// Whether two rows of an `agree` table say the same (RULES.md 4.14: not compared are tags and sentences).
    static func agree(_ left: Outcome, _ right: Outcome) -> Bool {
        left.number == right.number
            && [Output.then, .reason, .group, .to, .within, .priority].allSatisfy { left[$0] == right[$0] }
    }

    // MARK: - Tables that give a fact

    func give(_ index: Int, _ facts: inout FactVector, _ deciding: inout Deciding) {
        let table = compiled[index]
        guard case .gives(let fact) = table.role, facts.states[fact] != .known, facts.states[fact] != .declined else { return }
        if let days = table.inForce, !days.contains(facts.day) {
            facts.set(fact, .unknown)
        } else if let value = result(index, &deciding) {
            facts.set(fact, to: value)
        } else {
            facts.set(fact, .unknown)
        }
        for column in columnsOfFact[fact] { place(column, facts, deciding) }
    }

    private func result(_ index: Int, _ deciding: inout Deciding) -> Int64? {
        let table = compiled[index]
        if table.policy.isSingleHit {
            let row = firstRow(index, &deciding)
            return row < 0 ? nil : rows[row]?.outcome.number
        }
        var sum = Collected(policy: table.policy, start: table.start)
        var tags = deciding.tags
        eachHolding(index, deciding) { row in
            guard let rule = rows[row] else { return }
            if rule.rule == tables[index].rules.count {
                if sum.isEmpty { sum.take(otherwise: rule.outcome) }
            } else {
                sum.take(rule.outcome)
                if table.hasTags { tags += rule.outcome.tags }
            }
        }
        deciding.tags = tags
        return sum.value(limits: table.limits)
    }
}

/// The running result of a table that collects.
struct Collected: Hashable, Sendable {
    let policy: HitPolicy
    private(set) var number: Int64?
    private(set) var isEmpty = true

    /// - Parameter start: what a sum begins with.
    init(policy: HitPolicy, start: Int64) {
        self.policy = policy
        switch policy {
        case .sum: number = start
        case .count, .all: number = 0
        default: number = nil
        }
    }

    mutating func take(_ outcome: Outcome) {
        isEmpty = false
        let added = outcome.number
        switch policy {
        case .sum, .count: number = saturated(number ?? 0, plus: added)
        case .min: number = Swift.min(number ?? .max, added)
        case .max: number = Swift.max(number ?? .min, added)
        case .all: number = Int64(bitPattern: UInt64(bitPattern: number ?? 0) | UInt64(bitPattern: added))
        default: number = number ?? added
        }
    }

    /// What the table says when no rule holds.
    mutating func take(otherwise outcome: Outcome) { number = outcome.number }

    /// `nil`: the fact stays unknown.
    func value(limits: ClosedRange<Int64>?) -> Int64? {
        guard let number, let limits else { return number }
        return Swift.max(limits.lowerBound, Swift.min(limits.upperBound, number))
    }

    private func saturated(_ left: Int64, plus right: Int64) -> Int64 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? (right < 0 ? .min : .max) : sum
    }
}
