// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// What texts were read as lately, so that the six events of a call cost one reading.
///
/// Two generations: a full young one becomes the old one, and what is asked for again moves back. So it holds at most
/// twice `generationMax` numbers, and the ones in use stay.
final class NumberMemory: Sendable {
    struct Key: Hashable, Sendable {
        let text: String
        let region: String
    }

    static let shared = NumberMemory()

    /// About 150 bytes each: 1.2 MB in all.
    static let generationMax = 4_096

    private struct State {
        var young: [Key: PhoneNumber?] = [:]
        var old: [Key: PhoneNumber?] = [:]
    }

    private let state = Mutex(State())

    /// What is remembered for `key`, else what `read` says (outside the lock; two threads may read the same text).
    func value(_ key: Key, _ read: () -> PhoneNumber?) -> PhoneNumber? {
        let found = state.withLock { state -> PhoneNumber?? in
            if let number = state.young[key] { return number }
            guard let number = state.old[key] else { return nil }
            NumberMemory.insert(number, key, &state)
            return number
        }
        if let found { return found }
        let number = read()
        state.withLock { NumberMemory.insert(number, key, &$0) }
        return number
    }

    private static func insert(_ number: PhoneNumber?, _ key: Key, _ state: inout State) {
        if state.young.count >= generationMax {
            state.old = state.young
            state.young.removeAll(keepingCapacity: true)
        }
        state.young[key] = .some(number)
    }
}
