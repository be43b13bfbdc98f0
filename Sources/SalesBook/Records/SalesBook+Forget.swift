// SPDX-License-Identifier: Apache-2.0
internal import Essentials
internal import SQLEngine
internal import WireFormats

extension SalesBook {
    /// Erases a person from the book: of each card with this number stay key, statuses, money, owner and dates, which reports count.
    ///
    /// Names, contacts, answers, notes and the texts of calls go, also from the history and from what is still to be sent.
    ///
    /// - Parameter number: in the form that the leads bear, E.164. Compared exactly.
    /// - Returns: how many cards were erased. Repeating finds none.
    public func forget(number: String) async throws -> Int {
        let now = time.now()
        return try await write(.housekeeping) { records in
            let cards = try records.cards(number: number)
            for card in cards { try records.erase(card, at: now) }
            return cards.count
        }
    }
}

extension LeadFields {
    /// What says nothing about the person.
    fileprivate var impersonal: LeadFields {
        let kept = ["status", "reason", "group", "line", "channel", "source", "service", "amount", "currency", "created_at", "qualified_at"]
        return LeadFields(stored: .object((json.members ?? []).filter { kept.contains($0.name) }))
    }
}

extension JSON {
    /// A `card.changed` message without what a person wrote.
    fileprivate var impersonal: JSON {
        guard let members else { return self }
        return .object(
            members.map { member in
                switch member.name {
                case "note", "field": Member(member.name, .null)
                default: Member(member.name, member.value.impersonal)
                }
            })
    }
}

extension BookRecords {
    fileprivate func cards(number: String) throws -> [Card] {
        guard !number.isEmpty else { return [] }
        let found = try connection.query(
            "SELECT * FROM cards WHERE search LIKE $1", [.text("%\(number.lowercased())%")], Card.init(row:))
        return found.filter { $0.lead.text("phone") == number }
    }

    fileprivate func erase(_ card: Card, at now: Instant) throws {
        var stub = card
        stub.lead = card.lead.impersonal
        stub.field = nil
        stub.touch(at: now)
        try update(stub)
        let id = SQLValue.integer(card.id.row)
        for statement: StaticString in [
            "UPDATE history SET note = NULL WHERE card = $1", "UPDATE payments SET note = NULL WHERE card = $1",
            "UPDATE calls SET fields = '{}' WHERE card = $1 AND id NOT IN (SELECT id FROM calls WHERE card = $1 ORDER BY id DESC LIMIT 200)",
        ] { _ = try connection.execute(statement, [id]) }
        for (row, body) in try connection.query("SELECT id, body FROM outbound WHERE card = $1", [id], { ($0.integer(0), $0.text(1)) }) {
            _ = try connection.execute("UPDATE outbound SET body = $1 WHERE id = $2", [.text(try JSON.parse(body).impersonal.text), .integer(row)])
        }
        for call in try calls(of: card.id) {
            let kept = ["direction", "to", "agent", "started_at", "answered_at", "ended_at", "wait_s", "talk_s", "outcome"]
            let fields = CallFields(stored: .object((call.fields.json.members ?? []).filter { kept.contains($0.name) }))
            _ = try put(CardCall(call: call.call, fields: fields), of: card.id, at: now)
        }
        try append([HistoryEntry(.erased, by: HistoryEntry.callsieve, at: now)], to: card.id)
    }
}
