// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Store

extension LeadWork {
    /// How a call came to its lead, for the audit record.
    struct Joined {
        var lead: LeadRecord
        var how: LeadJoin
    }

    /// Gives an inbound call its lead: the person's open one, or a new one (DECISIONS.md, "A lead row", "Repeat call").
    /// - Parameter isRingStored: false: whoever stores the decision `ring` ties it to the lead.
    func join(_ record: inout CallRecord, line: Line?, ring: DecisionRecord?, isRingStored: Bool = true) throws -> Joined {
        let latest = try record.person.flatMap { $0 == lookups?.newcomer ? nil : try tx.latestLead(of: $0) }
        let summary = latest.map { LeadSummary(status: $0.status, lastContactAt: $0.lastContactAt) }
        let how = LeadRules.join(summary, now: now, window: settings.leadWindow)
        switch (how, latest) {
        case (.attach, var lead?), (.reopen, var lead?), (.attachAndTell, var lead?):
            lead.repeats += 1
            lead.lastContactAt = max(lead.lastContactAt, now)
            lead.updatedAt = now
            lead.name = lead.name ?? record.callerName
            try tx.save(&lead)
            try tie(&record, to: lead, isRingStored)
            return Joined(lead: lead, how: how)
        default:
            let lead = try make(for: record, line: line, ring: ring, previous: latest)
            try tie(&record, to: lead, isRingStored)
            return Joined(lead: lead, how: how)
        }
    }

    private func tie(_ record: inout CallRecord, to lead: LeadRecord, _ isRingStored: Bool) throws {
        record.lead = lead.id
        if isRingStored, record.ringDecision != nil { try tx.attachDecisions(of: record.id, to: lead.id) }
    }

    private func make(for record: CallRecord, line: Line?, ring: DecisionRecord?, previous: LeadRecord?) throws -> LeadRecord {
        var lead = LeadRecord(ulid: parts.ulid(at: now), createdAt: now)
        lead.person = record.person
        lead.number = record.number
        let known = try record.number.map { try facts.known($0) } ?? []
        lead.name = known.compactMap(\.name).first ?? record.callerName
        lead.company = known.compactMap(\.company).first
        lead.owner = known.compactMap(\.manager).first
        lead.line = record.line
        lead.lineName = record.lineName
        lead.channel = record.channel
        lead.source = record.source
        lead.group = ring?.verdict.group ?? line?.group
        lead.priority = ring?.verdict.priority
        lead.tags = ring?.verdict.tags ?? []
        lead.actBy = ring?.verdict.within.map { now + $0 }
        lead.watch = record.watch
        lead.previous = previous?.id
        try tx.save(&lead)
        return lead
    }

    /// A lead whose number came to be known only later takes it over.
    func name(_ lead: inout LeadRecord, after record: CallRecord) -> Bool {
        var changed = false
        if lead.person == nil, let person = record.person {
            lead.person = person
            lead.number = record.number
            changed = true
        }
        if lead.name == nil, let name = record.callerName {
            lead.name = name
            changed = true
        }
        if lead.firstContactAt == nil, let answered = record.answeredAt {
            lead.firstContactAt = answered
            changed = true
        }
        return changed
    }
}
