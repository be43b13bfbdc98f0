// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Screening
import Store

/// The form of one lead inside one transaction or snapshot: who holds it, its facts, and what the rules say to them.
struct DeskWork {
    let tx: any StoreReading
    let parts: IntakeParts

    var facts: FactSheet { FactSheet(tx: tx, parts: parts) }

    /// A lead's form as stored. `briefing` is `nil` while nobody has opened one.
    struct Form {
        var lead: LeadRecord
        var call: CallRecord?
        var record: BriefingRecord?
        var answers: [AnswerRecord]
        var line: Line?
        var rules: RuleSet

        /// The pure briefing, for the rules of who may do what.
        var briefing: Briefing? {
            record.map { record in
                Briefing(
                    state: record.state == .open ? .open : .closed, heldBy: record.operatorName, openedAt: record.openedAt,
                    touchedAt: record.lastAnswerAt ?? record.openedAt, answers: [:])
            }
        }
    }

    func form(of lead: ULID) throws -> Form {
        guard let record = try tx.lead(lead) else { throw DeskError(.notFound, "There is no such lead.") }
        return try form(record)
    }

    func form(ofCall call: ULID) throws -> Form {
        guard let record = try tx.call(call) else { throw DeskError(.notFound, "There is no such call.") }
        guard let lead = try record.lead.flatMap({ try tx.lead($0) }) else {
            throw DeskError(.notFound, "This call has no lead: the rules ended it at the ring, or it is not an inbound call.")
        }
        var form = try form(lead)
        form.call = record
        return form
    }

    func form(_ lead: LeadRecord) throws -> Form {
        let briefing = try tx.briefing(of: lead.id)
        let calls = try tx.calls(of: lead.id)
        let call = briefing?.state == .open ? calls.first { $0.id == briefing?.call } ?? calls.last : calls.last
        let line = parts.settings.lines.line(call?.line ?? lead.line, source: call?.source ?? lead.source ?? "")
        return Form(lead: lead, call: call, record: briefing, answers: try tx.answers(of: lead.id), line: line, rules: parts.rules(for: line))
    }

    /// What the rules are asked about the form: facts of the call, then the answers, which win.
    ///
    /// The instant is that of the form's opening, so that the verdict does not change while nobody does anything.
    func input(_ form: Form, closed: Bool, now: Instant) throws -> ScreeningInput {
        let at = form.record?.openedAt ?? now
        var facts: [String: FactInput] = [:]
        if let call = form.call { facts = try self.facts.facts(of: call, nil, at: at, line: form.line) }
        for answer in form.answers { facts[answer.fact] = stated(answer, form.rules) }
        return ScreeningInput(moment: .brief, at: at, zone: form.line?.zone, closed: closed, facts: facts)
    }

    private func stated(_ answer: AnswerRecord, _ rules: RuleSet) -> FactInput {
        guard answer.kind == .value else { return .declined }
        // An answer that a changed set no longer takes stays a text: the decision names it as unreadable.
        guard case .success(let input) = rules.validateAnswer(fact: answer.fact, text: answer.value) else { return .text(answer.value) }
        return input
    }

    func view(_ form: Form, for person: String, now: Instant) throws -> BriefingView {
        let isOpen = form.record?.state == .open
        let input = try input(form, closed: !isOpen, now: now)
        let verdict = form.rules.decide(input, language: parts.settings.language)
        let matters = isOpen ? form.rules.matters(input) : []
        let asked = form.rules.questions.map { question in
            BriefingView.Asked(
                question: question, answer: form.answers.first { $0.fact == question.fact }, matters: matters.contains(question.fact),
                isNext: isOpen && verdict.need.first == question.fact)
        }
        let holder = form.record?.operatorName ?? ""
        return BriefingView(
            lead: form.lead, call: form.call, holder: holder, state: isOpen ? (holder == person ? .open : .readOnly) : .closed,
            known: known(input, form), questions: asked, preview: verdict,
            why: both { form.rules.explain(input, language: $0).sentence }, decision: try decision(form))
    }

    private func decision(_ form: Form) throws -> ULID? {
        try (form.record?.decision ?? form.lead.decision).flatMap { try tx.decision($0) }?.ulid
    }

    /// What the service itself knows, in a fixed order.
    private func known(_ input: ScreeningInput, _ form: Form) -> [BriefingView.Known] {
        let own = [
            "caller", "caller is", "caller kind", "caller country", "caller area", "number type", "number valid", "foreign caller", "line", "channel",
            "repeats", "open lead", "digits", "menu", "wait", "talk", "agent", "open hours",
        ]
        return own.compactMap { fact in
            guard let value = input.facts[fact] else { return nil }
            return BriefingView.Known(
                fact: fact, label: both { form.rules.label(of: fact, language: $0) },
                value: both { form.rules.words(for: value, of: fact, language: $0) })
        }
    }

    private func both(_ text: (Language) -> String) -> Wording {
        Wording(Dictionary(uniqueKeysWithValues: Language.allCases.map { ($0, text($0)) }))
    }
}
