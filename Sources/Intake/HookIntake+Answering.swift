// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Logging
public import PBX
import SQLEngine
import Store

// A PBX that asks holds a caller on the line. The answer races its dialect's deadline: the write goes on when the deadline
// wins. Then the caller is let through, and what the rules say all the same is recorded as not obeyed.
extension HookIntake {
    /// Waits between tries to store an event whose PBX got the preset answer.
    static let retryWaits: [Duration] = [.seconds(1), .seconds(2), .seconds(5), .seconds(10), .seconds(30)]

    func answer(_ work: Work, _ events: [HashedEvent], _ reply: @escaping @Sendable (HookReply) -> Void) {
        let pending = PendingAnswer(reply)
        let deadline = Deadline.after(max(.milliseconds(10), work.dialect.answerDeadline - Self.wayBack))
        deadlines.watch(pending, until: deadline) { [self] in letThrough(work, events) }
        // The write has a deadline of its own: the answer must not wait for a disk that stalls.
        submit(work, events, .callTimeAnswer, isTooLate: { pending.isOver }) { [self] result in
            switch result {
            case .success(let done):
                let inTime = pending.answer(done.reply)
                ring.release(work.held)
                finish(inTime ? done : Done(reply: done.reply, changes: done.changes, commands: []))
                if !inTime { Task { await tooLate(work, events, done) } }
            case .failure(let error): undecided(work, events, pending, error)
            }
        }
    }

    private func tooLate(_ work: Work, _ events: [HashedEvent], _ done: Done) async {
        for command in done.commands { await drop(command, "the answer was not ready at the dialect's deadline") }
        await recordLate(work, events)
    }

    /// In time, the PBX hears of the failure; the preset answer is for the deadline and for dialects that must not see an error.
    private func undecided(_ work: Work, _ events: [HashedEvent], _ pending: PendingAnswer, _ error: any Error) {
        guard work.dialect.failsOpenWith == .presetAnswer else {
            if pending.answer(unavailable(work.source)) { counters.add { $0.failedOpen += 1 } }
            _ = notStored(work, error)
            return
        }
        _ = pending.answer(preset(work, events))
        Task { await keepTrying(work, events, error) }
    }

    private func letThrough(_ work: Work, _ events: [HashedEvent]) -> HookReply {
        logger.warning("A call-time answer was too late", metadata: ["source": "\(work.name)"])
        counters.add { $0.failedOpen += 1 }
        guard work.dialect.failsOpenWith == .presetAnswer else { return unavailable(work.source) }
        return preset(work, events)
    }

    private func preset(_ work: Work, _ events: [HashedEvent]) -> HookReply { preset(work.source, events) }

    private func preset(_ source: IntakeSettings.Source, _ events: [HashedEvent]) -> HookReply {
        counters.add { $0.presetAnswers += 1 }
        let dialect = source.profile.dialect
        guard let asking = events.first(where: \.event.awaitsAnswer)?.event else { return dialect.reply(.ok) }
        return dialect.answer(nil, to: asking, source.profile).reply
    }

    /// The event is stored, but its PBX was told something else in the meantime: the call is corrected and the matter put on record.
    private func recordLate(_ work: Work, _ events: [HashedEvent]) async {
        let parts = parts, now = time.now(), name = work.name
        let isPreset = work.dialect.failsOpenWith == .presetAnswer
        let replay = events.map(\.event).filter(\.asks)
        do {
            try await store.write(.completion) { tx in
                for event in replay {
                    let object = try Self.disobey(event.source, event.callID, tx, parts, now: now)
                    try tx.audit(
                        AuditEntry(
                            actor: "source \(name)", action: "call.answer", object: object, outcome: isPreset ? "preset answer" : "unavailable",
                            reason: "the answer was not ready at the dialect's deadline; the caller was let through"))
                }
            }
        } catch {
            logger.error("A late answer could not be put on record", metadata: ["source": "\(name)", "error": "\(error)"])
        }
    }

    /// Takes back that our answer was obeyed, and gives the call the lead that a refusal would have spared.
    static func disobey(_ source: String, _ callID: String, _ tx: Transaction, _ parts: IntakeParts, now: Instant) throws -> String {
        parts.calls.drop(source: source, id: callID)
        guard var record = try tx.latestCall(source: source, pbxCallID: callID), var call = Call(stored: record.fold) else {
            return "event of \(source)"
        }
        call.letThroughAfterAll()
        record.outcome = call.outcome
        record.fold = call.stored
        if record.lead == nil, call.direction == .inbound {
            let leads = LeadWork(tx: tx, parts: parts, now: now)
            _ = try leads.join(&record, line: leads.line(of: record), ring: try record.ringDecision.flatMap { try tx.decision($0) })
        }
        try tx.save(&record)
        return "call \(record.ulid)"
    }

    /// The PBX has a 2xx for an event that is not stored: it stays in hand, and is tried until it is.
    private func keepTrying(_ work: Work, _ events: [HashedEvent], _ first: any Error) async {
        logger.error("A preset answer was given for an event that is not stored yet", metadata: ["source": "\(work.name)", "error": "\(first)"])
        var tries = 0
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.retryWaits[min(tries, Self.retryWaits.count - 1)])
            tries += 1
            let again = await withCheckedContinuation { continuation in
                submit(work, events, .completion, isTooLate: { true }) { continuation.resume(returning: $0) }
            }
            guard case .success(let done) = again else { continue }
            ring.release(work.held)
            finish(done)
            return await recordLate(work, events)
        }
    }

    /// The reply when too many requests are in hand. Where the PBX would play an error to the caller it is the preset answer, and the event
    /// is stored as soon as that can be done; everywhere else the PBX is told to come again.
    public func overloaded(source name: String, _ request: HookRequest) -> HookReply {
        guard let source = parts.settings.sources[name] else { return HookReply(status: 404) }
        counters.add { $0.unavailable += 1 }
        let dialect = source.profile.dialect
        guard dialect.failsOpenWith == .presetAnswer, dialect.authenticate(request, source.profile).isAccepted,
            case .events(let read) = dialect.decode(request, source.profile, numbers: parts.numbers), read.contains(where: \.awaitsAnswer)
        else { return unavailable(source) }
        let events = read.map(HashedEvent.init)
        // What can't even be kept in hand is answered all the same: a caller waits.
        if let held = try? ring.hold(source: name, arrivedAt: request.arrivedAt, head: request.heldHead, body: request.body) {
            let work = Work(source: source, request: request, held: held)
            // Unstructured: the answer must not wait. It ends when the event is stored; the ring bounds how many there are.
            Task { await keepTrying(work, events, Overload()) }
            return preset(work, events)
        }
        return preset(source, events)
    }

    private struct Overload: Error {}
}
