// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Screening
import Store

/// The acts of a briefing, each inside one transaction: the pure state machine judges, the store is changed, the act is put on record.
struct DeskActs {
    let tx: Transaction
    let parts: IntakeParts
    let now: Instant

    var work: DeskWork { DeskWork(tx: tx, parts: parts) }
    var leads: LeadWork { LeadWork(tx: tx, parts: parts, now: now) }

    func take(_ form: inout DeskWork.Form, by person: String, isTakeOver: Bool) throws {
        if var briefing = form.briefing, var record = form.record, briefing.state == .open {
            if !isTakeOver || briefing.heldBy == person {
                try briefing.taken(by: person)
                return
            }
            let before = briefing.heldBy
            try briefing.takeOver(by: person, at: now)
            record.operatorName = person
            try save(&record, &form)
            try audit(form.lead, "briefing.take", by: person, reason: "taken over", details: [.plain("from", before)])
            return
        }
        try open(&form, by: person)
        try audit(form.lead, "briefing.take", by: person)
    }

    /// A briefing of its own for this turn; answers belong to the lead, so a further turn has them.
    private func open(_ form: inout DeskWork.Form, by person: String) throws {
        guard LeadRules.rulesMayMove(from: form.lead.status) else {
            throw DeskError(.notOpen, "The lead is \(form.lead.status.rawValue): it is decided. Reopen it with a reason, if it must be.")
        }
        var record = BriefingRecord(lead: form.lead.id, call: form.call?.id, operatorName: person, openedAt: now)
        form.lead.status = .briefing
        form.lead.updatedAt = now
        try tx.save(&form.lead)
        try save(&record, &form)
    }

    /// Saves the briefing and plans the time at which it counts as forgotten.
    func save(_ record: inout BriefingRecord, _ form: inout DeskWork.Form) throws {
        try tx.save(&record)
        form.record = record
        let briefing = Briefing(
            state: .open, heldBy: record.operatorName, openedAt: record.openedAt, touchedAt: max(now, record.lastAnswerAt ?? now), answers: [:])
        let due = briefing.isForgottenAt(grace: parts.settings.briefingGrace)
        if record.state == .open { try tx.schedule(DueRecord(kind: .forgottenBriefing, subject: form.lead.id.value, at: due)) }
    }

    func put(_ fact: String, _ answer: BriefingAnswer?, _ form: inout DeskWork.Form, by person: String) throws {
        guard form.rules.questions.contains(where: { $0.fact == fact }) else {
            throw DeskError(.notFound, "\"\(fact.prefix(60))\" is no question of \(form.rules.name).")
        }
        guard var briefing = form.briefing, var record = form.record else { throw DeskError(.notOpen, "Take the briefing first.") }
        if let answer {
            try check(fact, answer, form)
            try briefing.answer(fact, answer, by: person, at: now)
            try tx.save(AnswerRecord(fact, answer, by: person, at: now), of: form.lead.id)
        } else {
            try briefing.clear(fact, by: person, at: now)
            try tx.clearAnswer(to: fact, of: form.lead.id)
        }
        try takeContact(fact, answer, &form)
        record.lastAnswerAt = now
        try save(&record, &form)
        try audit(form.lead, "briefing.answer", by: person, details: [.plain("fact", fact), .plain("answer", answer?.kind ?? "cleared")])
    }

    private func check(_ fact: String, _ answer: BriefingAnswer, _ form: DeskWork.Form) throws {
        guard case .value(let text) = answer else { return }
        if case .failure(let problem) = form.rules.validateAnswer(fact: fact, text: text, language: parts.settings.language) {
            throw DeskError(.notAcceptable, problem.message)
        }
    }

    /// Who the caller is, where a question asks for it: the lead's own columns, which lists and CRMs show.
    private func takeContact(_ fact: String, _ answer: BriefingAnswer?, _ form: inout DeskWork.Form) throws {
        guard case .value(let text) = answer else { return }
        switch fact {
        case "name", "contact": form.lead.name = text
        case "company": form.lead.company = text
        case "email", "e-mail": form.lead.email = text
        default: return
        }
        try tx.save(&form.lead)
    }

    func audit(
        _ lead: LeadRecord, _ action: String, by person: String, outcome: String = "done", reason: String = "", details: [AuditDetail] = []
    ) throws {
        try tx.audit(
            AuditEntry(actor: "operator \(person)", action: action, object: "lead \(lead.ulid)", outcome: outcome, reason: reason, details: details))
    }
}

extension AnswerRecord {
    init(_ fact: String, _ answer: BriefingAnswer, by person: String, at: Instant) {
        switch answer {
        case .value(let text): self.init(fact: fact, kind: .value, value: text, operatorName: person, at: at)
        case .declined: self.init(fact: fact, kind: .declined, operatorName: person, at: at)
        case .other(let text): self.init(fact: fact, kind: .other, value: text, operatorName: person, at: at)
        }
    }
}

extension BriefingAnswer {
    /// For the audit record, which holds no answers.
    var kind: String {
        switch self {
        case .value: "value"
        case .declined: "declined"
        case .other: "other"
        }
    }
}
