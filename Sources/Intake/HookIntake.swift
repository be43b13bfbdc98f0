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
    let deadlines = DeadlineWatch()
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

    /// Takes one request to `/hooks/{source}[/{token}]`. Returns as soon as the request is on its way to the writer, without waiting.
    ///
    /// - Parameters:
    ///   - token: the secret part of the path, where the caller has taken it off; else `nil`.
    ///   - request: as it came; `arrivedAt` is when its first byte came.
    ///   - reply: told once, on any thread, and must not block: 2xx only after the commit was synced (with the one exception of
    ///     `failsOpenWith: presetAnswer`).
    public func receive(source name: String, token: String?, _ request: HookRequest, reply: @escaping @Sendable (HookReply) -> Void) {
        counters.add { $0.requests += 1 }
        guard let source = parts.settings.sources[name] else {
            // The name is the stranger's, so that it is no part of the record.
            refuse(source: "unknown", "unknown source", at: request.arrivedAt)
            return reply(HookReply(status: 404))
        }
        var request = request
        if let token { request.token = token }
        let held: InHandRing.Held
        do {
            held = try ring.hold(source: name, arrivedAt: request.arrivedAt, head: request.heldHead, body: request.body)
        } catch {
            return reply(notHeld(source, error))
        }
        take(Work(source: source, request: request, held: held), reply)
    }

    /// The same for a caller that can wait.
    public func receive(source name: String, token: String?, _ request: HookRequest) async -> HookReply {
        await withCheckedContinuation { continuation in
            receive(source: name, token: token, request) { continuation.resume(returning: $0) }
        }
    }

    /// A request that can't be kept is not looked at: nothing may be parsed that a crash would lose.
    private func notHeld(_ source: IntakeSettings.Source, _ refusal: RingRefusal) -> HookReply {
        logger.warning("A request could not be kept in hand", metadata: ["source": "\(source.profile.name)", "error": "\(refusal)"])
        switch refusal {
        case .tooLarge: return HookReply(status: 413)
        case .quarantined: return source.profile.dialect.reply(.malformed)
        case .full, .unwritable:
            counters.add { $0.unavailable += 1 }
            return unavailable(source)
        }
    }

    /// One request on its way, with what can be made ready before its turn on the writer.
    final class Work: Sendable {
        let source: IntakeSettings.Source
        let request: HookRequest
        let held: InHandRing.Held
        let isLeftover: Bool
        let keptHead: [UInt8]
        var dialect: Dialect { source.profile.dialect }
        var name: String { source.profile.name }

        init(source: IntakeSettings.Source, request: HookRequest, held: InHandRing.Held, isLeftover: Bool = false) {
            self.source = source
            self.request = request
            self.held = held
            self.isLeftover = isLeftover
            keptHead = request.keptHead
        }
    }

    /// Believes the request or not, reads it, and hands what it says to the writer.
    func take(_ work: Work, _ reply: @escaping @Sendable (HookReply) -> Void) {
        if case .refused(let refusal, let reason) = work.dialect.authenticate(work.request, work.source.profile) {
            ring.release(work.held)
            refuse(source: work.name, reason.rawValue, at: work.request.arrivedAt)
            contacts.refused(work.name, reason.rawValue, at: work.request.arrivedAt)
            return reply(refusal)
        }
        let decoded = work.dialect.decode(work.request, work.source.profile, numbers: parts.numbers)
        contacts.seen(work.name, decoded.word, at: work.request.arrivedAt)
        switch decoded {
        case .handshake(let answer), .ignored(let answer, _):
            ring.release(work.held)
            reply(answer)
        case .unreadable(let answer, let problem): keepUnreadable(work, problem, answer, reply)
        case .events(let events):
            let events = events.map(HashedEvent.init)
            if !work.isLeftover, events.contains(where: \.event.awaitsAnswer) { return answer(work, events, reply) }
            record(work, events, reply)
        }
    }

    func refuse(source: String, _ reason: String, at now: Instant) {
        counters.add { $0.refused += 1 }
        refusals.count(source: source, reason: reason, at: now)
    }

    /// A body that was believed and can't be read is kept, shown, and answered as the dialect says.
    private func keepUnreadable(_ work: Work, _ problem: String, _ answer: HookReply, _ reply: @escaping @Sendable (HookReply) -> Void) {
        counters.add { $0.unreadable += 1 }
        store.submit(.intake, deadline: .after(Self.patience)) { tx in
            var raw = RawRecord(source: work.name, arrivedAt: work.request.arrivedAt, head: work.keptHead, body: work.request.body)
            raw.problem = problem
            let id = try tx.keep(raw)
            try tx.audit(
                AuditEntry(actor: "source \(raw.source)", action: "event.record", object: "body \(id)", outcome: "unreadable", reason: problem))
        } completion: { [self] result in
            switch result {
            case .success:
                ring.release(work.held)
                counters.add { $0.stored += 1 }
                reply(answer)
            case .failure(let error): reply(notStored(work, error))
            }
        }
    }

    /// Events that nobody's call waits for.
    private func record(_ work: Work, _ events: [HashedEvent], _ reply: @escaping @Sendable (HookReply) -> Void) {
        submit(work, events, .intake, isTooLate: { work.isLeftover }) { [self] result in
            switch result {
            case .success(let done):
                ring.release(work.held)
                finish(done)
                reply(done.reply)
            case .failure(let error): reply(notStored(work, error))
            }
        }
    }

    /// What a committed request leaves to be done.
    struct Done: Sendable {
        var reply: HookReply
        var changes: [LiveChange]
        var commands: [OwedCommand]
    }

    /// - Parameter isTooLate: asked on the writer's thread, when the events' turn has come.
    func submit(
        _ work: Work, _ events: [HashedEvent], _ priority: WritePriority, isTooLate: @escaping @Sendable () -> Bool,
        _ completion: @escaping @Sendable (Result<Done, any Error>) -> Void
    ) {
        store.submit(priority, deadline: .after(Self.patience)) { [parts] tx in
            parts.calls.begin(undone: tx.undone)
            var body = EventWork(tx: tx, parts: parts, work: work, isTooLate: isTooLate())
            let reply = try body.record(events)
            return Done(reply: reply, changes: body.changes, commands: body.commands)
        } completion: {
            completion($0)
        }
    }

    func finish(_ done: Done) {
        counters.add { $0.stored += 1 }
        feed.publish(done.changes)
        if !done.commands.isEmpty { send(done.commands) }
    }

    func notStored(_ work: Work, _ error: any Error) -> HookReply {
        logger.warning("A webhook was not stored", metadata: ["source": "\(work.name)", "error": "\(error)"])
        counters.add { $0.unavailable += 1 }
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

/// An event with the hash by which a repetition with other contents is found out, made before the event's turn on the writer.
struct HashedEvent: Sendable {
    let event: CallEvent
    let contentHash: [UInt8]

    init(_ event: CallEvent) {
        self.event = event
        contentHash = event.contentHash
    }
}
