// SPDX-License-Identifier: Apache-2.0
import CallModel
public import Essentials
public import Logging
public import PBX
import SQLEngine
public import Store

/// Takes webhooks: keeps the raw request in hand, believes it or not, reads it, and records all its events in one synced transaction,
/// with what the rules decided; only then answers.
///
/// Any number of requests at once. An event that asks is answered within its dialect's deadline, whatever the store does.
public final class HookIntake: Sendable {
    /// How long a request that nobody's call waits for may take. PBXs give up after 5 to 15 s.
    static let patience: Duration = .seconds(10)
    /// Taken off a dialect's deadline for the way back to the PBX.
    static let wayBack: Duration = .milliseconds(50)

    let parts: IntakeParts
    let store: Store
    let ring: InHandRing
    let time: any TimeSource
    let feed: LiveFeed
    let logger: Logger
    let refusals = RefusalCounter()
    let counters = IntakeCounters()
    let contacts = SourceContacts()
    let send: @Sendable ([OwedCommand]) -> Void

    /// - Parameters:
    ///   - ring: where requests lie until they are stored.
    ///   - send: takes the commands by which some PBXs are answered, one call's at a time, after they were committed; must not block.
    public init(
        settings: IntakeSettings, shelf: any RuleShelf, store: Store, ring: InHandRing, time: any TimeSource, random: any RandomSource,
        feed: LiveFeed, logger: Logger, send: @escaping @Sendable ([OwedCommand]) -> Void = { _ in }
    ) {
        parts = IntakeParts(settings: settings, shelf: shelf, random: random)
        self.store = store
        self.ring = ring
        self.time = time
        self.feed = feed
        self.logger = logger
        self.send = send
    }

    public var counts: IntakeCounts { counters.now }

    /// Drops cached calls, so that nothing erased is written again with their next event.
    public func forgetCachedCalls() { parts.calls.dropAll() }

    /// The same inside the erasing transaction, between whose commit and a later drop an event could come.
    public var eraser: Eraser {
        let calls = parts.calls
        return Eraser("intake") { _, _, _ in
            calls.dropAll()
            return 0
        }
    }

    /// Answers one request to `/hooks/{source}[/{token}]`.
    ///
    /// - Parameters:
    ///   - token: the secret part of the path, where the caller has taken it off; else `nil`.
    ///   - request: as it came; `arrivedAt` is when its first byte came.
    /// - Returns: 2xx only after the commit was synced (with the one exception of `failsOpenWith: presetAnswer`).
    public func receive(source name: String, token: String?, _ request: HookRequest) async -> HookReply {
        counters.add(\.requests)
        guard let source = parts.settings.sources[name] else {
            // The name is the stranger's, so that it is no part of the record.
            refuse(source: "unknown", "unknown source", at: request.arrivedAt)
            return HookReply(status: 404)
        }
        var request = request
        if let token { request.token = token }
        let held: InHandRing.Held
        do {
            held = try ring.hold(source: name, arrivedAt: request.arrivedAt, head: request.heldHead, body: request.body)
        } catch {
            return notHeld(source, error)
        }
        return await take(Work(source: source, request: request, held: held))
    }

    /// A request that can't be kept is not looked at: nothing may be parsed that a crash would lose.
    private func notHeld(_ source: IntakeSettings.Source, _ refusal: RingRefusal) -> HookReply {
        logger.warning("A request could not be kept in hand", metadata: ["source": "\(source.profile.name)", "error": "\(refusal)"])
        switch refusal {
        case .tooLarge: return HookReply(status: 413)
        case .quarantined: return source.profile.dialect.reply(.malformed)
        case .full, .unwritable:
            counters.add(\.unavailable)
            return unavailable(source)
        }
    }

    /// One request on its way.
    struct Work: Sendable {
        var source: IntakeSettings.Source
        var request: HookRequest
        var held: InHandRing.Held
        var isLeftover = false
        var dialect: Dialect { source.profile.dialect }
        var name: String { source.profile.name }
    }

    func take(_ work: Work) async -> HookReply {
        if case .refused(let reply, let reason) = work.dialect.authenticate(work.request, work.source.profile) {
            ring.release(work.held)
            refuse(source: work.name, reason.rawValue, at: work.request.arrivedAt)
            contacts.refused(work.name, reason.rawValue, at: work.request.arrivedAt)
            return reply
        }
        let decoded = work.dialect.decode(work.request, work.source.profile, numbers: parts.numbers)
        contacts.seen(work.name, decoded.word, at: work.request.arrivedAt)
        switch decoded {
        case .handshake(let reply), .ignored(let reply, _):
            ring.release(work.held)
            return reply
        case .unreadable(let reply, let problem):
            return await keepUnreadable(work, problem, reply)
        case .events(let events) where events.contains(where: \.awaitsAnswer) && !work.isLeftover:
            return await answer(work, events)
        case .events(let events):
            return await record(work, events)
        }
    }

    func refuse(source: String, _ reason: String, at now: Instant) {
        counters.add(\.refused)
        refusals.count(source: source, reason: reason, at: now)
    }

    /// A body that was believed and can't be read is kept, shown, and answered as the dialect says.
    private func keepUnreadable(_ work: Work, _ problem: String, _ reply: HookReply) async -> HookReply {
        counters.add(\.unreadable)
        var raw = RawRecord(source: work.name, arrivedAt: work.request.arrivedAt, head: work.request.keptHead, body: work.request.body)
        raw.problem = problem
        return await stored(work, .intake) { [raw] tx in
            let id = try tx.keep(raw)
            try tx.audit(
                AuditEntry(actor: "source \(raw.source)", action: "event.record", object: "body \(id)", outcome: "unreadable", reason: problem))
            return reply
        }
    }

    /// Events that nobody's call waits for.
    private func record(_ work: Work, _ events: [CallEvent]) async -> HookReply {
        do {
            let done = try await write(work, events, isTooLate: work.isLeftover, priority: .intake, deadline: .after(Self.patience))
            ring.release(work.held)
            finish(done)
            return done.reply
        } catch {
            return notStored(work, error)
        }
    }

    private func stored(
        _ work: Work, _ priority: WritePriority, _ body: @escaping @Sendable (Transaction) throws -> HookReply
    ) async -> HookReply {
        do {
            let reply = try await store.write(priority, deadline: .after(Self.patience), body)
            ring.release(work.held)
            counters.add(\.stored)
            return reply
        } catch {
            return notStored(work, error)
        }
    }

    /// What a committed request leaves to be done.
    struct Done: Sendable {
        var reply: HookReply
        var changes: [LiveChange]
        var commands: [OwedCommand]
    }

    func write(
        _ work: Work, _ events: [CallEvent], isTooLate: Bool, priority: WritePriority, deadline: Deadline,
        isStillWanted: @escaping @Sendable () -> Bool = { true }
    ) async throws -> Done {
        let parts = parts, store = store
        return try await store.write(priority, deadline: deadline) { tx in
            parts.calls.begin(failedBatches: store.health.failedBatches)
            var body = EventWork(tx: tx, parts: parts, source: work.source, request: work.request, isTooLate: isTooLate || !isStillWanted())
            let reply = try body.record(events)
            return Done(reply: reply, changes: body.changes, commands: body.commands)
        }
    }

    func finish(_ done: Done) {
        counters.add(\.stored)
        feed.publish(done.changes)
        if !done.commands.isEmpty { send(done.commands) }
    }

    func notStored(_ work: Work, _ error: any Error) -> HookReply {
        logger.warning("A webhook was not stored", metadata: ["source": "\(work.name)", "error": "\(error)"])
        counters.add(\.unavailable)
        // A leftover was promised nothing new: it stays in hand and is tried again at the next start.
        if !work.isLeftover { ring.release(work.held) }
        return unavailable(work.source)
    }

    func unavailable(_ source: IntakeSettings.Source) -> HookReply {
        var reply = source.profile.dialect.reply(.unavailable)
        if reply.status == 503, !reply.headers.contains(where: { $0.name.lowercased() == "retry-after" }) {
            reply.headers.append(HookHeader("Retry-After", "5"))
        }
        return reply
    }
}

extension Decoded {
    /// For the page of sources.
    fileprivate var word: String {
        switch self {
        case .events(let events): events.last?.kind.rawValue ?? "ignored"
        case .handshake: "handshake"
        case .unreadable: "unreadable"
        case .ignored: "ignored"
        }
    }
}
