// SPDX-License-Identifier: Apache-2.0
public import RuleFiles

/// A made-up decision table: rules over `CorpusFact.all`, each a box of segments.
public struct CorpusTable: Sendable {
    public struct Row: Sendable {
        public var name: String
        /// By place of the fact in `facts`: the segments; facts without an entry may be anything.
        public var cells: [Int: [Int]]
        /// Cells that stand in the file as they are, by fact's name.
        public var texts: [String: String] = [:]
        public var outcome: Int
    }

    public let facts: [CorpusFact]
    public var rows: [Row]
    public var policy = "first"

    // MARK: - Sound tables

    /// A table whose rules share out all calls among them: none overlaps, none is missing, each says something of its own.
    /// - Parameters:
    ///   - columns: 2 … 8.
    public static func sound(rows count: Int, columns: Int, dice: inout Dice) -> CorpusTable {
        let facts = Array(CorpusFact.all.shuffled(using: &dice).prefix(columns))
        var boxes: [[[Int]]] = [facts.map { Array(0..<$0.segmentCount) }]
        // Each fact cuts once at least, so that every column is of use.
        for fact in facts.indices { split(&boxes, dice.below(boxes.count), fact, facts, &dice) }
        var tries = 0
        while boxes.count < count, tries < 10_000 {
            tries += 1
            split(&boxes, dice.below(boxes.count), dice.below(facts.count), facts, &dice)
        }
        let shuffled = boxes.shuffled(using: &dice)
        let rows = shuffled.enumerated().map { number, box in
            let cells = facts.indices.filter { box[$0].count < facts[$0].segmentCount }.map { ($0, box[$0]) }
            return Row(name: "rule \(number + 1)", cells: Dictionary(uniqueKeysWithValues: cells), outcome: number)
        }
        return CorpusTable(facts: facts, rows: rows)
    }

    private static func split(_ boxes: inout [[[Int]]], _ index: Int, _ fact: Int, _ facts: [CorpusFact], _ dice: inout Dice) {
        var segments = boxes[index][fact]
        guard segments.count > 1 else { return }
        if facts[fact].takesSubsets { segments.shuffle(using: &dice) }
        let cut = 1 + dice.below(segments.count - 1)
        var other = boxes[index]
        boxes[index][fact] = segments[..<cut].sorted()
        other[fact] = segments[cut...].sorted()
        boxes.append(other)
    }

    // MARK: - Tables as people write them

    /// Rules that each name a few of the columns, in an order that matters; some may never win.
    public static func sales(rows count: Int, columns: Int, naming: ClosedRange<Int> = 2...4, dice: inout Dice) -> CorpusTable {
        let facts = Array(CorpusFact.all.shuffled(using: &dice).prefix(columns))
        let rows = (0..<count).map { number -> Row in
            let named = Array(facts.indices).shuffled(using: &dice).prefix(naming.lowerBound + dice.below(naming.count))
            let cells = named.map { ($0, facts[$0].segments(&dice)) }
            return Row(name: "rule \(number + 1)", cells: Dictionary(uniqueKeysWithValues: cells), outcome: dice.below(12))
        }
        return CorpusTable(facts: facts, rows: rows)
    }

    // MARK: - As files

    /// The table as a folder of two files.
    public var files: [RuleSource] {
        [
            RuleSource(path: "facts.yaml", text: "format: 1\nfacts:\n" + CorpusFact.all.map(\.declaration).joined() + "  extra:\n    type: yes/no\n"),
            RuleSource(path: "rules.yaml", text: text),
        ]
    }

    public var text: String {
        var text = "format: 1\nrules: Corpus\nzone: Europe/Moscow\ntables:\n  - table: brief\n    decides: brief\n    hits: \(policy)\n    rules:\n"
        for row in rows {
            text += "      - rule: \(row.name)\n        if:\n"
            for fact in facts.indices {
                guard let segments = row.cells[fact], let cell = facts[fact].cell(segments), row.texts[facts[fact].name] == nil else { continue }
                text += "          \(facts[fact].name): \(cell)\n"
            }
            for (name, cell) in row.texts.sorted(by: { $0.key < $1.key }) { text += "          \(name): \(cell)\n" }
            text += "        then: qualify\n        group: team \(row.outcome)\n"
        }
        return text + "    otherwise:\n      then: callback\n      reason: MISSED\n"
    }

    /// A call as texts of cells, by fact; some facts are left out.
    public func call(_ dice: inout Dice) -> [String: String] {
        var call: [String: String] = [:]
        for fact in facts where dice.below(8) != 0 {
            call[fact.name] = dice.below(20) == 0 ? "declined" : fact.value(dice.below(fact.segmentCount), &dice)
        }
        return call
    }
}

extension CorpusFact {
    /// Segments for a cell that is neither everything nor nothing.
    func segments(_ dice: inout Dice) -> [Int] {
        if takesSubsets { return Array(Array(0..<segmentCount).shuffled(using: &dice).prefix(1 + dice.below(segmentCount - 1))).sorted() }
        let first = dice.below(segmentCount)
        let last = first + dice.below(segmentCount - first)
        return first == 0 && last == segmentCount - 1 ? [0] : Array(first...last)
    }
}
