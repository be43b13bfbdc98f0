// SPDX-License-Identifier: Apache-2.0
internal import CallModel
internal import Essentials

extension Card {
    /// Moves the card as a person asks and says what that leaves in the history; a change without a move may still mend the reason.
    mutating func move(_ change: CardChange, by person: String, at now: Instant) throws(BookError) -> [HistoryEntry] {
        guard let target = change.status, target != status else { return try mendReason(change, by: person, at: now) }
        guard moves.contains(target) else { throw .move(from: status, to: target, allowed: moves) }
        try Card.checkReason(change, target)
        if target == .briefing, change.note == nil {
            throw .invalid("note", en: "reopening needs a note that says why", ru: "чтобы открыть заново, напишите причину")
        }
        let entry = HistoryEntry(
            .status, by: person, at: now, from: status.rawValue, to: target.rawValue,
            note: [change.reason, change.field, change.note].compactMap { $0 }.nilIfEmpty?.joined(separator: " · "))
        status = target
        statusAt = now
        reason = change.reason
        field = change.field
        return [entry]
    }

    /// A reason given without a move: corrects the one of a card that stands in RETURNED or LOST.
    private mutating func mendReason(_ change: CardChange, by person: String, at now: Instant) throws(BookError) -> [HistoryEntry] {
        var history: [HistoryEntry] = []
        if change.reason != nil || change.field != nil {
            var full = change
            full.reason = change.reason ?? reason
            try Card.checkReason(full, status)
            if (full.reason, full.field) != (reason, field) {
                history.append(HistoryEntry(.reason, by: person, at: now, from: reason, to: full.reason, note: full.field))
                (reason, field) = (full.reason, full.field)
            }
        }
        if let note = change.note { history.append(HistoryEntry(.note, by: person, at: now, note: note)) }
        return history
    }

    private static func checkReason(_ change: CardChange, _ target: LeadStatus) throws(BookError) {
        let codes = Card.reasons(for: target)
        guard let reason = change.reason else {
            if codes.isEmpty { return }
            throw .reason(target, codes)
        }
        guard codes.contains(ReasonCode(reason)) else { throw .reason(target, codes) }
        guard reason != "NOT_AS_BRIEFED" || change.field != nil else {
            throw .invalid("field", en: "NOT_AS_BRIEFED needs the field of the briefing that was wrong", ru: "укажите, какое поле брифинга неверно")
        }
    }

    /// The reasons that go with a status in the book; empty where it takes none.
    static func reasons(for status: LeadStatus) -> [ReasonCode] {
        switch status {
        case .returned: ReasonCode.returned
        case .lost: ReasonCode.lost
        default: []
        }
    }
}

extension BookError {
    fileprivate static func move(from: LeadStatus, to: LeadStatus, allowed: [LeadStatus]) -> BookError {
        let list = allowed.map(\.rawValue).joined(separator: ", ")
        return BookError(
            .moveNotAllowed, field: "status", allowed: allowed,
            en: "A card in \(from.rawValue) can't go to \(to.rawValue); it can go to \(list.isEmpty ? "nothing here: Callsieve has it" : list).",
            ru: "Из \(from.rawValue) нельзя перейти в \(to.rawValue); можно: \(list.isEmpty ? "ничего, карточка у Callsieve" : list).")
    }

    fileprivate static func reason(_ target: LeadStatus, _ codes: [ReasonCode]) -> BookError {
        let list = codes.map(\.code).joined(separator: ", ")
        return codes.isEmpty
            ? .invalid("reason", en: "\(target.rawValue) takes no reason", ru: "у \(target.rawValue) нет причины")
            : .invalid("reason", en: "\(target.rawValue) needs one of \(list)", ru: "для \(target.rawValue) нужна причина: \(list)")
    }
}

extension Array {
    fileprivate var nilIfEmpty: [Element]? { isEmpty ? nil : self }
}
