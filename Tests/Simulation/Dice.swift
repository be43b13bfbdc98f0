// SPDX-License-Identifier: Apache-2.0
import Essentials

/// Numbers of a seeded history (SplitMix64): the same seed gives the same numbers everywhere.
struct Dice {
    private var state: UInt64
    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678_9ABC_DEF1 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(bound, 1))) }
    mutating func percent(_ chance: Int) -> Bool { below(100) < chance }
    mutating func between(_ low: Int64, _ high: Int64) -> Int64 { low + Int64(next() % UInt64(high - low + 1)) }
}

/// Bytes for identifiers, drawn from a seed of their own so that they do not move the history's dice.
struct Identifiers: RandomSource {
    let seed: UInt64
    func bytes(_ count: Int) -> [UInt8] {
        var dice = Dice(seed: seed)
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: dice.next()) }
    }
}

/// What is to happen when, earliest first; of two at one time the one that was planned first.
struct Agenda<Item> {
    private struct Entry {
        var at: Int64
        var number: Int
        var item: Item
        func isBefore(_ other: Entry) -> Bool { at != other.at ? at < other.at : number < other.number }
    }
    private var heap: [Entry] = []
    private var planned = 0
    var isEmpty: Bool { heap.isEmpty }

    mutating func plan(_ item: Item, at: Int64) {
        planned += 1
        heap.append(Entry(at: at, number: planned, item: item))
        var child = heap.count - 1
        while child > 0, heap[child].isBefore(heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func next() -> (at: Int64, item: Item)? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        return (first.at, first.item)
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child].isBefore(heap[least]) { least = child }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
