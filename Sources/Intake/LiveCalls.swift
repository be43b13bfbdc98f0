// SPDX-License-Identifier: Apache-2.0
import CallModel
import Store
import Synchronization

/// A call as the writer last saved it.
struct KnownCall: Sendable {
    var record: CallRecord
    var call: Call
    /// Dedupe keys of its events since it was made; `nil`: it was read from the store, which then must be asked.
    var keys: Set<String>?
}

/// The latest generation of calls that events came for, so that most events need no look-up.
///
/// Used only inside transactions, that is on the writer's thread, one body at a time. It may run ahead of the disk only within one
/// batch: a body that throws takes its calls out, and a batch that failed empties it before the next body runs.
final class LiveCalls: Sendable {
    /// Calls in each half. When the young half is full it becomes the old one, and what nobody asked for since is dropped.
    static let halfMax = 2048
    /// A call with more events is asked about in the store.
    static let keysMax = 256

    private struct State {
        var young: [String: KnownCall] = [:]
        var old: [String: KnownCall] = [:]
        var failedBatches: Int64 = 0
    }
    private let state = Mutex(State())

    /// To be called first in every body.
    func begin(failedBatches: Int64) {
        state.withLock { state in
            if state.failedBatches == failedBatches { return }
            state = State()
            state.failedBatches = failedBatches
        }
    }

    func call(source: String, id: String) -> KnownCall? {
        state.withLock { state in
            let key = Self.key(source, id)
            if let known = state.young[key] { return known }
            guard let known = state.old.removeValue(forKey: key) else { return nil }
            state.young[key] = known
            return known
        }
    }

    func keep(_ known: KnownCall) {
        var known = known
        // Written with the next event anyway; kept twice it would be most of the cache.
        known.record.fold = []
        if let keys = known.keys, keys.count > Self.keysMax { known.keys = nil }
        state.withLock { state in
            if state.young.count >= Self.halfMax {
                state.old = state.young
                state.young = [:]
            }
            state.young[Self.key(known.record.source, known.record.pbxCallID)] = known
        }
    }

    func drop(source: String, id: String) {
        state.withLock { state in
            state.young[Self.key(source, id)] = nil
            state.old[Self.key(source, id)] = nil
        }
    }

    func dropAll() {
        state.withLock { state in
            state.young = [:]
            state.old = [:]
        }
    }

    private static func key(_ source: String, _ id: String) -> String { "\(source)\u{0}\(id)" }
}
