// SPDX-License-Identifier: Apache-2.0
import CallModel
import Crypto
import Essentials
import PBX
import Store

/// Records one reported outcome, inside one transaction.
struct OutcomeWork {
    let tx: Transaction
    let parts: IntakeParts
    let account: String
    let request: HookRequest

    private var now: Instant { request.arrivedAt }
    /// Under this name outcome hooks stand among the events, apart from every PBX.
    private var source: String { "crm \(account)" }

    /// - Parameter outcome: `nil` for a body that can't be read: it is kept and shown.
    func record(_ outcome: ReportedOutcome?, id: String) throws -> LiveChange? {
        guard try tx.latestEvent(source: source, dedupeKey: id) == nil else { return nil }
        var raw = RawRecord(source: source, arrivedAt: now, head: request.keptHead, body: request.body)
        let lead = try outcome.flatMap { try self.lead($0) }
        raw.problem = outcome == nil ? "no card.changed message" : lead == nil ? "names no lead of ours" : nil
        raw.person = lead?.person
        let kept = try tx.keep(raw)
        var event = EventRecord(
            source: source, dedupeKey: id, kind: .status, arrivedAt: now, contentHash: Array(SHA256.hash(data: request.body)))
        event.at = outcome?.changedAt
        event.raw = kept
        _ = try tx.insert(event)
        guard let outcome, var lead else {
            try audit("body \(kept)", "unreadable", raw.problem ?? "")
            return nil
        }
        let conflict = try move(&lead, outcome, raw: kept)
        try audit("lead \(lead.ulid)", conflict ? "conflict" : lead.status.rawValue, outcome.stage ?? "")
        return LiveChange(.lead, lead.ulid)
    }

    private func lead(_ outcome: ReportedOutcome) throws -> LeadRecord? {
        if let ulid = LeadRecord.ulid(ofKey: outcome.key), let lead = try tx.lead(ulid) { return lead }
        return try outcome.card.flatMap { try tx.lead(account: account, remoteID: $0) }
    }

    /// Takes status, reason and money onto the lead; an outcome older than the last one, or impossible, is recorded only.
    /// - Returns: whether no way leads from the lead's status to the reported one.
    private func move(_ lead: inout LeadRecord, _ outcome: ReportedOutcome, raw: RawRecord.ID) throws -> Bool {
        let at = outcome.changedAt ?? now
        let reported = outcome.status.map { LeadRules.reported($0, at: lead.status) } ?? .same
        var record = OutcomeRecord(lead: lead.id, account: account, status: outcome.status, at: at, receivedAt: now)
        record.remoteID = outcome.card
        record.stage = outcome.stage
        record.reason = outcome.reason
        record.amount = outcome.amount
        record.paid = outcome.paid
        record.currency = outcome.currency
        record.owner = outcome.owner
        record.raw = raw
        let isOld = lead.outcomeAt.map { at < $0 } ?? false
        record.conflict = reported == .conflict && !isOld
        try tx.insert(&record)
        guard !isOld else { return false }
        take(outcome, onto: &lead, at: at)
        if case .moves = reported, let status = outcome.status { enter(status, outcome, &lead, at: at) }
        try tx.save(&lead)
        if lead.status == .won { try becomeClient(lead, at: at) }
        return record.conflict
    }

    private func take(_ outcome: ReportedOutcome, onto lead: inout LeadRecord, at: Instant) {
        lead.outcomeStatus = outcome.status ?? lead.outcomeStatus
        lead.outcomeReason = outcome.reason
        lead.outcomeAmount = outcome.amount ?? lead.outcomeAmount
        lead.outcomePaid = outcome.paid ?? lead.outcomePaid
        lead.outcomeCurrency = outcome.currency ?? lead.outcomeCurrency
        lead.outcomeAt = at
        lead.owner = outcome.owner ?? lead.owner
        lead.remoteID = outcome.card ?? lead.remoteID
        lead.updatedAt = now
    }

    private func enter(_ status: LeadStatus, _ outcome: ReportedOutcome, _ lead: inout LeadRecord, at: Instant) {
        lead.status = status
        if let reason = outcome.reason, status == .returned || status == .lost || status == .notQualified { lead.reason = ReasonCode(reason) }
        if status == .returned { lead.returnedAt = at }
    }

    /// Who paid is a client the next time the telephone rings.
    private func becomeClient(_ lead: LeadRecord, at: Instant) throws {
        guard let number = lead.number else { return }
        try tx.save(
            DirectoryEntry(
                number: number, source: "outcomes", who: "client", name: lead.name, company: lead.company, manager: lead.owner, asOf: at))
    }

    private func audit(_ object: String, _ outcome: String, _ reason: String) throws {
        try tx.audit(AuditEntry(actor: "account \(account)", action: "lead.outcome", object: object, outcome: outcome, reason: reason))
    }
}
