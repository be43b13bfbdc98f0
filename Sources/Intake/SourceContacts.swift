// SPDX-License-Identifier: Apache-2.0
import Essentials
import Store
import Synchronization

/// Collects in memory when each source was heard, to be written now and then.
final class SourceContacts: Sendable {
    private struct State {
        var contacts: [String: SourceContact] = [:]
        var changed: Set<String> = []
        var writtenAt: Instant?
    }
    private let state = Mutex(State())

    /// Between two writes.
    static let writeInterval: Duration = .seconds(10)

    func seen(_ source: String, _ kind: String, at now: Instant) {
        note(source) { ($0.seenAt, $0.seenKind) = (now, kind) }
    }

    func refused(_ source: String, _ reason: String, at now: Instant) {
        note(source) { ($0.refusedAt, $0.refusedReason) = (now, reason) }
    }

    private func note(_ source: String, _ change: (inout SourceContact) -> Void) {
        state.withLock { state in
            change(&state.contacts[source, default: SourceContact(source: source)])
            state.changed.insert(source)
        }
    }

    /// All that this process saw.
    var all: [String: SourceContact] { state.withLock { $0.contacts } }

    /// What is to be written now; `nil` as `now`: everything.
    func take(at now: Instant?) -> [SourceContact] {
        state.withLock { state in
            if let now, let written = state.writtenAt, now - written < Self.writeInterval { return [] }
            state.writtenAt = now ?? state.writtenAt
            defer { state.changed = [] }
            return state.changed.sorted().compactMap { state.contacts[$0] }
        }
    }

    /// Puts back what could not be written.
    func giveBack(_ contacts: [SourceContact]) {
        state.withLock { state in state.changed.formUnion(contacts.map(\.source)) }
    }
}
