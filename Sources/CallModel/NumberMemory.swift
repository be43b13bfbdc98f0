// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// What was found out lately, so that the six events of a call cost one reading of their number.
///
/// Two generations: a full young one becomes the old one, and what is asked for again moves back. So it holds at most
/// twice `generationMax` answers, and the ones in use stay.
final class NumberMemory<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    /// About 150 bytes each: 1.2 MB in all.
    static var generationMax: Int { 4_096 }

    private struct State {
        var young: [Key: Value] = [:]
        var old: [Key: Value] = [:]
    }

    private let state = Mutex(State())

    /// What is remembered for `key`, else what `read` says (outside the lock; two threads may read the same text).
    func value(_ key: Key, _ read: () -> Value) -> Value {
        let found = state.withLock { state -> Value? in
            if let value = state.young[key] { return value }
            guard let value = state.old[key] else { return nil }
            NumberMemory.insert(value, key, &state)
            return value
        }
        if let found { return found }
        let value = read()
        state.withLock { NumberMemory.insert(value, key, &$0) }
        return value
    }

    private static func insert(_ value: Value, _ key: Key, _ state: inout State) {
        if state.young.count >= generationMax {
            state.old = state.young
            state.young.removeAll(keepingCapacity: true)
        }
        state.young[key] = value
    }
}
