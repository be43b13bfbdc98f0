// SPDX-License-Identifier: Apache-2.0
import CallModel
import Intake
import Screening
import Store

extension CallResource {
    init(_ record: CallRecord, in store: some StoreReading) throws {
        let state: State =
            switch record.state {
            case .ringing: .ringing
            case .talking: .talking
            case .ended: .ended
            }
        self.init(id: record.ulid, source: record.source, callID: record.pbxCallID, state: state, startedAt: record.startedAt)
        (outcome, number, isWithheld) = (record.outcome, record.number, record.withheld)
        callerName = record.callerName ?? record.callerText
        (lineNumber, lineName) = (record.line, record.lineName)
        (agent, digits) = (record.agent, record.digits)
        (answeredAt, endedAt, wait, talk) = (record.answeredAt, record.endedAt, record.wait, record.talk)
        lead = try record.lead.flatMap { try store.lead($0) }?.ulid
        ring = record.ringThen.map { Ring(then: $0, rule: record.ringRule, reason: record.ringReason, watch: record.watch) }
        (incomplete, recording) = (record.incomplete, record.recording)
    }
}

extension LeadResource {
    init(_ record: LeadRecord, in store: some StoreReading) throws {
        self.init(id: record.ulid, status: record.status, createdAt: record.createdAt, updatedAt: record.updatedAt)
        (number, name, reason, group) = (record.number, record.name, record.reason, record.group)
        (line, channel) = (record.lineName ?? record.line, record.channel)
        (then, rule, say, priority) = (record.then, record.rule, record.say, record.priority)
        (actBy, callbackAt, owner) = (record.actBy, record.callbackAt ?? record.deferUntil, record.owner)
        repeats = record.repeats
        previous = try record.previous.flatMap { try store.lead($0) }?.ulid
        account = record.account
        if record.remoteID != nil || record.remoteState != nil {
            remote = Remote(id: record.remoteID, state: record.remoteState.flatMap(Remote.State.init), error: record.remoteError)
        }
        if let status = record.outcomeStatus, let at = record.outcomeAt {
            outcome = Outcome(
                status: status.rawValue, amount: record.outcomeAmount, paid: record.outcomePaid, currency: record.outcomeCurrency, at: at)
        }
        calls = try store.calls(of: record.id).map(\.ulid)
    }
}

extension BothLanguages {
    init(_ wording: Wording) { self.init(en: wording.text(.en), ru: wording.text(.ru)) }
}

extension BriefingResource {
    init(_ view: BriefingView) {
        let state: State =
            switch view.state {
            case .open: .open
            case .closed: .closed
            case .readOnly: .readOnly
            }
        let verdict = view.preview
        let preview = Preview(
            isDecided: verdict.decided, then: verdict.then, reason: verdict.reason, group: verdict.group, rule: verdict.rule,
            why: BothLanguages(view.why), need: verdict.need)
        self.init(
            lead: view.lead.ulid, call: view.call?.ulid, holder: view.holder, state: state, preview: preview, status: view.lead.status)
        known = view.known.map { Known(fact: $0.fact, label: BothLanguages($0.label), value: BothLanguages($0.value)) }
        questions = view.questions.map(Question.init)
        next = view.next
        decision = view.decision
    }
}

extension BriefingResource.Question {
    init(_ asked: BriefingView.Asked) {
        let question = asked.question
        self.init(
            fact: question.fact, ask: BothLanguages(en: question.ask(.en), ru: question.ask(.ru)),
            label: BothLanguages(en: question.label(.en), ru: question.label(.ru)), kind: question.kind.name)
        switch question.kind {
        case .choice(let all), .tags(let all):
            choices = all.map { .init(value: $0.value, label: BothLanguages(en: $0.label(.en), ru: $0.label(.ru))) }
        case .money(let word), .number(let word): unit = word
        default: break
        }
        switch asked.answer?.kind {
        case .value: (state, value) = (.answered, asked.answer?.value)
        case .other: (state, value) = (.other, asked.answer?.value)
        case .declined: state = .declined
        case nil: state = .open
        }
        (matters, isNext) = (asked.matters, asked.isNext)
    }
}

extension AttemptRecord {
    /// In one line for people.
    var line: String {
        [
            begunAt.rfc3339, step, operation, status.map { "HTTP \($0)" }, result ?? (endedAt == nil ? "under way" : nil), detail,
        ].compactMap { $0 }.joined(separator: " · ")
    }
}
