// SPDX-License-Identifier: Apache-2.0
import CallModel
import Decisions
import RuleFiles
import Screening

/// An edit of a made-up table, and what a difference says of it against what calls find.
public struct EditTrial: Sendable {
    public struct Result: Sendable {
        /// Calls that changed and were not said to.
        public var misses = 0
        /// Calls that were said to change and did not.
        public var extras = 0
        /// Calls that changed.
        public var changed = 0
        public var calls = 0
        /// The difference was proved.
        public var isProved = true
    }

    public let before: CorpusTable
    public let after: CorpusTable

    /// - Parameter rows: how many rules the table has before the edit.
    public init(rows: ClosedRange<Int> = 8...40, columns: ClosedRange<Int> = 3...8, dice: inout Dice) {
        before = CorpusTable.sales(
            rows: rows.lowerBound + dice.below(rows.count), columns: columns.lowerBound + dice.below(columns.count), naming: 1...3, dice: &dice)
        after = Self.edited(before, &dice)
    }

    private static func edited(_ table: CorpusTable, _ dice: inout Dice) -> CorpusTable {
        var table = table
        let place = dice.below(table.rows.count)
        let facts = table.rows[place].cells.keys.sorted()
        switch dice.below(7) {
        case 0: table.rows[place].outcome = dice.below(14)
        case 1: table.rows.remove(at: place)
        case 2:
            let row = table.rows.remove(at: place)
            table.rows.insert(row, at: dice.below(table.rows.count + 1))
        case 3:
            var row = table.rows[dice.below(table.rows.count)]
            row.name = "added"
            row.outcome = dice.below(14)
            table.rows.insert(row, at: place)
        case 4: if let fact = facts.randomElement(using: &dice) { table.rows[place].cells[fact] = nil }
        case 5:
            let fact = dice.below(table.facts.count)
            table.rows[place].texts[table.facts[fact].name] = dice.pick(["unknown", "known", "declined"])
        default:
            let fact = facts.randomElement(using: &dice) ?? 0
            table.rows[place].cells[fact] = table.facts[fact].segments(&dice)
        }
        return table
    }

    /// - Throws: when a table can't be read, which would be a mistake of this corpus.
    public func run(calls: Int, dice: inout Dice) throws -> Result {
        let old = try RuleSet.read(files: before.files, name: "before")
        let new = try RuleSet.read(files: after.files, name: "after")
        let difference = Difference.between(old, new)
        var result = Result()
        guard let (program, comparison) = difference.sideBySide(.brief) else {
            result.isProved = false
            return result
        }
        let makers = program.facts.indices.filter { program.usedFacts.contains($0) }.map { ($0, Self.values(of: $0, in: program)) }
        for _ in 0..<calls {
            var facts = FactVector(count: program.facts.count)
            for (fact, values) in makers {
                switch dice.below(16) {
                case 0: break
                case 1: facts.set(fact, .declined)
                default: facts.set(fact, to: values[dice.below(values.count)])
                }
            }
            let isSaid = comparison.contains(facts)
            let hits = program.decide(&facts).hits
            let isChanged = !Self.isSame(hits[0], hits[1])
            result.calls += 1
            if isChanged { result.changed += 1 }
            if isChanged, isSaid != true { result.misses += 1 }
            if !isChanged, isSaid != false { result.extras += 1 }
        }
        return result
    }

    private static func isSame(_ before: Program.Hit?, _ after: Program.Hit?) -> Bool {
        guard let before, let after else { return before == nil && after == nil }
        for output in Program.comparedOutputs where before.outcome[output] != after.outcome[output] { return false }
        return true
    }

    /// Values on both sides of every bound that a cell of the tables names, and some between.
    private static func values(of fact: Int, in program: Program) -> [Int64] {
        let values = program.valueClasses(of: fact).flatMap(\.ranges).flatMap { range in
            [range.lowerBound, range.upperBound, range.lowerBound + (range.upperBound - range.lowerBound) / 2]
        }
        return values.isEmpty ? [0] : Array(Set(values)).sorted()
    }
}
