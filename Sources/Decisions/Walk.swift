// SPDX-License-Identifier: Apache-2.0

/// Walks over all calls that some facts still allow, sharing what is the same.
///
/// A call is a point and a row a box (RULES.md 5), so a table is a function over few classes a fact. The walk fixes one
/// free fact after another, drops the rows that can no longer hold and those behind the first row that certainly does, and
/// goes into equal remainders once. What is decided, which question matters, which rule can never win, where the gaps are,
/// how a promise breaks and what a change changes are all read off the diagram it builds, or off the first call it finds.
final class Walk {
    /// A free fact with what it may still turn out to be.
    struct Variable: Sendable {
        /// Index of the fact; the number of facts means the day.
        let fact: Int
        let options: [Option]
    }

    /// Values that leave the same rows.
    struct Option: Sendable {
        var samples: [Sample]
        /// The rows that this leaves possible.
        let mask: [UInt64]

        var isKnown: Bool { samples.contains { $0 != .unknown && $0 != .declined } }
        /// One of the values, a known one if there is one.
        var sample: Sample { samples.first { $0 != .unknown && $0 != .declined } ?? samples[0] }
    }

    /// Calls for a leaf's label, from 0; rows by number, one a chain, `nil` where no row holds.
    typealias Label = ([Int?]) -> Int

    let program: Program
    let variables: [Variable]
    let label: Label
    let width: Int
    /// By variable: the rows that ask it; and those that ask it or a later one.
    let asks: [[UInt64]]
    let askedFrom: [[UInt64]]
    /// By chain: the words of its tables, in the order in which they are asked.
    let wordsOfChain: [[Int]]
    /// By row, for comparing two chains: rows of one number have the same cells and say the same.
    var identities: [Int32] = []
    var diagram: Diagram
    /// Steps that are left.
    var budget: Int
    private var labels: [[Int?]: Diagram.Node] = [:]
    private var labelOfRow: [Diagram.Node?]
    private var seen: StateTable
    private var seenOpen: [[UInt64]: Diagram.Node] = [:]
    let slots: UnsafeMutablePointer<UInt64>

    /// - Parameter budget: steps to take at the most; one step is going from a node to a child.
    init(program: Program, variables: [Variable], budget: Int, label: @escaping Label) {
        self.program = program
        self.variables = variables
        self.label = label
        self.budget = budget
        width = program.wordCount
        diagram = Diagram(variables: variables)
        labelOfRow = Array(repeating: nil, count: program.rows.count)
        seen = StateTable(stride: program.wordCount + 1)
        let nothing = [UInt64](repeating: 0, count: program.wordCount)
        asks = variables.map { variable in
            var asks = nothing
            for column in program.columnsOfFact[variable.fact] { asks.formUnion(program.uses[column]) }
            return asks
        }
        var asked = [[UInt64]](repeating: nothing, count: variables.count + 1)
        for index in variables.indices.reversed() {
            asked[index] = asked[index + 1]
            asked[index].formUnion(asks[index])
        }
        askedFrom = asked
        wordsOfChain = program.chains.map { chain in chain.flatMap { Array(program.compiled[$0].words) } }
        slots = .allocate(capacity: (variables.count + 2) * max(1, program.wordCount) * 2)
    }

    deinit { slots.deallocate() }

    /// Rows of every combination of hits that a call reaches.
    var outcomes: [[Int?]] {
        Array(labels.keys) + labelOfRow.indices.filter { labelOfRow[$0] != nil }.map { [$0] }
    }

    /// - Returns: false when the budget ran out; else `diagram` is complete.
    func run(from state: Remainder) -> Bool {
        guard let root = visit(0, state) else { return false }
        diagram.root = root
        return true
    }

    // MARK: - While tables that give facts are unsettled

    private func visit(_ level: Int, _ start: Remainder) -> Diagram.Node? {
        budget -= 1
        guard budget >= 0 else { return nil }
        var state = start
        state.settle(asked: askedFrom[level], in: program)
        if state.isSettled {
            for word in 0..<width { slots[level * 2 * width + word] = state.possible[word] }
            return flat(level, slots + level * 2 * width)
        }
        if let hits = state.hits(in: program) { return leaf(hits) }
        if isSame(state.possible) { return Diagram.leaf(0) }
        guard let next = (level..<variables.count).first(where: { asks[$0].intersects(state.possible) }) else { return nil }
        let key = state.key(level: next)
        if let known = seenOpen[key] { return known }
        var children: [Diagram.Node] = []
        for option in variables[next].options {
            var rest = state
            rest.possible.formIntersection(option.mask)
            guard let child = visit(next + 1, rest) else { return nil }
            children.append(child)
        }
        let node = diagram.node(next, children)
        seenOpen[key] = node
        return node
    }

    private func isSame(_ possible: [UInt64]) -> Bool {
        !identities.isEmpty && possible.withUnsafeBufferPointer { $0.baseAddress.map(isSame) ?? true }
    }

    private func leaf(_ hits: [Int?]) -> Diagram.Node {
        if hits.count == 1, let row = hits[0] {
            if let known = labelOfRow[row] { return known }
            let node = Diagram.leaf(label(hits))
            labelOfRow[row] = node
            return node
        }
        if let known = labels[hits] { return known }
        let node = Diagram.leaf(label(hits))
        labels[hits] = node
        return node
    }

    // MARK: - Once only rows are left

    /// - Parameter state: words of possible rows; changed.
    private func flat(_ level: Int, _ state: UnsafeMutablePointer<UInt64>) -> Diagram.Node? {
        budget -= 1
        guard budget >= 0 else { return nil }
        trim(state, level)
        if let hits = hits(state, level) { return leaf(hits) }
        if !identities.isEmpty, isSame(UnsafePointer(state)) { return Diagram.leaf(0) }
        guard let next = next(state, level) else { return nil }
        let entry = seen.entry(UInt64(next), state)
        if !entry.isNew { return seen[entry.index] }
        let options = variables[next].options
        var children: [Diagram.Node] = []
        children.reserveCapacity(options.count)
        // Two slots a level: the child as it is walked, and as it was before, to compare the next one with.
        let child = slots + (next + 1) * 2 * width
        let before = child + width
        for (number, option) in options.enumerated() {
            var isRepeated = number > 0
            option.mask.withUnsafeBufferPointer { mask in
                for word in 0..<width {
                    let rows = state[word] & mask[word]
                    if isRepeated, before[word] != rows { isRepeated = false }
                    child[word] = rows
                }
            }
            if isRepeated, let last = children.last {
                children.append(last)
                continue
            }
            for word in 0..<width { before[word] = child[word] }
            guard let node = flat(next + 1, child) else { return nil }
            children.append(node)
        }
        let node = diagram.node(next, children)
        seen[entry.index] = node
        return node
    }

    /// Clears the rows behind the first row that certainly holds, in each chain.
    func trim(_ state: UnsafeMutablePointer<UInt64>, _ level: Int) {
        askedFrom[level].withUnsafeBufferPointer { asked in
            for words in wordsOfChain {
                var isDecided = false
                for word in words {
                    if isDecided {
                        state[word] = 0
                    } else {
                        let certain = state[word] & ~asked[word]
                        guard certain != 0 else { continue }
                        isDecided = true
                        let first = UInt64(certain.trailingZeroBitCount)
                        state[word] &= first == 63 ? ~0 : (1 << (first + 1)) - 1
                    }
                }
            }
        }
    }

    /// The row that each chain takes, once no variable from `level` on can change it.
    func hits(_ state: UnsafePointer<UInt64>, _ level: Int) -> [Int?]? {
        let asked = askedFrom[level]
        for words in wordsOfChain {
            guard let word = words.first(where: { state[$0] != 0 }) else { continue }
            if asked[word] & (state[word] & ~(state[word] - 1)) != 0 { return nil }
        }
        return wordsOfChain.map { words in
            words.first { state[$0] != 0 }.map { $0 << 6 + state[$0].trailingZeroBitCount }
        }
    }

    /// The next variable that a possible row asks.
    func next(_ state: UnsafePointer<UInt64>, _ level: Int) -> Int? {
        (level..<variables.count).first { variable in
            asks[variable].withUnsafeBufferPointer { asks in
                for word in 0..<width where asks[word] & state[word] != 0 { return true }
                return false
            }
        }
    }

    /// Whether both chains have the same rows left, so that whatever follows they say the same.
    private func isSame(_ state: UnsafePointer<UInt64>) -> Bool {
        var rows = RowSequence(words: wordsOfChain[0], state: state)
        var others = RowSequence(words: wordsOfChain[1], state: state)
        while true {
            let (row, other) = (rows.next(), others.next())
            guard let row, let other else { return row == nil && other == nil }
            guard identities[row] == identities[other] else { return false }
        }
    }
}

/// The possible rows of a chain, in order.
private struct RowSequence {
    let words: [Int]
    let state: UnsafePointer<UInt64>
    private var place = 0
    private var bits: UInt64 = 0

    init(words: [Int], state: UnsafePointer<UInt64>) {
        self.words = words
        self.state = state
        bits = words.first.map { state[$0] } ?? 0
    }

    mutating func next() -> Int? {
        while bits == 0 {
            place += 1
            guard place < words.count else { return nil }
            bits = state[words[place]]
        }
        defer { bits &= bits - 1 }
        return words[place] << 6 + bits.trailingZeroBitCount
    }
}

extension [UInt64] {
    mutating func formIntersection(_ other: [UInt64]) { for index in indices { self[index] &= other[index] } }
    mutating func formUnion(_ other: [UInt64]) { for index in indices { self[index] |= other[index] } }
    func intersects(_ other: [UInt64]) -> Bool { indices.contains { self[$0] & other[$0] != 0 } }
}
