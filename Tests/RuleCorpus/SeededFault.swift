// SPDX-License-Identifier: Apache-2.0

/// One mistake put into a sound table, and what an analysis must say of it.
public struct SeededFault: Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        case coveredByOne = "covered by one"
        case coveredByMany = "covered by several together"
        case gap
        case conflict
        case emptyCell = "empty cell"
        case deadColumn = "dead column"
        case lookAlike = "look-alike letter"
        case mergeable = "two rules that are one"
    }

    public let kind: Kind
    public let table: CorpusTable
    /// One of these codes must be found …
    public let codes: Set<String>
    /// … at this rule, where it is at a rule at all.
    public let rule: String?

    /// - Returns: `nil` when the table has no place for such a mistake.
    public static func put(_ kind: Kind, into sound: CorpusTable, dice: inout Dice) -> SeededFault? {
        var table = sound
        let place = dice.below(table.rows.count)
        let facts = table.rows[place].cells.keys.sorted()
        let many = facts.filter { (table.rows[place].cells[$0] ?? []).count > 1 }
        switch kind {
        case .coveredByOne:
            guard let (fact, segments) = narrower(table, place, &dice) else { return nil }
            var row = table.rows[place]
            row.name = "fault"
            row.outcome += 1000
            row.cells[fact] = segments
            table.rows.insert(row, at: place + 1 + dice.below(table.rows.count - place))
            return SeededFault(kind: kind, table: table, codes: ["E03"], rule: "fault")
        case .coveredByMany:
            // Without one of its cells a rule reaches into its neighbours; together they cover it from above.
            guard !facts.isEmpty else { return nil }
            var row = table.rows[place]
            row.name = "fault"
            row.outcome += 1000
            let fact = dice.pick(facts)
            // Every value, but not unknown: the rules above do not hold for a fact without a value.
            row.cells[fact] = nil
            row.texts[table.facts[fact].name] = "known"
            for other in table.facts.indices where row.cells[other] == nil && other != fact { row.texts[table.facts[other].name] = "known" }
            table.rows.append(row)
            return SeededFault(kind: kind, table: table, codes: ["E03"], rule: "fault")
        case .gap:
            guard let fact = many.randomElement(using: &dice), let segments = table.rows[place].cells[fact] else { return nil }
            table.rows[place].cells[fact] = table.facts[fact].takesSubsets ? segments.dropLast() : Array(segments.dropFirst())
            return SeededFault(kind: kind, table: table, codes: ["W01"], rule: nil)
        case .conflict:
            guard let fact = facts.randomElement(using: &dice), let segments = table.rows[place].cells[fact] else { return nil }
            let wider =
                table.facts[fact].takesSubsets
                ? Set(segments).union([missing(segments)]) : Set(segments).union([segments[0] > 0 ? segments[0] - 1 : (segments.last ?? 0) + 1])
            table.rows[place].cells[fact] = wider.sorted()
            table.policy = dice.below(2) == 0 ? "only one" : "agree"
            return SeededFault(kind: kind, table: table, codes: ["E04"], rule: nil)
        case .emptyCell:
            guard let fact = facts.randomElement(using: &dice), let text = empty(table.facts[fact]) else { return nil }
            table.rows[place].texts[table.facts[fact].name] = text
            return SeededFault(kind: kind, table: table, codes: ["E02"], rule: nil)
        case .deadColumn:
            var row = table.rows[place]
            row.name = "fault"
            row.texts["extra"] = "yes"
            table.rows.insert(row, at: place)
            return SeededFault(kind: kind, table: table, codes: ["W03"], rule: nil)
        case .lookAlike:
            guard let fact = facts.first(where: { table.facts[$0].takesSubsets }),
                let cell = table.facts[fact].cell(table.rows[place].cells[fact] ?? [])
            else {
                return nil
            }
            let changed = cell.replacing("o", with: "о", maxReplacements: 1).replacing("a", with: "а", maxReplacements: 1)
            guard changed != cell else { return nil }
            table.rows[place].texts[table.facts[fact].name] = changed
            return SeededFault(kind: kind, table: table, codes: ["E01"], rule: nil)
        case .mergeable:
            guard let fact = many.randomElement(using: &dice), let segments = table.rows[place].cells[fact] else { return nil }
            var row = table.rows[place]
            row.name = "fault"
            let cut = 1 + dice.below(segments.count - 1)
            table.rows[place].cells[fact] = Array(segments[..<cut])
            row.cells[fact] = Array(segments[cut...])
            table.rows.insert(row, at: place + 1)
            return SeededFault(kind: kind, table: table, codes: ["W03"], rule: "fault")
        }
    }

    private static func missing(_ segments: [Int]) -> Int { (0...).first { !segments.contains($0) } ?? 0 }

    /// A fact and a part of what the rule allows of it.
    private static func narrower(_ table: CorpusTable, _ place: Int, _ dice: inout Dice) -> (Int, [Int])? {
        let candidates = table.facts.indices.filter { (table.rows[place].cells[$0]?.count ?? table.facts[$0].segmentCount) > 1 }
        guard let fact = candidates.randomElement(using: &dice) else { return nil }
        let segments = table.rows[place].cells[fact] ?? Array(0..<table.facts[fact].segmentCount)
        return (fact, Array(segments.prefix(1 + dice.below(segments.count - 1))))
    }

    private static func empty(_ fact: CorpusFact) -> String? {
        switch fact.kind {
        case .words(let words): "not \(words.joined(separator: ", "))"
        case .money: "700 000 .. 300 000"
        case .days: "90 to 30"
        case .hours: "09:00 to 09:00"
        case .yesNo: "not yes, no"
        }
    }
}
