// SPDX-License-Identifier: Apache-2.0
import CallModel
import Console
import Essentials
import WireFormats

/// `/leads`: who waits, who was dropped and why, who was passed on, and every call.
struct LeadListPage {
    enum View: String, CaseIterable {
        case callbacks, waiting, dropped, qualified, everything, calls

        var statuses: Set<LeadStatus> {
            switch self {
            case .waiting: [.new, .briefing, .needsCallback, .deferred, .returned]
            case .dropped: [.notQualified, .notALead, .duplicate, .lost]
            case .qualified: [.qualified, .accepted, .proposal, .contract, .won]
            case .callbacks, .everything, .calls: []
            }
        }
    }

    let view: View
    let filter: LeadQuery
    let texts: Texts
    let now: Instant

    init(_ query: Form, language: Language, now: Instant) throws(Problem) {
        guard let view = View(rawValue: query["view"] ?? View.waiting.rawValue) else { throw Problem.notFound("list") }
        self.view = view
        filter = LeadQuery(
            statuses: view.statuses, reason: query["reason"].flatMap { $0.isEmpty ? nil : ReasonCode($0) },
            line: query["line"].flatMap { $0.isEmpty ? nil : $0 })
        texts = Texts(language)
        self.now = now
    }

    func content(_ backend: any ConsoleBackend, page: PageRequest) async throws(Problem) -> [String: PageValue] {
        var content = frame
        switch view {
        case .calls:
            let calls = try await backend.calls(liveOnly: false, page: page)
            content["calls"] = .group(["rows": .list(calls.items.map(row))])
            content["more"] = more(calls.next)
        case .callbacks:
            let leads = try await backend.callbacks(page: page)
            content["leads"] = .group(["rows": .list(leads.items.map(row))])
            content["more"] = more(leads.next)
        default:
            let leads = try await backend.leads(filter, page: page)
            content["leads"] = .group(["rows": .list(leads.items.map(row))])
            content["more"] = more(leads.next)
        }
        return content
    }

    private var frame: [String: PageValue] {
        let hasFilter = view != .calls && view != .callbacks
        return [
            "view": .text(view.rawValue), "hasFilter": .flag(hasFilter), "line": PageValue(filter.line),
            "views": .list(
                View.allCases.map {
                    ["name": .text(texts["list.\($0.rawValue)"]), "href": .text("/leads?view=\($0.rawValue)"), "current": .flag($0 == view)]
                }),
            "reasons": .list(
                reasons.map { ["code": .text($0.code), "name": .text(texts["reason.\($0.code)"]), "selected": .flag($0 == filter.reason)] }),
            "dueOrDelivery": .text(texts[view == .callbacks || view == .waiting ? "list.due" : "list.delivery"]),
        ]
    }

    private var reasons: [ReasonCode] {
        switch view {
        case .dropped: ReasonCode.notQualified + ReasonCode.notALead + ReasonCode.lost
        case .waiting: ["BRIEFING_NOT_CLOSED", "CHECK_SUPPLY"] + ReasonCode.outcomes + ReasonCode.deferred + ReasonCode.returned
        default: ReasonCode.notQualified + ReasonCode.notALead + ReasonCode.deferred + ReasonCode.returned + ReasonCode.lost
        }
    }

    private func more(_ cursor: String?) -> PageValue {
        guard let cursor else { return false }
        var fields = [Form.Field("view", view.rawValue), Form.Field("cursor", cursor)]
        if let reason = filter.reason { fields.append(Form.Field("reason", reason.code)) }
        if let line = filter.line { fields.append(Form.Field("line", line)) }
        return .text("/leads?" + String(decoding: Form(fields).serialised(), as: UTF8.self))
    }

    private func row(_ lead: LeadResource) -> [String: PageValue] {
        let showsDue = view == .callbacks || view == .waiting
        let due = showsDue ? lead.callbackAt ?? lead.actBy : nil
        return [
            "id": .text(lead.id.description), "at": .text(lead.updatedAt.rfc3339), "who": .text(lead.who(texts)), "name": PageValue(lead.name),
            "line": PageValue(lead.line), "status": .text(texts["status.\(lead.status.rawValue)"]), "tone": .text(lead.status.tone),
            "reason": PageValue(lead.reason.map { texts["reason.\($0.code)"] }), "say": PageValue(lead.say), "rule": PageValue(lead.rule),
            "due": PageValue(due?.rfc3339), "overdue": .flag(due.map { $0 < now } ?? false),
            "delivery": PageValue(showsDue ? nil : lead.delivery(texts)), "remoteError": PageValue(showsDue ? nil : lead.remote?.error),
        ]
    }

    private func row(_ call: CallResource) -> [String: PageValue] {
        [
            "at": .text(call.startedAt.rfc3339), "name": PageValue(call.callerName), "line": PageValue(call.lineName ?? call.lineNumber),
            "who": .text(call.number?.e164 ?? texts[call.isWithheld ? "caller.withheld" : "caller.unknown"]),
            "then": PageValue(call.ring.map { texts["then.\($0.then.rawValue)"] }), "rule": PageValue(call.ring?.rule),
            "watch": .flag(call.ring?.watch ?? false), "reason": PageValue(call.ring?.reason.map { texts["reason.\($0.code)"] }),
            "outcome": .text(call.outcome.map { texts["outcome.\($0.rawValue)"] } ?? texts["calls.\(call.state.rawValue)"]),
            "lead": PageValue(call.lead?.description),
        ]
    }
}

extension LeadResource {
    func who(_ texts: Texts) -> String { number?.e164 ?? texts["caller.withheld"] }

    func delivery(_ texts: Texts) -> String? {
        if let outcome { return texts["status.\(outcome.status)"] }
        return remote?.state.map { texts["delivery.\($0.rawValue)"] }
    }
}

extension LeadStatus {
    /// The style of its chip.
    var tone: String {
        switch self {
        case .notQualified, .notALead, .duplicate, .lost: "stop"
        case .new, .briefing, .needsCallback, .deferred, .returned: "wait"
        default: "good"
        }
    }
}
