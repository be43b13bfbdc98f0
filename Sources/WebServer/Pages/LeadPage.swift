// SPDX-License-Identifier: Apache-2.0
import CallModel
import Console
import Essentials

/// `/leads/{id}`: one lead with its decisions and why, its calls, its deliveries.
struct LeadPage {
    private let detail: LeadDetail
    private let texts: Texts

    init(_ detail: LeadDetail, language: Language) {
        self.detail = detail
        texts = Texts(language)
    }

    var content: [String: PageValue] {
        let lead = detail.lead
        return [
            "id": .text(lead.id.description), "who": .text(lead.who(texts)), "name": PageValue(lead.name),
            "status": .text(texts["status.\(lead.status.rawValue)"]), "tone": .text(lead.status.tone),
            "reason": PageValue(lead.reason.map { texts["reason.\($0.code)"] }), "say": PageValue(lead.say),
            "canOpen": .flag([.new, .briefing, .needsCallback, .deferred, .returned].contains(lead.status)),
            "canReopen": .flag(lead.status.isFinal), "fields": .list(fields), "decisions": .list(detail.decisions.map(row)),
            "calls": .list(detail.calls.map(row)), "deliveries": .list(detail.deliveries.map(row)),
        ]
    }

    private var fields: [[String: PageValue]] {
        let lead = detail.lead
        let money = [lead.outcome?.amount, lead.outcome?.paid].compactMap { $0 }.joined(separator: ", ")
        let texted: [(String, String?)] = [
            ("list.line", lead.line), ("lead.group", lead.group), ("lead.owner", lead.owner), ("lead.priority", lead.priority),
            ("list.delivery", lead.delivery(texts)), ("lead.money", money.isEmpty ? nil : "\(money) \(lead.outcome?.currency ?? "")"),
        ]
        let timed: [(String, Instant?)] = [("lead.created", lead.createdAt), ("list.due", lead.callbackAt ?? lead.actBy)]
        return timed.compactMap { key, at in at.map { ["label": .text(texts[key]), "time": .text($0.rfc3339)] } }
            + texted.compactMap { key, text in text.map { ["label": .text(texts[key]), "value": .text($0)] } }
    }

    private func row(_ decision: DecisionResource) -> [String: PageValue] {
        [
            "then": .text(decision.then.map { texts["then.\($0.rawValue)"] } ?? "–"), "tone": .text(decision.then?.status?.tone ?? ""),
            "reason": PageValue(decision.reason.map { texts["reason.\($0.code)"] }), "moment": .text(texts["moment.\(decision.moment.rawValue)"]),
            "at": .text(decision.at.rfc3339), "rule": PageValue(decision.rule), "overriddenBy": PageValue(decision.overriddenBy),
            "note": PageValue(decision.note), "why": PageValue(both(decision.why) ?? decision.say), "change": PageValue(both(decision.change)),
            "facts": .list(decision.facts.map { ["name": .text($0.name), "value": .text($0.value ?? texts["brief.declined"])] }),
        ]
    }

    private func row(_ call: CallResource) -> [String: PageValue] {
        let link = call.recording.flatMap { $0.hasPrefix("https://") || $0.hasPrefix("http://") ? $0 : nil }
        return [
            "at": .text(call.startedAt.rfc3339), "line": .text(call.lineName ?? call.lineNumber ?? "–"),
            "outcome": .text(call.outcome.map { texts["outcome.\($0.rawValue)"] } ?? texts["calls.\(call.state.rawValue)"]),
            "recording": PageValue(link),
        ]
    }

    private func row(_ delivery: OutboxResource) -> [String: PageValue] {
        [
            "at": .text(delivery.createdAt.rfc3339), "account": .text(delivery.account), "kind": .text(delivery.kind),
            "state": .text(texts["delivery.\(delivery.state)"]), "attempts": .text(String(delivery.attempts)), "error": PageValue(delivery.error),
        ]
    }

    private func both(_ text: BothLanguages?) -> String? { text.map { texts.language == .ru ? $0.ru : $0.en } }
}
