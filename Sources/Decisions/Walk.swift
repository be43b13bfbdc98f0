// SPDX-License-Identifier: Apache-2.0

/// Walks over all calls that some facts still allow, sharing what is the same.
///
/// A call is a point and a row a box (RULES.md 5), so a table is a function over few classes a fact. The walk builds that
/// function as a reduced ordered decision diagram: it fixes one free fact after another, drops the rows that can no longer
/// hold and those behind the first row that certainly does, and gives equal remainders one node. Because equal functions
/// then are one node, a fact is of influence exactly when a node of it is reachable. What is decided, which question
/// matters, which rule can never win, how a promise breaks and what a change changes are all read off this diagram.
struct Walk {
    /// A free fact with what it may still turn out to be.
    struct Variable {
        let fact: Int
        let options: [Option]
    }

    struct Option {
        let sample: Sample
        /// The rows that this leaves possible.
        let mask: [UInt64]
    }

    /// A node: a leaf's label, or one child for each option of a variable.
    enum Node: Hashable {
        case leaf(Int)
        case branch(variable: Int, children: [Int])
    }

    /// Calls for a leaf's label; rows by number, one a chain, `nil` where no row holds.
    typealias Label = ([Int?]) -> Int

    let program: Program
    let variables: [Variable]
    let label: Label
    /// By variable: the rows that ask it or a later one.
    let askedFrom: [[UInt64]]
    private(set) var nodes: [Node] = []
    /// Every combination of hit rows that some call reaches.
    private(set) var outcomes: Set<[Int?]> = []
    private var unique: [Node: Int] = [:]
    private var seen: [[UInt64]: Int] = [:]
    private var budget: Int

    /// - Parameter budget: nodes to visit at the most.
    init(program: Program, variables: [Variable], budget: Int, label: @escaping Label) {
        self.program = program
        self.variables = variables
        self.label = label
        self.budget = budget
        var asked = [[UInt64]](repeating: [UInt64](repeating: 0, count: program.wordCount), count: variables.count + 1)
        for index in variables.indices.reversed() {
            asked[index] = asked[index + 1]
            for column in program.columnsOfFact[variables[index].fact] { asked[index].formUnion(program.uses[column]) }
        }
        askedFrom = asked
    }

    /// - Returns: the root, or `nil` when the budget ran out.
    mutating func run(from state: Remainder) -> Int? { visit(0, state) }

    private mutating func visit(_ level: Int, _ start: Remainder) -> Int? {
        budget -= 1
        guard budget >= 0 else { return nil }
        var state = start
        state.settle(asked: askedFrom[level], in: program)
        if let hits = state.hits(in: program) {
            outcomes.insert(hits)
            return unique(.leaf(label(hits)))
        }
        guard let next = (level..<variables.count).first(where: { isAsked(variables[$0].fact, by: state) }) else { return nil }
        let key = state.key(level: next)
        if let known = seen[key] { return known }
        var children: [Int] = []
        for option in variables[next].options {
            var rest = state
            rest.possible.formIntersection(option.mask)
            guard let child = visit(next + 1, rest) else { return nil }
            children.append(child)
        }
        guard let first = children.first else { return nil }
        let node = children.allSatisfy { $0 == first } ? first : unique(.branch(variable: next, children: children))
        seen[key] = node
        return node
    }

    private func isAsked(_ fact: Int, by state: Remainder) -> Bool {
        program.columnsOfFact[fact].contains { program.uses[$0].intersects(state.possible) }
    }

    private mutating func unique(_ node: Node) -> Int {
        if let known = unique[node] { return known }
        nodes.append(node)
        unique[node] = nodes.count - 1
        return nodes.count - 1
    }

    /// The variables that the function below a node depends on.
    func influences(below root: Int) -> Set<Int> {
        var found: Set<Int> = []
        var visited: Set<Int> = []
        var open = [root]
        while let index = open.popLast() {
            guard visited.insert(index).inserted, case .branch(let variable, let children) = nodes[index] else { continue }
            found.insert(variable)
            open += children
        }
        return found
    }

    /// A way from the root to a leaf with this label: the option taken at each variable on the way.
    func path(from root: Int, to wanted: (Int) -> Bool) -> [(variable: Int, option: Int)]? {
        var dead: Set<Int> = []
        func search(_ index: Int) -> [(variable: Int, option: Int)]? {
            guard !dead.contains(index) else { return nil }
            switch nodes[index] {
            case .leaf(let label): if wanted(label) { return [] }
            case .branch(let variable, let children):
                for (option, child) in children.enumerated() {
                    if let rest = search(child) { return [(variable, option)] + rest }
                }
            }
            dead.insert(index)
            return nil
        }
        return search(root)
    }
}

extension [UInt64] {
    mutating func formIntersection(_ other: [UInt64]) { for index in indices { self[index] &= other[index] } }
    mutating func formUnion(_ other: [UInt64]) { for index in indices { self[index] |= other[index] } }
    func intersects(_ other: [UInt64]) -> Bool { indices.contains { self[$0] & other[$0] != 0 } }
}
