// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import PBX
import Screening
import Store

extension EventWork {
    /// The moment `ring`: decides once a call, when it is asked for or when the call is first heard of, and answers who asks.
    ///
    /// A decision without an ask is advice: shown, not obeyed. A later ask gets the decision that is there.
    /// - Returns: `nil` when the event does not ask.
    mutating func ring(_ event: CallEvent, _ known: inout KnownCall, _ line: Line?) throws -> HookReply? {
        guard known.call.direction == .inbound else { return event.asks ? letThrough(event) : nil }
        var decision: DecisionRecord?
        if let stored = known.record.ringDecision {
            if event.asks { decision = try tx.decision(stored) }
        } else if event.asks || (known.call.state == .ringing && (event.kind == .incoming || event.kind == .ringing)) {
            decision = try decide(event, &known, line)
        }
        guard event.asks else { return nil }
        guard let decision else { return letThrough(event) }
        return try answer(event, decision, &known)
    }

    /// The commands' place in the outbox: a repeated event owes nothing new.
    mutating func owe(_ steps: [CommandRequest], to call: CallRecord?) throws {
        for step in steps {
            let record = CommandRecord(
                source: source.profile.name, commandID: step.id, call: call?.id, request: step.kept, deadline: now + step.within, createdAt: now)
            if let kept = try tx.keep(record) { commands.append(OwedCommand(kept, step)) }
        }
    }

    /// How a call goes on after a menu of ours. Said again to a repeated webhook; its commands are sent once, by their ids.
    mutating func goOn(after event: CallEvent) throws -> HookReply {
        switch dialect.goOn(after: event, source.profile) {
        case .reply(let reply): return reply
        case .commands(let steps, let ok):
            if !isTooLate { try owe(steps, to: tx.latestCall(source: event.source, pbxCallID: event.callID)) }
            return ok
        }
    }

    private func letThrough(_ event: CallEvent) -> HookReply { dialect.answer(nil, to: event, source.profile).reply }

    private mutating func decide(_ event: CallEvent, _ known: inout KnownCall, _ line: Line?) throws -> DecisionRecord {
        let at = CallTime(own: event.at, arrived: now).used
        var facts = try leads.facts.facts(of: known.record, known.call, at: at, line: line)
        facts["outcome"] = nil
        let input = ScreeningInput(moment: .ring, at: at, zone: line?.zone, closed: true, facts: facts)
        let isAllowed = known.record.number.map(parts.settings.allowed.contains) ?? false
        let decision = try leads.decide(input, by: parts.rules(for: line), call: known.record, lead: nil, watch: known.record.watch, isStored: false)
        { verdict in
            guard isAllowed, verdict.then == .reject else { return nil }
            let rule = verdict.rule
            verdict = Verdict(then: .answer)
            verdict.rule = rule
            return ("allow list", "the number is on the allow list, which wins over a refusal")
        }
        known.record.ringDecision = decision.id
        known.record.ringThen = decision.verdict.then
        known.record.ringRule = decision.verdict.rule
        known.record.ringReason = decision.verdict.reason
        known.call.decided(Call.RingAnswer(then: decision.verdict.then ?? .answer, reason: decision.verdict.reason, isObeyed: false))
        details += [
            .plain("decision", decision.ulid.description), .plain("then", decision.verdict.then?.rawValue ?? ""),
            .plain("rule", decision.verdict.rule ?? ""), .plain("set", "\(decision.ruleSet)@\(decision.ruleSetHash.prefix(16))"),
        ]
        if decision.watch { details.append(.plain("watch", "yes")) }
        if let by = decision.overriddenBy { details.append(.plain("overridden", by)) }
        changes.append(LiveChange(.decision, decision.ulid))
        self.decision = decision
        return decision
    }

    private mutating func answer(_ event: CallEvent, _ decision: DecisionRecord, _ known: inout KnownCall) throws -> HookReply {
        guard !decision.watch, !isTooLate else {
            details.append(.plain("answered", isTooLate ? "too late: let through" : "watched: let through"))
            return letThrough(event)
        }
        let verdict = try addressed(decision.verdict, known.record)
        let done = dialect.carriedOut(verdict, for: event, source.profile)
        known.call.decided(Call.RingAnswer(then: done, reason: verdict.reason, isObeyed: true))
        switch dialect.answer(verdict, to: event, source.profile) {
        case .reply(let reply): return reply
        case .commands(let steps, let ok):
            owed += steps
            return ok
        }
    }

    /// The verdict with its target as an address: a target `by directory` is the extension of the person whom the directory names.
    /// Where nobody is named, the caller is let through rather than sent nowhere.
    private func addressed(_ verdict: Verdict, _ record: CallRecord) throws -> Verdict {
        guard let target = verdict.to, source.profile.targets[target] == "by directory" else { return verdict }
        var verdict = verdict
        let managers = try record.number.map { try leads.facts.known($0).compactMap(\.manager) } ?? []
        let owner = try record.person.flatMap { try tx.openLead(of: $0, since: now - parts.settings.leadWindow) }?.owner
        guard let person = managers.first ?? owner else { return Verdict(then: .answer) }
        verdict.to = parts.settings.agents.filter { $0.value == person }.keys.min() ?? person
        return verdict
    }
}
