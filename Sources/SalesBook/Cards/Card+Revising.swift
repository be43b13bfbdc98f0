// SPDX-License-Identifier: Apache-2.0
internal import CallModel
internal import Essentials

extension Card {
    /// A new card from a lead that Callsieve delivers; its row is not known yet.
    init(key: String, lead: LeadFields, status: LeadStatus, at now: Instant) {
        self.init(
            id: ID(row: 0), key: key, version: 1, status: status, statusAt: now, reason: lead.text("reason"), field: nil,
            manager: lead.text("owner"), group: lead.text("group"), currency: lead.currency, amountMinor: lead.amount?.minor, expectedOn: nil,
            paidMinor: 0, owned: [], lead: lead, createdAt: now, updatedAt: now)
    }

    /// The card after a later revision of its lead: contact and briefing follow it, what sales own stays.
    ///
    /// An equal repeat changes nothing: the history is empty and the version stays.
    func revised(with revision: LeadFields, at now: Instant) -> Changed {
        var changed = Changed(card: self, history: [])
        if revision != lead {
            changed.card.lead = revision
            changed.history.append(HistoryEntry(.revision, by: HistoryEntry.callsieve, at: now))
        }
        if !owned.contains(.manager), let owner = revision.text("owner") { changed.card.manager = owner }
        if !owned.contains(.group), let group = revision.text("group") { changed.card.group = group }
        if !owned.contains(.amount), paidMinor == 0, let amount = revision.amount {
            changed.card.amountMinor = amount.minor
            changed.card.currency = amount.currency
        }
        if revision.verdict != lead.verdict, let status = revision.status {
            changed.history += changed.card.takeStatus(status, reason: revision.text("reason"), note: nil, at: now)
        }
        if !changed.history.isEmpty { changed.card.touch(at: now) }
        return changed
    }

    /// The card after Callsieve changed the lead's status or reason; nothing where sales own the status, or it only says again
    /// what it said before (a repeat must not undo a return).
    func told(_ status: LeadStatus, reason: String?, note: String?, at now: Instant) -> Changed {
        var changed = Changed(card: self, history: [])
        guard !isStatusOwned, lead.status != status || lead.text("reason") != reason else { return changed }
        changed.card.lead = lead.telling(status, reason: reason)
        changed.history = changed.card.takeStatus(status, reason: reason, note: note, at: now)
        if !changed.history.isEmpty { changed.card.touch(at: now) }
        return changed
    }

    private mutating func takeStatus(_ target: LeadStatus, reason: String?, note: String?, at now: Instant) -> [HistoryEntry] {
        guard !isStatusOwned, target != status || reason != self.reason, isTakenBack(target) else { return [] }
        let entry = HistoryEntry(
            .status, by: HistoryEntry.callsieve, at: now, from: status.rawValue, to: target.rawValue, note: note ?? reason)
        if target != status { statusAt = now }
        (status, self.reason, field) = (target, reason, nil)
        return [entry]
    }

    /// What comes from Callsieve never takes a sales status: such a word is the echo of what the book itself said earlier.
    private func isTakenBack(_ target: LeadStatus) -> Bool {
        switch target {
        case .accepted, .returned, .proposal, .contract, .won, .lost: false
        default: true
        }
    }
}

extension LeadFields {
    /// What tells a new verdict from a mere new answer: a revision that repeats it must not undo what sales did meanwhile.
    fileprivate var verdict: [String?] { [text("status"), text("reason"), text("qualified_at")] }
}
