// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Screening
import Store

/// What happens to leads, inside one transaction: found or made, judged, ordered for a CRM.
struct LeadWork {
    let tx: Transaction
    let parts: IntakeParts
    let now: Instant
    var lookups: Lookups?

    var settings: IntakeSettings { parts.settings }
    var facts: FactSheet { FactSheet(tx: tx, parts: parts, lookups: lookups) }

    /// The line of a call, as configured now.
    func line(of record: CallRecord) -> Line? { settings.lines.line(record.line, source: record.source) }

    /// Runs a set over facts and stores what it said.
    /// - Parameters:
    ///   - isStored: false: the caller inserts the decision later in the transaction, under the id that it has.
    ///   - change: makes the stored decision another one than the rules', and says who did that and why.
    func decide(
        _ input: ScreeningInput, by rules: RuleSet, call: CallRecord?, lead: LeadRecord?, watch: Bool, isStored: Bool = true,
        change: (inout Verdict) -> (by: String, note: String)? = { _ in nil }
    ) throws -> DecisionRecord {
        var verdict = rules.decide(input, language: settings.language)
        let changed = change(&verdict)
        var decision = DecisionRecord(
            ulid: parts.ulid(at: now), input: input, ruleSet: rules.name, ruleSetHash: rules.hash, listVersions: rules.listVersions,
            verdict: verdict, storedAt: now)
        decision.call = call?.id
        decision.lead = lead?.id
        decision.watch = watch
        decision.overriddenBy = changed?.by
        decision.note = changed?.note
        if isStored { try tx.insert(&decision) } else { decision.id = try tx.reserveDecision() }
        return decision
    }

    /// Takes a verdict of `brief` or `hangup` onto the lead and saves it; then orders what a CRM is owed.
    /// - Returns: whether the status moved.
    @discardableResult
    func apply(_ decision: DecisionRecord, to lead: inout LeadRecord, call: CallRecord?) throws -> Bool {
        let verdict = decision.verdict
        guard let then = verdict.then, let status = then.status, LeadRules.rulesMayMove(from: lead.status) else { return false }
        let before = lead.status
        lead.status = status
        lead.then = then
        lead.reason = verdict.reason
        lead.rule = verdict.rule
        lead.say = verdict.say
        lead.tags = verdict.tags
        lead.decision = decision.id
        lead.priority = verdict.priority ?? lead.priority
        lead.group = verdict.group ?? lead.group
        if let to = verdict.to { lead.owner = try person(to, of: lead) ?? lead.owner }
        lead.actBy = verdict.within.map { now + $0 }
        lead.callbackAt = then == .callback ? now + (verdict.within ?? .zero) : nil
        lead.deferUntil = then == .defer ? verdict.within.map { now + $0 } : nil
        if status == .qualified, lead.qualifiedAt == nil { lead.qualifiedAt = now }
        lead.updatedAt = now
        try tx.save(&lead)
        try order(lead, call: call, enters: before != status)
        return before != status
    }

    /// Writes the order for what changed, in this transaction.
    /// - Parameter enters: the lead has just entered its status.
    func order(_ lead: LeadRecord, call: CallRecord?, enters: Bool) throws {
        guard !lead.watch else { return }
        if let name = lead.account, let account = settings.accounts[name] {
            try enqueue(.update, lead, call, account)
        } else if enters, settings.deliver.contains(lead.status), let account = settings.account(for: lead.group) {
            try enqueue(.deliver, lead, call, account)
        }
    }

    /// A repeat call of a lead that a CRM has: its record goes there.
    func orderCall(_ lead: LeadRecord, call: CallRecord) throws {
        guard !lead.watch, let account = lead.account.flatMap({ settings.accounts[$0] }) else { return }
        try enqueue(.call, lead, call, account)
    }

    private func enqueue(_ kind: OrderKind, _ lead: LeadRecord, _ call: CallRecord?, _ account: IntakeSettings.Account) throws {
        let latest = try call ?? tx.calls(of: lead.id).last
        let snapshot = LeadSnapshot(
            lead: lead, call: latest, answers: try tx.answers(of: lead.id), rules: rules(of: lead), settings: settings,
            verdict: try lead.decision.flatMap { try tx.decision($0) }?.verdict)
        try tx.enqueueOrder(
            lead: lead.id, account: account.name, kind: kind, payload: snapshot.payload(), recipe: (account.recipe, account.recipeHash),
            ulid: parts.ulid(at: now))
    }

    /// The rule set of the lead's line.
    func rules(of lead: LeadRecord) -> RuleSet {
        parts.rules(for: settings.lines.line(lead.line, source: lead.source ?? ""))
    }

    /// Whom a rule's `to` means for this lead: `owner` and the like are people of the directory, other words stand for themselves.
    private func person(_ target: String, of lead: LeadRecord) throws -> String? {
        guard let number = lead.number else { return target }
        return try facts.known(number).compactMap(\.manager).first ?? target
    }
}
