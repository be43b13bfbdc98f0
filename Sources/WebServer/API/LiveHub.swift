// SPDX-License-Identifier: Apache-2.0
import Essentials
import NIOCore
import ServiceLifecycle
import Synchronization
import WireFormats

/// Turns changes into server-sent events, once for all who listen (WHATWG HTML, 9.2).
///
/// Each listener has a bounded buffer. One that does not keep up is let go: its browser connects again and reads the
/// lists anew, so nothing is shown that is no longer so.
final class LiveHub: Service {
    private struct State {
        var listeners: [Int: AsyncStream<ByteBuffer>.Continuation] = [:]
        var next = 0
        /// Changes are being read, or are about to be.
        var isPumping = false
    }

    private let backend: any ConsoleBackend
    private let heartbeat: Duration
    private let listenersMax: Int
    private let state = Mutex(State())
    private let listening: Counter
    private let lagging: Counter
    /// Feeds to be pumped. One is opened with the first listener and dropped after the last: telling nobody costs every webhook.
    private let feeds = AsyncStream.makeStream(of: AsyncStream<ResourceChange>.self)

    /// Events waiting for one listener; 100 calls ringing at once change about twice a second.
    static let bufferMax = 256

    init(backend: any ConsoleBackend, heartbeat: Duration, listenersMax: Int, metrics: Metrics) {
        self.backend = backend
        self.heartbeat = heartbeat
        self.listenersMax = listenersMax
        listening = metrics.level("callsieve_live_listeners", "Pages that listen to the live feed")
        lagging = metrics.counter("callsieve_live_listeners_dropped_total", "Listeners let go because they did not keep up")
    }

    /// Until cancelled or told to stop.
    func run() async {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.beat() }
                group.addTask { await self.pump() }
                await group.next()
                group.cancelAll()
            }
        }
        finishAll()
    }

    /// - Returns: `nil` when there are as many listeners as there may be.
    func listen() -> (id: Int, events: AsyncStream<ByteBuffer>)? {
        state.withLock { state in
            guard state.listeners.count < listenersMax else { return nil }
            let (events, continuation) = AsyncStream.makeStream(of: ByteBuffer.self, bufferingPolicy: .bufferingOldest(Self.bufferMax))
            let id = state.next
            state.next += 1
            state.listeners[id] = continuation
            listening.add()
            if !state.isPumping {
                state.isPumping = true
                feeds.continuation.yield(backend.changes())
            }
            return (id, events)
        }
    }

    func leave(_ id: Int) {
        guard let listener = state.withLock({ $0.listeners.removeValue(forKey: id) }) else { return }
        listening.add(-1)
        listener.finish()
    }

    func finishAll() {
        for id in state.withLock({ Array($0.listeners.keys) }) { leave(id) }
    }

    private func beat() async {
        while !Task.isCancelled {
            guard (try? await Task.sleep(for: heartbeat)) != nil else { return }
            broadcast(ByteBuffer(string: ":\n\n"))
        }
    }

    private func pump() async {
        for await feed in feeds.stream { await pump(feed) }
    }

    private func pump(_ feed: AsyncStream<ResourceChange>) async {
        for await change in feed {
            guard goesOn() else { return }
            // The object may be gone, or the store busy: the change was a hint, the next one or a reload will show it.
            guard let event = try? await event(of: change) else { continue }
            broadcast(event)
        }
        state.withLock { $0.isPumping = false }
    }

    /// Whether anybody listens; else the next listener opens another feed.
    private func goesOn() -> Bool {
        state.withLock { state in
            state.isPumping = !state.listeners.isEmpty
            return state.isPumping
        }
    }

    private func event(of change: ResourceChange) async throws(Problem) -> ByteBuffer {
        switch change {
        case .call(let id): Self.event("call", try await backend.call(id).json)
        case .lead(let id): Self.event("lead", try await backend.lead(id).json)
        }
    }

    /// JSON as we write it has no line breaks, so one `data:` line holds it.
    static func event(_ name: String, _ data: JSON) -> ByteBuffer {
        var buffer = ByteBuffer(string: "event: \(name)\ndata: ")
        buffer.writeBytes(data.serialised())
        buffer.writeString("\n\n")
        return buffer
    }

    private func broadcast(_ event: ByteBuffer) {
        for (id, listener) in state.withLock({ $0.listeners }) {
            switch listener.yield(event) {
            case .dropped:
                lagging.add()
                leave(id)
            case .terminated: leave(id)
            default: break
            }
        }
    }
}
