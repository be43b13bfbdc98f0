// SPDX-License-Identifier: Apache-2.0

extension Walk {
    enum Search {
        /// The option that each variable on the way takes; others may take any.
        case found(way: [(variable: Int, option: Int)], hits: [Int?])
        case none
        case gaveUp
    }

    /// Looks for one call, and stops at the first.
    /// - Parameters:
    ///   - required: of each of these sets of rows one must still be possible; whatever leaves none is not looked into.
    ///   - isWanted: judges the hits of a call.
    func search(from state: Remainder, required: [[UInt64]], isWanted: @escaping ([Int?]) -> Bool) -> Search {
        let finder = Finder(walk: self, required: required, isWanted: isWanted)
        switch finder.visit(0, state) {
        case true?: return .found(way: finder.way.reversed(), hits: finder.hits)
        case false?: return .none
        case nil: return .gaveUp
        }
    }
}

/// A depth-first search that remembers the remainders in which nothing was found.
private final class Finder {
    let walk: Walk
    let required: [[UInt64]]
    let isWanted: ([Int?]) -> Bool
    /// From the last variable to the first.
    var way: [(variable: Int, option: Int)] = []
    var hits: [Int?] = []
    private var dead: StateTable
    private var deadOpen: Set<[UInt64]> = []

    init(walk: Walk, required: [[UInt64]], isWanted: @escaping ([Int?]) -> Bool) {
        self.walk = walk
        self.required = required
        self.isWanted = isWanted
        dead = StateTable(stride: walk.width + 1)
    }

    private func canHold(_ state: UnsafePointer<UInt64>) -> Bool {
        required.allSatisfy { rows in
            for word in 0..<walk.width where rows[word] & state[word] != 0 { return true }
            return false
        }
    }

    private func end(_ reached: [Int?]) -> Bool {
        guard isWanted(reached) else { return false }
        hits = reached
        return true
    }

    /// - Returns: `nil` when the budget ran out.
    func visit(_ level: Int, _ start: Remainder) -> Bool? {
        walk.budget -= 1
        guard walk.budget >= 0 else { return nil }
        var state = start
        state.settle(asked: walk.askedFrom[level], in: walk.program)
        if state.isSettled {
            let slot = walk.slots + level * 2 * walk.width
            for word in 0..<walk.width { slot[word] = state.possible[word] }
            return flat(level, slot)
        }
        guard state.possible.withUnsafeBufferPointer({ $0.baseAddress.map(canHold) ?? true }) else { return false }
        if let reached = state.hits(in: walk.program) { return end(reached) }
        guard let next = (level..<walk.variables.count).first(where: { walk.asks[$0].intersects(state.possible) }) else { return false }
        let key = state.key(level: next)
        guard !deadOpen.contains(key) else { return false }
        for (number, option) in walk.variables[next].options.enumerated() {
            var rest = state
            rest.possible.formIntersection(option.mask)
            guard let isFound = visit(next + 1, rest) else { return nil }
            if isFound {
                way.append((next, number))
                return true
            }
        }
        deadOpen.insert(key)
        return false
    }

    private func flat(_ level: Int, _ state: UnsafeMutablePointer<UInt64>) -> Bool? {
        walk.budget -= 1
        guard walk.budget >= 0 else { return nil }
        walk.trim(state, level)
        guard canHold(state) else { return false }
        if let reached = walk.hits(state, level) { return end(reached) }
        guard let next = walk.next(state, level) else { return false }
        let entry = dead.entry(UInt64(next), state)
        guard entry.isNew else { return false }
        let child = walk.slots + (next + 1) * 2 * walk.width
        for (number, option) in walk.variables[next].options.enumerated() {
            option.mask.withUnsafeBufferPointer { mask in
                for word in 0..<walk.width { child[word] = state[word] & mask[word] }
            }
            guard canHold(child) else { continue }
            guard let isFound = flat(next + 1, child) else { return nil }
            if isFound {
                way.append((next, number))
                return true
            }
        }
        return false
    }
}
