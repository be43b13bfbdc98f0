// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Screening
import Store

extension DeskActs {
    func close(_ form: inout DeskWork.Form, by person: String) throws {
        guard var briefing = form.briefing else { throw DeskError(.notOpen, "Take the briefing first.") }
        try briefing.close(by: person, at: now)
        let named = try namedLead(&form)
        let decision = try decide(form) { verdict in
            guard let named else { return nil }
            verdict = Verdict(then: .duplicate)
            verdict.reason = "DUPLICATE"
            return ("service", "the briefing names the number of the open lead \(named.key)")
        }
        form.lead.duplicateOf = named?.id
        try finish(&form, decision)
        try audit(form.lead, "briefing.close", by: person, outcome: form.lead.status.rawValue, details: Self.details(decision))
    }

    func override(_ form: inout DeskWork.Form, _ wish: BriefingDesk.Override, by person: String) throws {
        try check(wish)
        guard let status = wish.then.status else { throw DeskError(.notAcceptable, "\(wish.then.rawValue) is no verdict of a briefing.") }
        if var briefing = form.briefing, briefing.state == .open {
            try briefing.override(by: person, at: now)
        } else if !LeadRules.personMayMove(from: form.lead.status, to: status) || form.lead.status == status {
            throw DeskError(.notOpen, "A lead that is \(form.lead.status.rawValue) can't become \(status.rawValue) without a briefing.")
        }
        let decision = try decide(form) { verdict in
            verdict.then = wish.then
            verdict.reason = wish.reason
            verdict.group = wish.group ?? verdict.group
            verdict.decided = true
            verdict.need = []
            return (person, wish.note)
        }
        try finish(&form, decision)
        try audit(form.lead, "lead.override", by: person, outcome: form.lead.status.rawValue, reason: wish.note, details: Self.details(decision))
    }

    private func check(_ wish: BriefingDesk.Override) throws {
        guard !wish.note.allSatisfy(\.isWhitespace) else { throw DeskError(.notAcceptable, "Say why you decide against the rules.") }
        let allowed = ReasonCode.allowed(for: wish.then, at: .brief)
        if let reason = wish.reason, !allowed.contains(reason) {
            throw DeskError(.notAcceptable, "The reason \(reason.code.prefix(40)) does not belong to \(wish.then.rawValue).")
        }
        if wish.reason == nil, ReasonCode.isRequired(for: wish.then) {
            throw DeskError(.notAcceptable, "\(wish.then.rawValue) needs a reason: \(allowed.map(\.code).joined(separator: ", ")).")
        }
    }

    func reopen(_ form: inout DeskWork.Form, note: String, by person: String) throws {
        guard !note.allSatisfy(\.isWhitespace) else { throw DeskError(.notAcceptable, "Say why the lead is opened again.") }
        if form.briefing?.state == .open { throw DeskError(.notOpen, "The briefing is open already.") }
        let before = form.lead.status
        guard before.isFinal || LeadRules.rulesMayMove(from: before) else {
            throw DeskError(.notOpen, "The lead is \(before.rawValue): it belongs to sales now, and comes back when they return it.")
        }
        var record = BriefingRecord(lead: form.lead.id, call: form.call?.id, operatorName: person, openedAt: now)
        form.lead.status = .briefing
        form.lead.duplicateOf = nil
        form.lead.updatedAt = now
        try tx.save(&form.lead)
        try save(&record, &form)
        try leads.order(form.lead, call: form.call, enters: false)
        try audit(form.lead, "lead.reopen", by: person, reason: note, details: [.plain("from", before.rawValue)])
    }

    /// Decides over the form as it is, closed, and stores the decision.
    func decide(_ form: DeskWork.Form, change: (inout Verdict) -> (by: String, note: String)?) throws -> DecisionRecord {
        let input = try work.input(form, closed: true, now: now)
        return try leads.decide(input, by: form.rules, call: form.call, lead: form.lead, watch: form.lead.watch, change: change)
    }

    /// The briefing ends with a decision: both are tied, the lead moves, what was planned is no longer owed.
    func finish(_ form: inout DeskWork.Form, _ decision: DecisionRecord) throws {
        if var record = form.record, record.state == .open {
            record.state = .closed
            record.closedAt = now
            record.decision = decision.id
            try tx.save(&record)
            form.record = record
        }
        try tx.unschedule(.forgottenBriefing, subject: form.lead.id.value)
        if let call = form.call, call.state == .ended { try tx.unschedule(.hangupDecision, subject: call.id.value) }
        try leads.apply(decision, to: &form.lead, call: form.call)
    }

    /// The open lead of a number that an answer names, if it is another one. A number that has none becomes that of a lead without.
    private func namedLead(_ form: inout DeskWork.Form) throws -> LeadRecord? {
        for question in form.rules.questions where question.kind == .phone {
            guard let answer = form.answers.first(where: { $0.fact == question.fact && $0.kind == .value }),
                let number = parts.numbers.number(answer.value, region: parts.settings.country)
            else { continue }
            let person = try tx.person(of: number)
            if let open = try tx.openLead(of: person, since: now - parts.settings.leadWindow), open.id != form.lead.id { return open }
            if form.lead.number == nil {
                form.lead.number = number
                form.lead.person = person
            }
        }
        return nil
    }

    static func details(_ decision: DecisionRecord) -> [AuditDetail] {
        [
            .plain("decision", decision.ulid.description), .plain("then", decision.verdict.then?.rawValue ?? ""),
            .plain("reason", decision.verdict.reason?.code ?? ""), .plain("rule", decision.verdict.rule ?? ""),
            .plain("set", "\(decision.ruleSet)@\(decision.ruleSetHash.prefix(16))"),
        ]
    }
}
