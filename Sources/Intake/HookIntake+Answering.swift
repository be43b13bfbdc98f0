// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Logging
public import PBX
import SQLEngine
import Store

// A PBX that asks holds a caller on the line. The answer races its dialect's deadline: the write runs in a task of its own, which goes on when
// the deadline wins. Then the caller is let through, and what the rules say all the same is recorded as not obeyed.
extension HookIntake {
    /// Waits between tries to store an event whose PBX got the preset answer.
    static let retryWaits: [Duration] = [.seconds(1), .seconds(2), .seconds(5), .seconds(10), .seconds(30)]

    func answer(_ work: Work, _ events: [CallEvent]) async -> HookReply {
        let gate = AnswerGate<HookReply>()
        let deadline = Deadline.after(max(.milliseconds(10), work.dialect.answerDeadline - Self.wayBack))
        // Unstructured: the answer must not wait for a disk that stalls. It ends with the write, which has a deadline of its own.
        Task { await decide(work, events, gate) }
        if let reply = await gate.wait(until: deadline) { return reply }
        return letThrough(work, events)
    }

    private func decide(_ work: Work, _ events: [CallEvent], _ gate: AnswerGate<HookReply>) async {
        do {
            let done = try await write(
                work, events, isTooLate: false, priority: .callTimeAnswer, deadline: .after(Self.patience), isStillWanted: { !gate.isTooLate })
            let inTime = gate.answer(done.reply)
            ring.release(work.held)
            finish(inTime ? done : Done(reply: done.reply, changes: done.changes, commands: []))
            if !inTime {
                for command in done.commands { await drop(command, "the answer was not ready at the dialect's deadline") }
                await recordLate(work, events)
            }
        } catch {
            // In time, the PBX hears of the failure; the preset answer is for the deadline and for dialects that must not see an error.
            if work.dialect.failsOpenWith == .presetAnswer {
                _ = gate.answer(preset(work, events))
                return await keepTrying(work, events, error)
            }
            if gate.answer(unavailable(work.source)) { counters.add(\.failedOpen) }
            _ = notStored(work, error)
        }
    }

    private func letThrough(_ work: Work, _ events: [CallEvent]) -> HookReply {
        logger.warning("A call-time answer was too late", metadata: ["source": "\(work.name)"])
        counters.add(\.failedOpen)
        guard work.dialect.failsOpenWith == .presetAnswer else { return unavailable(work.source) }
        return preset(work, events)
    }

    private func preset(_ work: Work, _ events: [CallEvent]) -> HookReply { preset(work.source, events) }

    private func preset(_ source: IntakeSettings.Source, _ events: [CallEvent]) -> HookReply {
        counters.add(\.presetAnswers)
        let dialect = source.profile.dialect
        guard let asking = events.first(where: \.awaitsAnswer) else { return dialect.reply(.ok) }
        return dialect.answer(nil, to: asking, source.profile).reply
    }

    /// The event is stored, but its PBX was told something else in the meantime: the call is corrected and the matter put on record.
    private func recordLate(_ work: Work, _ events: [CallEvent]) async {
        let parts = parts, now = time.now(), name = work.name
        let isPreset = work.dialect.failsOpenWith == .presetAnswer
        let replay = events.filter(\.asks)
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
    private func keepTrying(_ work: Work, _ events: [CallEvent], _ first: any Error) async {
        logger.error("A preset answer was given for an event that is not stored yet", metadata: ["source": "\(work.name)", "error": "\(first)"])
        var tries = 0
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.retryWaits[min(tries, Self.retryWaits.count - 1)])
            tries += 1
            guard let done = try? await write(work, events, isTooLate: true, priority: .completion, deadline: .after(Self.patience)) else { continue }
            ring.release(work.held)
            finish(done)
            return await recordLate(work, events)
        }
    }

    /// The reply when too many requests are in hand. Where the PBX would play an error to the caller it is the preset answer, and the event
    /// is stored as soon as that can be done; everywhere else the PBX is told to come again.
    public func overloaded(source name: String, _ request: HookRequest) -> HookReply {
        guard let source = parts.settings.sources[name] else { return HookReply(status: 404) }
        counters.add(\.unavailable)
        let dialect = source.profile.dialect
        guard dialect.failsOpenWith == .presetAnswer, dialect.authenticate(request, source.profile).isAccepted,
            case .events(let events) = dialect.decode(request, source.profile, numbers: parts.numbers), events.contains(where: \.awaitsAnswer)
        else { return unavailable(source) }
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
