// SPDX-License-Identifier: Apache-2.0

/// What a program says to one call.
public struct Decision: Hashable, Sendable {
    /// One a chain; `nil` where no table of the chain has a row that holds.
    public var hits: [Program.Hit?]
    /// Of every rule that holds in the tables that were run; ascending, each once.
    public var tags: [Int64] = []
    /// Rows of an `only one` or `agree` table contradicted each other; the first was taken.
    public var conflict = false

    /// The hit of a program with one chain.
    public var hit: Program.Hit? { hits.first ?? nil }
}

extension Program {
    /// Decides with the form closed: an open fact counts as unknown.
    /// - Parameter facts: gets the facts that tables give.
    public func decide(_ facts: inout FactVector) -> Decision {
        var decision = Decision(hits: [])
        withUnsafeTemporaryAllocation(of: Int.self, capacity: columns.count) { offsets in
            for column in columns.indices { offsets[column] = bitmap(of: column, in: facts) }
            for index in giving { give(index, &facts, offsets, &decision) }
            for chain in chains { decision.hits.append(ask(chain, facts, offsets, &decision)) }
        }
        if decision.tags.count > 1 { decision.tags = Set(decision.tags).sorted() }
        return decision
    }

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

    /// The rows of one word of a table that hold.
    @inline(__always)
    private func holding(_ word: Int, _ table: Compiled, _ offsets: UnsafeMutableBufferPointer<Int>) -> UInt64 {
        var rows = everyRow[word]
        for column in table.columns { rows &= bits[offsets[column] + word] }
        return rows
    }

    // MARK: - Tables that decide

    private func ask(
        _ chain: [Int], _ facts: FactVector, _ offsets: UnsafeMutableBufferPointer<Int>, _ decision: inout Decision
    ) -> Hit? {
        for index in chain {
            if let row = firstRow(index, offsets, &decision), let hit = rows[row] {
                return Hit(table: index, rule: hit.rule, outcome: hit.outcome)
            }
        }
        return nil
    }

    /// The row that a single-hit table takes; collects tags and conflicts on the way.
    private func firstRow(_ index: Int, _ offsets: UnsafeMutableBufferPointer<Int>, _ decision: inout Decision) -> Int? {
        let table = compiled[index]
        let seesAll = table.hasTags || table.policy == .onlyOne || table.policy == .agree
        var first: Int?
        for word in table.words {
            var holding = holding(word, table, offsets)
            while holding != 0 {
                let row = word << 6 + holding.trailingZeroBitCount
                holding &= holding - 1
                if let hit = first {
                    see(row, beside: hit, table, &decision)
                } else {
                    first = row
                    guard seesAll else { return row }
                    decision.tags += rows[row]?.outcome.tags ?? []
                }
            }
        }
        return first
    }

    /// A further row that holds: it adds its tags, and may contradict the hit. `otherwise` counts only as the hit.
    private func see(_ row: Int, beside hit: Int, _ table: Compiled, _ decision: inout Decision) {
        guard let other = rows[row], let first = rows[hit], other.rule < tables[other.table].rules.count else { return }
        decision.tags += other.outcome.tags
        guard first.rule < tables[other.table].rules.count, first.rule != other.rule else { return }
        switch table.policy {
        case .onlyOne: decision.conflict = true
        case .agree: decision.conflict = decision.conflict || !Self.agree(first.outcome, other.outcome)
        default: break
        }
    }

    /// Whether two rows of an `agree` table say the same (RULES.md 4.14: not compared are tags and sentences).
    static func agree(_ left: Outcome, _ right: Outcome) -> Bool {
        left.number == right.number
            && [Output.then, .reason, .group, .to, .within, .priority].allSatisfy { left[$0] == right[$0] }
    }

    // MARK: - Tables that give a fact

    private func give(
        _ index: Int, _ facts: inout FactVector, _ offsets: UnsafeMutableBufferPointer<Int>, _ decision: inout Decision
    ) {
        let table = compiled[index]
        guard case .gives(let fact) = table.role, facts.states[fact] != .known, facts.states[fact] != .declined else { return }
        if let days = table.inForce, !days.contains(facts.day) { return facts.set(fact, .unknown) }
        if let value = result(index, offsets, &decision) { facts.set(fact, to: value) } else { facts.set(fact, .unknown) }
        for column in columnsOfFact[fact] { offsets[column] = bitmap(of: column, in: facts) }
    }

    private func result(_ index: Int, _ offsets: UnsafeMutableBufferPointer<Int>, _ decision: inout Decision) -> Int64? {
        let table = compiled[index]
        if table.policy.isSingleHit {
            return firstRow(index, offsets, &decision).flatMap { rows[$0]?.outcome.number }
        }
        var sum = Collected(policy: table.policy, start: table.start)
        for word in table.words {
            var holding = holding(word, table, offsets)
            while holding != 0 {
                let row = word << 6 + holding.trailingZeroBitCount
                holding &= holding - 1
                guard let rule = rows[row] else { continue }
                if rule.rule == tables[index].rules.count {
                    if sum.isEmpty { sum.take(otherwise: rule.outcome) }
                } else {
                    sum.take(rule.outcome)
                    if table.hasTags { decision.tags += rule.outcome.tags }
                }
            }
        }
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
