// SPDX-License-Identifier: Apache-2.0
public import CallModel
import Decisions
public import RuleFiles

/// A verdict with why it is so, as values; `explain` and `trace` put more of it into words.
public struct TracedVerdict: Sendable {
    /// A rule that one cell kept from deciding.
    public struct Near: Sendable {
        public let rule: String
        /// The cell that does not hold.
        public let cell: CellDeclaration
    }

    public let verdict: Verdict
    /// The cells of the rule that hit, in the order of the file; empty for `otherwise`.
    public let because: [CellDeclaration]
    /// At most three, in the order of the table.
    public let near: [Near]
}

extension RuleSet {
    /// Decides and says why in one go. While the form is open the facts count as they stand: why is then empty.
    public func decideWithTrace(_ input: ScreeningInput, language: Language = .en) -> TracedVerdict {
        guard let moment = programs[input.moment] else {
            return TracedVerdict(verdict: Self.defaultVerdict(input.moment), because: [], near: [])
        }
        var loaded = load(input, for: moment)
        if loaded.isOpen { return TracedVerdict(verdict: decide(loaded, input, moment, language), because: [], near: []) }
        let trace = moment.program.trace(&loaded.facts)
        let decision = Decision(hits: [trace.hit], tags: trace.tags, conflict: trace.conflict)
        var verdict = verdict(decision, input, moment, loaded.facts, language)
        verdict.unreadable = loaded.unreadable
        guard let hit = trace.hit else { return TracedVerdict(verdict: verdict, because: [], near: []) }
        let place = moment.tables[hit.table]
        let because = hit.rule < folder.tables[place].rules.count ? cells(of: hit.rule, place) : []
        let near = trace.near.compactMap { miss in
            folder.tables[place].rules[miss.rule].cells.first { $0.fact == miss.fact }
                .map { TracedVerdict.Near(rule: folder.tables[place].rules[miss.rule].name, cell: $0) }
        }
        return TracedVerdict(verdict: verdict, because: because, near: near)
    }

    private func cells(of rule: Int, _ table: Int) -> [CellDeclaration] {
        folder.tables[table].rules[rule].cells.filter { if case .anything = $0.cell { false } else { true } }
    }
}
