// SPDX-License-Identifier: Apache-2.0
public import CallModel
public import Decisions
import RuleFiles

/// Exactly which calls two versions of a rule folder treat differently (RULES.md 4.10, I01): what happens to them, to whom
/// they go, by when, and why. Sentences (`say`) and tags do not count.
///
/// Calls are seen with the form closed. A decision that comes early, while the form is open, is that of the closed form, so
/// what differs there differs here.
public struct Difference: Sendable {
    /// Calls that one rule of the old version and one of the new one answer differently.
    public struct Change: Sendable {
        public let moment: Moment
        /// Rule and table that hit before and after; `nil`: no table, so that the service's own default holds.
        public let before: (table: String, rule: String)?
        public let after: (table: String, rule: String)?
        /// "Calls with service: site; budget: 250 000 .. 299 999.99: were 'dropped (BUDGET_LOW)', become 'qualified, group sales'."
        public let sentence: Wording
        /// What the calls have in common, and what is said of them.
        public let calls: Wording
        public let was: Wording
        public let becomes: Wording
        /// One such call: texts of cells by fact; facts that are not named may be anything.
        public let example: [String: String]
    }

    /// Changes that are written out at the most.
    public static let changesMax = 200

    /// Disjoint; together, where `isComplete`, exactly the calls that change.
    public let changes: [Change]
    /// There are more than `changesMax` changes.
    public let isCut: Bool
    /// Moments that were too large to compare within the budget: changes found there were searched for.
    public let searched: Set<Moment>
    private let comparisons: [Moment: (comparison: Comparison, joint: JointProgram)]
    private let old: RuleSet
    private let new: RuleSet

    /// The tables of a moment side by side, over one numbering of facts and words: the old ones are the first chain.
    /// `nil` for a moment that neither version decides, or that was too large.
    public func sideBySide(_ moment: Moment) -> (program: Program, comparison: Comparison)? {
        comparisons[moment].map { ($0.comparison.program, $0.comparison) }
    }

    /// No call changes, and that is proved.
    public var isEmpty: Bool { changes.isEmpty && searched.isEmpty }
    public var certainty: Finding.Certainty { searched.isEmpty ? .proved : .searched }

    /// Compares two versions of a folder. Pure; takes at the most about a second for each moment.
    /// - Parameter budget: steps for each moment.
    public static func between(_ old: RuleSet, _ new: RuleSet, budget: Int = Program.analysisBudget) -> Difference {
        let both = JointProgram(old: old, new: new)
        var changes: [Change] = []
        var (isCut, searched) = (false, Set<Moment>())
        var comparisons: [Moment: (Comparison, JointProgram)] = [:]
        for moment in Moment.allCases {
            var joint = both
            guard let program = joint.program(moment) else { continue }
            let wording = OutcomeWording(facts: joint.facts, lexicon: joint.lexicon)
            let regions = RegionWording(facts: joint.facts, lists: joint.listNames)
            func change(_ found: Comparison.Change) -> Change {
                Change(moment, found, program, regions, wording)
            }
            if let comparison = program.comparison(budget: budget) {
                comparisons[moment] = (comparison, joint)
                let found = comparison.changes(limit: changesMax - min(changesMax, changes.count))
                changes += found.changes.map(change)
                isCut = isCut || found.isCut
            } else {
                searched.insert(moment)
                if let found = Self.search(program, budget: budget) { changes.append(change(found)) }
            }
        }
        return Difference(changes: changes, isCut: isCut, searched: searched, comparisons: comparisons, old: old, new: new)
    }

    /// One changed call, where there are too many to look at all of them.
    private static func search(_ program: Program, budget: Int) -> Comparison.Change? {
        func said(_ hit: Program.Hit?) -> [Term] { hit.map { hit in Program.comparedOutputs.map { hit.outcome[$0] } } ?? [] }
        guard case .found(let call, let hits) = program.findCall(budget: budget / 4, where: { said($0[0]) != said($0[1]) }) else { return nil }
        return Comparison.Change(region: Region(facts: call.mapValues { [$0] }), before: hits[0], after: hits[1])
    }

    /// Whether a call changes, as this difference says; `nil` for a moment that was only searched.
    public func contains(_ input: ScreeningInput) -> Bool? {
        guard let (comparison, joint) = comparisons[input.moment] else {
            return old.programs[input.moment] == nil && new.programs[input.moment] == nil ? false : nil
        }
        var input = input
        input.closed = true
        return comparison.contains(joint.facts(old.loaded(input), new.loaded(input)))
    }
}

extension Difference.Change {
    init(_ moment: Moment, _ found: Comparison.Change, _ program: Program, _ regions: RegionWording, _ outcomes: OutcomeWording) {
        self.moment = moment
        before = Self.name(found.before, program)
        after = Self.name(found.after, program)
        let (calls, was, becomes) = (
            regions.wording { regions.text(found.region, $0) }, regions.wording { outcomes.text(found.before, moment, $0) },
            regions.wording { outcomes.text(found.after, moment, $0) }
        )
        (self.calls, self.was, self.becomes) = (calls, was, becomes)
        example = regions.call(found.region.example)
        sentence = Wording([
            .en: "Calls with \(calls.text(.en)): were \"\(was.text(.en))\", become \"\(becomes.text(.en))\".",
            .ru: "Звонки, где \(calls.text(.ru)): было «\(was.text(.ru))», станет «\(becomes.text(.ru))».",
        ])
    }

    private static func name(_ hit: Program.Hit?, _ program: Program) -> (table: String, rule: String)? {
        guard let hit, !program.tables[hit.table].name.isEmpty else { return nil }
        let table = program.tables[hit.table]
        return (table.name, hit.rule < table.rules.count ? table.rules[hit.rule].name : "otherwise")
    }
}

extension RuleSet {
    /// The facts of a call as tables see them; empty for a moment that no table decides.
    func loaded(_ input: ScreeningInput) -> FactVector {
        guard let moment = programs[input.moment] else { return FactVector(count: folder.facts.count) }
        return load(input, for: moment).facts
    }
}
