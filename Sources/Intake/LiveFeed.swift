// SPDX-License-Identifier: Apache-2.0
public import Essentials
import Synchronization

/// That something changed: a hint to read it again.
public struct LiveChange: Hashable, Sendable {
    public enum Kind: String, Sendable { case call, lead, decision }
    public var kind: Kind
    public var id: ULID

    public init(_ kind: Kind, _ id: ULID) {
        self.kind = kind
        self.id = id
    }
}

/// Tells whoever listens what has changed, after the commit. Losing a change loses nothing: readers read the store.
public final class LiveFeed: Sendable {
    /// Changes kept for a slow reader; the oldest go first.
    public static let backlog = 256

    private let listeners = Mutex<[Int: AsyncStream<LiveChange>.Continuation]>([:])
    private let next = Mutex(0)

    public init() {}

    public func publish(_ change: LiveChange) {
        publish([change])
    }

    func publish(_ changes: [LiveChange]) {
        let all = listeners.withLock { $0.isEmpty ? [] : Array($0.values) }
        for listener in all { for change in changes { listener.yield(change) } }
    }

    /// What changes from now on, until the reader stops.
    public func changes() -> AsyncStream<LiveChange> {
        let id = next.withLock { number in
            number += 1
            return number
        }
        let (stream, continuation) = AsyncStream.makeStream(of: LiveChange.self, bufferingPolicy: .bufferingNewest(Self.backlog))
        listeners.withLock { $0[id] = continuation }
        continuation.onTermination = { [weak self] _ in self?.listeners.withLock { $0[id] = nil } }
        return stream
    }
}
