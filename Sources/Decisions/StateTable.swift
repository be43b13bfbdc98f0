// SPDX-License-Identifier: Apache-2.0

/// A map from keys of a fixed number of words to node numbers: what a walk has seen already.
///
/// Keys lie one behind another in one array, since a walk over a large table makes hundreds of thousands of them.
struct StateTable {
    private let stride: Int
    private var keys: [UInt64] = []
    private var values: [Int32] = []
    private var slots: [Int32]
    private var mask: Int

    /// - Parameter stride: words a key.
    init(stride: Int) {
        self.stride = stride
        slots = [Int32](repeating: -1, count: 1024)
        mask = 1023
    }

    private static func mix(_ hash: UInt64, _ word: UInt64) -> UInt64 {
        let mixed = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
        return mixed ^ (mixed >> 29)
    }

    /// The hash of a key that consists of `head` and the words behind `rest`.
    private func hash(_ head: UInt64, _ rest: UnsafePointer<UInt64>) -> Int {
        var hash = Self.mix(0, head)
        for word in 0..<(stride - 1) { hash = Self.mix(hash, rest[word]) }
        return Int(truncatingIfNeeded: hash >> 3)
    }

    private func isKey(_ entry: Int, _ head: UInt64, _ rest: UnsafePointer<UInt64>) -> Bool {
        let first = entry * stride
        guard keys[first] == head else { return false }
        for word in 0..<(stride - 1) where keys[first + 1 + word] != rest[word] { return false }
        return true
    }

    /// The entry of a key, made when it is new.
    mutating func entry(_ head: UInt64, _ rest: UnsafePointer<UInt64>) -> (index: Int, isNew: Bool) {
        var slot = hash(head, rest) & mask
        while slots[slot] >= 0 {
            if isKey(Int(slots[slot]), head, rest) { return (Int(slots[slot]), false) }
            slot = (slot + 1) & mask
        }
        let index = values.count
        keys.append(head)
        for word in 0..<(stride - 1) { keys.append(rest[word]) }
        values.append(.min)
        slots[slot] = Int32(index)
        if values.count * 2 > mask { grow() }
        return (index, true)
    }

    subscript(index: Int) -> Int32 {
        get { values[index] }
        set { values[index] = newValue }
    }

    private mutating func grow() {
        mask = mask * 2 + 1
        slots = [Int32](repeating: -1, count: mask + 1)
        keys.withUnsafeBufferPointer { keys in
            guard let base = keys.baseAddress else { return }
            for index in values.indices {
                let first = base + index * stride
                var slot = hash(first.pointee, first + 1) & mask
                while slots[slot] >= 0 { slot = (slot + 1) & mask }
                slots[slot] = Int32(index)
            }
        }
    }
}
