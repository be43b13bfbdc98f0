// SPDX-License-Identifier: Apache-2.0

extension Program {
    /// What a sum or a count may still come to while the form is open: every row that is not decided yet may add or not
    /// (RULES.md 4.7). For the screen; whether a call is decided follows from completions, not from this.
    /// - Parameter fact: one that a table of this program gives.
    /// - Returns: `nil` for a fact that no table sums or counts, or that is settled otherwise.
    public func span(of fact: Int, _ facts: FactVector) -> ClosedRange<Int64>? {
        var facts = facts
        for index in giving {
            guard let given = givenFact(index), facts.states[given] != .known, facts.states[given] != .declined else { continue }
            let span = span(ofTable: index, &facts, given)
            if given == fact { return span }
        }
        return nil
    }

    /// Also settles the table's fact for the tables behind it, or leaves it open.
    private func span(ofTable index: Int, _ facts: inout FactVector, _ given: Int) -> ClosedRange<Int64>? {
        let table = tables[index]
        let truths = table.rules.map { truth(of: $0, facts) }
        let isOpen = truths.contains(.unknown)
        var closed = facts
        _ = withDeciding(&closed) { _, _ in 0 }
        facts.set(given, .open)
        if !isOpen, let value = closed.value(given) { facts.set(given, to: value) }
        if !isOpen, closed.value(given) == nil { facts.set(given, .unknown) }
        guard table.policy == .sum || table.policy == .count, table.inForce?.contains(facts.day) != false else { return nil }
        var (low, high) = (table.policy == .sum ? table.start : 0, table.policy == .sum ? table.start : 0)
        for (rule, truth) in zip(table.rules, truths) {
            let number = rule.outcome.number
            if truth == .yes || (truth == .unknown && number < 0) { low = low.addingReportingOverflow(number).partialValue }
            if truth == .yes || (truth == .unknown && number > 0) { high = high.addingReportingOverflow(number).partialValue }
        }
        let span = min(low, high)...max(low, high)
        return table.limits.map { span.clamped(to: $0) } ?? span
    }

    private func truth(of rule: Rule, _ facts: FactVector) -> Truth {
        guard rule.inForce?.contains(facts.day) != false else { return .no }
        var truth = Truth.yes
        for (fact, cell) in rule.cells {
            switch cell.truth(of: fact, in: facts, lists: lists) {
            case .no: return .no
            case .unknown: truth = .unknown
            case .yes: break
            }
        }
        return truth
    }
}
