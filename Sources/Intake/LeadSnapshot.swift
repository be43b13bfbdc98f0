// SPDX-License-Identifier: Apache-2.0
public import CallModel
import Essentials
public import Screening
public import Store
public import WireFormats

/// A lead as a CRM is told of it: the names and types of the lead dictionary (docs/recipes.md), at the time of the order.
///
/// An absent value has no member. Facts that the rules call private are left out.
public struct LeadSnapshot: Sendable {
    let lead: LeadRecord
    let call: CallRecord?
    let answers: [AnswerRecord]
    let rules: RuleSet
    let settings: IntakeSettings
    let verdict: Verdict?

    /// - Parameters:
    ///   - call: the latest call, or the one of this step.
    ///   - verdict: the verdict that the lead's status comes from, for score and sentence.
    public init(lead: LeadRecord, call: CallRecord?, answers: [AnswerRecord], rules: RuleSet, settings: IntakeSettings, verdict: Verdict?) {
        self.lead = lead
        self.call = call
        self.answers = answers
        self.rules = rules
        self.settings = settings
        self.verdict = verdict
    }

    /// An object of flat names: `lead.key`, `call.talk_s` and so on.
    public func payload() -> JSON { .object(present: leadMembers + askedMembers + timeMembers + callMembers + outcomeMembers) }

    private var leadMembers: [(String, JSON?)] {
        let words = lead.name?.split(separator: " ", maxSplits: 1).map(String.init) ?? []
        return [
            ("lead.key", .string(lead.key)), ("lead.title", .string(title)), ("lead.phone", text(lead.number?.e164)),
            ("lead.phone_digits", text(lead.number.map { String($0.digits) })), ("lead.name", text(lead.name)),
            ("lead.first_name", text(words.first)), ("lead.last_name", text(words.count > 1 ? words[1] : nil)),
            ("lead.company", text(lead.company)), ("lead.email", text(lead.email)), ("lead.status", .string(lead.status.rawValue)),
            ("lead.verdict", text(lead.then?.rawValue)), ("lead.reason", text(lead.reason?.code)), ("lead.reason_text", text(lead.say)),
            ("lead.score", verdict?.score.map { JSON($0) }), ("lead.priority", text(lead.priority)),
            ("lead.tags", lead.tags.isEmpty ? nil : .array(lead.tags.map(JSON.string))), ("lead.group", text(lead.group)),
            ("lead.owner", text(lead.owner)), ("lead.line", text(lead.lineName)), ("lead.channel", text(lead.channel)),
            ("lead.source", text(lead.source)), ("lead.url", text(settings.consoleBase.map { "\($0)/leads/\(lead.ulid)" })),
        ]
    }

    private var timeMembers: [(String, JSON?)] {
        [
            ("lead.act_within", lead.actBy.map { JSON(max(0, ($0 - lead.updatedAt).components.seconds)) }), ("lead.act_by", time(lead.actBy)),
            ("lead.callback_at", time(lead.callbackAt)), ("lead.defer_until", time(lead.deferUntil)),
            ("lead.created_at", time(lead.createdAt)), ("lead.qualified_at", time(lead.qualifiedAt)),
        ]
    }

    private var title: String {
        let who = lead.company ?? lead.name ?? lead.number?.e164
        let about = stated("service") ?? stated("purpose")
        switch settings.language {
        case .en: return "Call from \(who ?? "a withheld number")" + (about.map { " about \($0)" } ?? "")
        case .ru: return "Звонок от \(who ?? "скрытого номера")" + (about.map { ": \($0)" } ?? "")
        }
    }

    /// An answer in words; `nil`: not asked, not named, or private.
    private func stated(_ fact: String) -> String? {
        guard let answer = answers.first(where: { $0.fact == fact }), isOpenToCRM(fact) else { return nil }
        return words(answer)
    }

    private func isOpenToCRM(_ fact: String) -> Bool { rules.questions.first { $0.fact == fact }?.isPrivate != true }

    private func words(_ answer: AnswerRecord) -> String? {
        switch answer.kind {
        case .declined: return nil
        case .other: return answer.value
        case .value:
            guard case .success(let input) = rules.validateAnswer(fact: answer.fact, text: answer.value, language: settings.language) else {
                return answer.value
            }
            return rules.words(for: input, of: answer.fact, language: settings.language)
        }
    }

    private var askedMembers: [(String, JSON?)] {
        let open = answers.filter { isOpenToCRM($0.fact) }
        var members: [(String, JSON?)] = open.map { ("lead.answers.\($0.fact)", $0.kind == .declined ? nil : .string($0.value)) }
        let lines = open.compactMap { answer in
            words(answer).map { "\(rules.label(of: answer.fact, language: settings.language)): \($0)" }
        }
        members.append(("lead.answers_text", lines.isEmpty ? nil : .string(lines.joined(separator: "\n"))))
        members.append(("lead.service", text(open.first { $0.fact == "service" && $0.kind != .declined }?.value)))
        members.append(("lead.region", text(stated("region"))))
        if let budget {
            let minor = budget.minor.magnitude
            members.append(("lead.amount", .string("\(minor / 100).\(minor % 100 < 10 ? "0" : "")\(minor % 100)")))
            members.append(("lead.amount_minor", JSON(budget.minor)))
            members.append(("lead.currency", text(budget.currency)))
        }
        return members
    }

    /// The first answered question about money, in hundredths.
    private var budget: (minor: Int64, currency: String?)? {
        for question in rules.questions where !question.isPrivate {
            guard case .money(let unit) = question.kind, let answer = answers.first(where: { $0.fact == question.fact && $0.kind == .value }),
                case .success(let input) = rules.validateAnswer(fact: answer.fact, text: answer.value)
            else { continue }
            switch input {
            case .integer(let whole): return (whole.multipliedReportingOverflow(by: 100).partialValue, unit)
            case .decimal(let text), .text(let text): if let minor = Self.minor(text) { return (minor, unit) }
            default: continue
            }
        }
        return nil
    }

    /// Hundredths of a decimal text, which may have spaces between thousands; `nil` for anything else.
    static func minor(_ text: String) -> Int64? {
        let parts = text.filter { !$0.isWhitespace }.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = parts.first.flatMap({ Int64($0) }), whole >= 0 else { return nil }
        let cents = parts.count == 2 ? String((parts[1] + "00").prefix(2)) : "00"
        guard let cents = Int64(cents), cents >= 0 else { return nil }
        let (minor, overflow) = whole.multipliedReportingOverflow(by: 100)
        return overflow ? nil : minor + cents
    }

    private var callMembers: [(String, JSON?)] {
        guard let call else { return [] }
        var members: [(String, JSON?)] = [
            ("call.id", .string(call.ulid.description)), ("call.direction", .string(call.direction.rawValue)),
            ("call.from", text(call.number?.e164)), ("call.to", text(call.line)), ("call.agent", text(call.agent)),
            ("call.started_at", time(call.startedAt)), ("call.answered_at", time(call.answeredAt)), ("call.ended_at", time(call.endedAt)),
            ("call.wait_s", call.wait.map { JSON($0.components.seconds) }), ("call.talk_s", call.talk.map { JSON($0.components.seconds) }),
            ("call.outcome", text(call.outcome?.rawValue)), ("call.recording_url", text(call.recording)),
        ]
        for (name, value) in call.extra.sorted(by: { $0.key < $1.key }) {
            members.append((name.hasPrefix("utm_") ? "lead.utm.\(name.dropFirst(4))" : "lead.extra.\(name)", .string(value)))
        }
        return members
    }

    private var outcomeMembers: [(String, JSON?)] {
        [
            ("outcome.status", text(lead.outcomeStatus?.rawValue)), ("outcome.reason", text(lead.outcomeReason)),
            ("outcome.amount", text(lead.outcomeAmount)), ("outcome.paid", text(lead.outcomePaid)),
            ("outcome.currency", text(lead.outcomeCurrency)), ("outcome.at", time(lead.outcomeAt)),
        ]
    }

    private func text(_ text: String?) -> JSON? { text.map(JSON.string) }
    private func time(_ instant: Instant?) -> JSON? { instant.map { .string($0.rfc3339) } }
}
