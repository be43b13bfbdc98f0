// SPDX-License-Identifier: Apache-2.0

/// How two chains of one program differ, over all calls.
public struct Comparison: Sendable {
    /// Calls that both chains answer, but not alike.
    public struct Change: Sendable {
        public let region: Region
        /// `nil`: no row holds.
        public let before: Program.Hit?
        public let after: Program.Hit?

        public init(region: Region, before: Program.Hit?, after: Program.Hit?) {
            (self.region, self.before, self.after) = (region, before, after)
        }
    }

    public let program: Program
    /// Label 0: the same.
    let diagram: Diagram
    let hits: [[Int?]]
    /// By variable: how the option of a call is found.
    private let finders: [OptionFinder]

    init(program: Program, diagram: Diagram, hits: [[Int?]]) {
        (self.program, self.diagram, self.hits) = (program, diagram, hits)
        finders = diagram.variables.map { OptionFinder($0, program) }
    }

    public var isEmpty: Bool { Diagram.label(diagram.root) == 0 }

    /// Disjoint sets of calls that together are exactly those that change.
    /// - Parameter limit: sets at the most.
    public func changes(limit: Int) -> (changes: [Change], isCut: Bool) {
        let found = diagram.boxes(limit: limit) { $0 > 0 }
        return (
            found.0.map { box in
                let pair = program.hits(hits[box.label])
                return Change(region: program.region(box, diagram.variables), before: pair[0], after: pair[1])
            }, found.isCut
        )
    }

    /// Whether a call changes; an open fact counts as unknown. `nil`: the call has a text that no sample stands for.
    public func contains(_ facts: FactVector) -> Bool? {
        diagram.label { finders[$0].option(of: facts, program) }.map { $0 > 0 }
    }
}

/// Which option of a variable a call takes.
private struct OptionFinder {
    private let columns: [Int]
    /// For a fact that one column asks for: the option of each class.
    private var optionOfClass: [Int?] = []
    private var optionOfMask: [[UInt64]: Int] = [:]

    init(_ variable: Walk.Variable, _ program: Program) {
        columns = program.columnsOfFact[variable.fact]
        optionOfMask = Dictionary(variable.options.enumerated().map { ($1.mask, $0) }) { first, _ in first }
        if columns.count == 1 {
            let column = program.columns[columns[0]]
            optionOfClass = (0..<column.classCount).map { valueClass in
                optionOfMask[Self.mask(program.everyRow, [column.firstBit + valueClass * program.wordCount], program.bits)]
            }
        }
    }

    private static func mask(_ every: [UInt64], _ blocks: [Int], _ bits: [UInt64]) -> [UInt64] {
        var mask = every
        for first in blocks { for word in mask.indices { mask[word] &= bits[first + word] } }
        return mask
    }

    func option(of facts: FactVector, _ program: Program) -> Int? {
        if columns.count == 1 { return optionOfClass[program.classIndex(of: program.columns[columns[0]], in: facts)] }
        return optionOfMask[Self.mask(program.everyRow, columns.map { program.bitmap(of: $0, in: facts) }, program.bits)]
    }
}

extension Program {
    /// The outputs that say what happens to a call; a sentence or a tag changes nothing of it.
    public static let comparedOutputs: [Output] = [.then, .reason, .group, .to, .within, .priority]

    /// Compares what two chains say to every call.
    /// - Returns: `nil` when the budget ran out.
    public func comparison(budget: Int = analysisBudget) -> Comparison? {
        guard chains.count == 2 else { return nil }
        var pairs: [[Int?]] = [[]]
        let walk = Walk(program: self, variables: freeVariables(), budget: budget) { numbers in
            let said = numbers.map { number in number.flatMap { self.rows[$0] }.map { row in Self.comparedOutputs.map { row.outcome[$0] } } }
            if said[0] == said[1] { return 0 }
            pairs.append(numbers)
            return pairs.count - 1
        }
        walk.identities = identities()
        guard walk.run(from: Remainder(self)) else { return nil }
        return Comparison(program: self, diagram: walk.diagram, hits: pairs)
    }

    /// Rows of one number hold for the same calls and say the same.
    private func identities() -> [Int32] {
        struct Content: Hashable {
            let cells: [Int: Cell]
            let terms: [Term]
            let days: [ClosedRange<Int64>?]
        }
        var numbers: [Content: Int32] = [:]
        return rows.map { row in
            guard let row else { return -1 }
            let table = tables[row.table]
            let rule = row.rule < table.rules.count ? table.rules[row.rule] : nil
            let content = Content(
                cells: rule?.cells.filter { $0.value != .anything } ?? [:], terms: Self.comparedOutputs.map { row.outcome[$0] },
                days: [rule?.inForce, table.inForce])
            if let known = numbers[content] { return known }
            numbers[content] = Int32(numbers.count)
            return Int32(numbers.count - 1)
        }
    }
}
