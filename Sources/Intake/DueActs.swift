// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Screening
import Store

/// One piece of due work, inside one transaction.
struct DueActs {
    let tx: Transaction
    let parts: IntakeParts
    let now: Instant

    private var leads: LeadWork { LeadWork(tx: tx, parts: parts, now: now) }
    private var work: DeskWork { DeskWork(tx: tx, parts: parts) }

    func run(_ due: DueRecord) throws -> [LiveChange] {
        switch due.kind {
        case .hangupDecision: try decideHangup(CallRecord.ID(due.subject))
        case .forgottenBriefing: try forget(LeadRecord.ID(due.subject))
        case .callback: []
        }
    }

    /// The moment `hangup` of a call whose briefing nobody opened.
    private func decideHangup(_ id: CallRecord.ID) throws -> [LiveChange] {
        guard let record = try tx.call(id), !record.erased, var lead = try record.lead.flatMap({ try tx.lead($0) }) else { return [] }
        if let briefing = try tx.briefing(of: lead.id), briefing.state == .open || briefing.call == id || briefing.openedAt >= record.startedAt {
            return []
        }
        let line = leads.line(of: record)
        let rules = parts.rules(for: line)
        let at = record.endedAt ?? record.updatedAt
        let facts = try leads.facts.facts(of: record, Call(stored: record.fold), at: at, line: line)
        let input = ScreeningInput(moment: .hangup, at: at, zone: line?.zone, closed: true, facts: facts)
        let decision = try leads.decide(input, by: rules, call: record, lead: lead, watch: lead.watch) { verdict in
            // The service's own default, where the set has no table for the moment, does not know of a talk.
            guard verdict.table == nil, verdict.rule == nil, record.outcome == .answered else { return nil }
            verdict.reason = "BRIEFING_NOT_CLOSED"
            return ("service", "the call was answered and nobody opened its briefing")
        }
        if mayApply(decision.verdict, to: lead) { try leads.apply(decision, to: &lead, call: record) }
        try audit("call.hangup", lead, decision)
        return [LiveChange(.decision, decision.ulid), LiveChange(.lead, lead.ulid)]
    }

    /// A waiting lead whose person calls again and is missed goes on waiting: only better news takes it off the list.
    private func mayApply(_ verdict: Verdict, to lead: LeadRecord) -> Bool {
        guard lead.status == .needsCallback || lead.status == .deferred else { return true }
        return verdict.then == .callback || verdict.then == .qualify
    }

    /// A form left open: the rules decide over what there is. An answered call whose briefing was not closed is a callback.
    private func forget(_ id: LeadRecord.ID) throws -> [LiveChange] {
        guard let lead = try tx.lead(id) else { return [] }
        var form = try work.form(lead)
        guard let record = form.record, record.state == .open else { return [] }
        if let call = form.call, call.state != .ended, now - call.updatedAt < Call.silence {
            // Still talking: nothing is forgotten yet.
            try tx.schedule(DueRecord(kind: .forgottenBriefing, subject: id.value, at: now + parts.settings.briefingGrace))
            return []
        }
        let acts = DeskActs(tx: tx, parts: parts, now: now)
        let isAnswered = form.call?.outcome == .answered
        let decision = try acts.decide(form) { verdict in
            guard isAnswered else { return nil }
            let said = verdict.then?.rawValue ?? "nothing"
            verdict.then = .callback
            verdict.reason = "BRIEFING_NOT_CLOSED"
            return ("service", "the briefing was not closed in time; the rules said \(said)")
        }
        try acts.finish(&form, decision)
        try audit("briefing.forget", form.lead, decision)
        return [LiveChange(.decision, decision.ulid), LiveChange(.lead, form.lead.ulid)]
    }

    private func audit(_ action: String, _ lead: LeadRecord, _ decision: DecisionRecord) throws {
        try tx.audit(
            AuditEntry(
                actor: "service", action: action, object: "lead \(lead.ulid)", outcome: lead.status.rawValue, details: DeskActs.details(decision)))
    }
}
