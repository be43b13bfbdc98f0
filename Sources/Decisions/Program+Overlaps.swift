// SPDX-License-Identifier: Apache-2.0

/// Which rules of a table can hold for one call.
public struct Overlaps: Sendable {
    /// By index in the table, the first one smaller; ascending.
    public var pairs: [(first: Int, second: Int)] = []
    /// False: there were more pairs to look at than the budget allows.
    public var isComplete = true
}

extension Program {
    /// Pairs of rules to look at, at the most.
    static let pairsMax = 6_000_000

    /// Pairs of rules of one table that some call meets together; exact for facts that tables do not give.
    ///
    /// Two boxes meet when they meet in every column. Candidates come from the column that tells rows apart best, so that a
    /// table with a key costs little more than its rows.
    public func overlaps(in table: Int) -> Overlaps {
        let rules = compiled[table].rows.filter { (rows[$0]?.rule ?? .max) < tables[table].rules.count }
        let sets = freeVariables().map { OptionSets($0, rows: rules) }
        var overlaps = Overlaps()
        guard let pivot = sets.min(by: { $0.pairCount < $1.pairCount }) else {
            overlaps.pairs = Self.allPairs(rules.compactMap { rows[$0]?.rule })
            return overlaps
        }
        guard pivot.pairCount <= Self.pairsMax else {
            overlaps.isComplete = false
            return overlaps
        }
        var found: Set<UInt64> = []
        for members in pivot.members {
            for (place, first) in members.enumerated() {
                for second in members[(place + 1)...] where sets.allSatisfy({ $0.meet(first, second) }) {
                    guard let left = rows[rules[first]]?.rule, let right = rows[rules[second]]?.rule, left != right else { continue }
                    found.insert(UInt64(Swift.min(left, right)) << 32 | UInt64(Swift.max(left, right)))
                }
            }
        }
        overlaps.pairs = found.sorted().map { (Int($0 >> 32), Int($0 & 0xFFFF_FFFF)) }
        return overlaps
    }

    private static func allPairs(_ rules: [Int]) -> [(first: Int, second: Int)] {
        rules.indices.flatMap { place in rules[(place + 1)...].map { (rules[place], $0) } }
    }
}

/// The options of a variable that each row of a table allows, and the other way round.
private struct OptionSets {
    /// By option: the rows, by their place among the rows looked at.
    private(set) var members: [[Int]]
    private var bits: [UInt64]
    private let width: Int
    /// Pairs of rows that share an option; those that share several count as often.
    var pairCount: Int { members.reduce(0) { $0 + $1.count * ($1.count - 1) / 2 } }

    init(_ variable: Walk.Variable, rows: [Int]) {
        width = (variable.options.count + 63) / 64
        bits = [UInt64](repeating: 0, count: width * rows.count)
        members = Array(repeating: [], count: variable.options.count)
        guard let first = rows.first, let last = rows.last else { return }
        var places = [Int](repeating: -1, count: last - first + 1)
        for (place, row) in rows.enumerated() { places[row - first] = place }
        for (option, mask) in variable.options.enumerated().map({ ($0, $1.mask) }) {
            for word in (first >> 6)...(last >> 6) {
                var held = mask[word]
                while held != 0 {
                    let row = word << 6 + held.trailingZeroBitCount
                    held &= held - 1
                    guard row >= first, row <= last, places[row - first] >= 0 else { continue }
                    let place = places[row - first]
                    members[option].append(place)
                    bits[place * width + option >> 6] |= 1 << UInt64(option & 63)
                }
            }
        }
    }

    func meet(_ first: Int, _ second: Int) -> Bool {
        for word in 0..<width where bits[first * width + word] & bits[second * width + word] != 0 { return true }
        return false
    }
}
