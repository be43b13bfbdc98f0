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
    /// Its row has been inserted.
    var isStored: Bool
}

/// The latest generation of calls that events came for, so that most events need no look-up.
///
/// Used only inside transactions, that is on the writer's thread, one body at a time. It may run ahead of the disk only within one
/// batch: when anything of a batch is taken back it is emptied before the next body runs.
final class LiveCalls: Sendable {
    /// Calls in each half. When the young half is full it becomes the old one, and what nobody asked for since is dropped.
    static let halfMax = 2048
    /// A call with more events is asked about in the store.
    static let keysMax = 256

    /// A place in the cache: the call is changed where it lies. Unchecked: only the writer's thread gets one.
    final class Entry: @unchecked Sendable {
        var known: KnownCall
        init(_ known: KnownCall) { self.known = known }
    }

    private struct Key: Hashable {
        let source: String
        let id: String
    }

    private struct State {
        var young: [Key: Entry] = [:]
        var old: [Key: Entry] = [:]
        var undone: Int64 = 0
    }
    private let state = Mutex(State())

    /// To be called first in every body, with the writer's own count of what it took back.
    func begin(undone: Int64) {
        state.withLock { state in
            if state.undone == undone { return }
            state = State()
            state.undone = undone
        }
    }

    func entry(source: String, id: String) -> Entry? {
        state.withLock { state in
            let key = Key(source: source, id: id)
            if let entry = state.young[key] { return entry }
            guard let entry = state.old.removeValue(forKey: key) else { return nil }
            state.young[key] = entry
            return entry
        }
    }

    func keep(_ entry: Entry) {
        // Written with the next event anyway; kept twice it would be most of the cache.
        entry.known.record.fold = []
        if let keys = entry.known.keys, keys.count > Self.keysMax { entry.known.keys = nil }
        state.withLock { state in
            let key = Key(source: entry.known.record.source, id: entry.known.record.pbxCallID)
            if state.young[key] === entry { return }
            if state.young.count >= Self.halfMax {
                state.old = state.young
                state.young = [:]
            }
            state.young[key] = entry
        }
    }

    func drop(source: String, id: String) {
        state.withLock { state in
            let key = Key(source: source, id: id)
            state.young[key] = nil
            state.old[key] = nil
        }
    }

    func dropAll() {
        state.withLock { state in
            state.young = [:]
            state.old = [:]
        }
    }
}
