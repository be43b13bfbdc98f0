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

    let program: Program
    /// Label 0: the same.
    let diagram: Diagram
    let hits: [[Int?]]
    /// For each variable: the rows that an option leaves, to find the option of a call by.
    private let optionOfMask: [[[UInt64]: Int]]

    init(program: Program, diagram: Diagram, hits: [[Int?]]) {
        (self.program, self.diagram, self.hits) = (program, diagram, hits)
        optionOfMask = diagram.variables.map { variable in
            Dictionary(variable.options.enumerated().map { ($1.mask, $0) }) { first, _ in first }
        }
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
        diagram.label { variable in
            let fact = diagram.variables[variable].fact
            var mask = program.everyRow
            for column in program.columnsOfFact[fact] {
                let first = program.bitmap(of: column, in: facts)
                for word in mask.indices { mask[word] &= program.bits[first + word] }
            }
            return optionOfMask[variable][mask]
        }.map { $0 > 0 }
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
