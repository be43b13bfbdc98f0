// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import PBX
import Store

extension EventWork {
    /// The call's lead: made or found with the first event that needs one, told what the call went on to be.
    mutating func attend(_ event: CallEvent, _ known: inout KnownCall, _ effect: FoldEffect, _ line: Line?) throws {
        guard known.call.direction == .inbound, known.call.isHeard else { return }
        if endsHere(known.call), !isDuplicate(known.call) { return try close(&known) }
        if known.record.lead == nil {
            guard !waitsForAsk(event, known) else { return }
            let lead = try join(&known, line)
            if effect.isEnd { try plan(known, lead) }
        } else if effect.isAnswer || effect.isEnd || gainsNumber, let lead = try update(&known), effect.isEnd {
            try plan(known, lead)
        }
    }

    /// Our answer ended the call for this desk: it is no lead (DECISIONS.md, "A lead row").
    private func endsHere(_ call: Call) -> Bool {
        guard let ring = call.ring, ring.isObeyed else { return false }
        if ring.then == .voicemail, let reason = ring.reason { return ReasonCode.notALead.contains(reason) }
        return ring.endsCall
    }

    /// Sent to the owner of the lead that is open: the call belongs to that lead.
    private func isDuplicate(_ call: Call) -> Bool { call.ring?.then == .divert && call.ring?.reason == "DUPLICATE" }

    /// Advice would end the call, and the PBX is still going to ask: whether there is a lead follows from the answer.
    private func waitsForAsk(_ event: CallEvent, _ known: KnownCall) -> Bool {
        guard !event.asks, event.kind == .incoming || event.kind == .ringing, dialect.capabilities.asks, !known.record.watch else { return false }
        guard let ring = known.call.ring, !ring.isObeyed else { return false }
        return ring.then == .reject || ring.then == .divert
    }

    private mutating func join(_ known: inout KnownCall, _ line: Line?) throws -> LeadRecord {
        let ring = try decision ?? known.record.ringDecision.flatMap { try tx.decision($0) }
        let joined = try leads.join(&known.record, line: line, ring: ring, isRingStored: decision == nil)
        details += [.plain("lead", joined.lead.ulid.description), .plain("joined", "\(joined.how)")]
        changes.append(LiveChange(.lead, joined.lead.ulid))
        return joined.lead
    }

    private mutating func update(_ known: inout KnownCall) throws -> LeadRecord? {
        guard let id = known.record.lead, var lead = try tx.lead(id) else { return nil }
        let isUnnamed = lead.person == nil
        guard leads.name(&lead, after: known.record) else { return lead }
        lead.updatedAt = now
        if isUnnamed { try tx.save(&lead) } else { try tx.saveContact(of: lead) }
        changes.append(LiveChange(.lead, lead.ulid))
        return lead
    }

    /// The call is over: the decision at `hangup` is owed after its grace time, and a CRM that has the lead is told of the call.
    private mutating func plan(_ known: KnownCall, _ lead: LeadRecord) throws {
        // A call that was sent to the lead's owner is theirs to judge.
        if !endsHere(known.call) { try planHangup(known) }
        guard lead.repeats > 0, lead.account != nil else { return }
        try leads.orderCall(lead, call: known.record)
        details.append(.plain("ordered", "call"))
    }

    private func planHangup(_ known: KnownCall) throws {
        try tx.schedule(DueRecord(kind: .hangupDecision, subject: known.record.id.value, at: now + parts.settings.hangupGrace))
    }

    /// A refusal that came after the lead was made, because the PBX first told and then asked.
    private mutating func close(_ known: inout KnownCall) throws {
        guard let id = known.record.lead, var lead = try tx.lead(id), lead.status == .new, lead.repeats == 0 else { return }
        lead.status = .notALead
        lead.reason = known.call.ring?.reason
        lead.then = .notALead
        lead.decision = known.record.ringDecision
        lead.updatedAt = now
        try tx.save(&lead)
        changes.append(LiveChange(.lead, lead.ulid))
    }
}
