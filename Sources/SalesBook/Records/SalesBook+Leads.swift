// SPDX-License-Identifier: Apache-2.0
public import CallModel
internal import Essentials
internal import SQLEngine

/// What the lead intake answers.
public struct LeadReceipt: Hashable, Sendable {
    public let id: Card.ID
    /// Whether this request made the card.
    public let created: Bool
    /// The card's status now.
    public let status: LeadStatus
    public let version: Int64
    /// Whether the request changed anything.
    public let applied: Bool

    init(_ card: Card, created: Bool = false, applied: Bool) {
        id = card.id
        self.created = created
        status = card.status
        version = card.version
        self.applied = applied
    }
}

extension SalesBook {
    /// Makes the card of a lead, or lets an existing one follow a later revision. Safe to repeat and to call in parallel.
    ///
    /// - Throws: `BookError.invalid` for a bad key, or a new card without a status; `SQLFailure` when nothing was stored.
    public func put(_ lead: LeadFields, key: String) async throws -> LeadReceipt {
        try SalesBook.check(key: key)
        let now = time.now()
        return try await write(.intake) { records in
            if let card = try records.card(key: key) {
                let changed = card.revised(with: lead, at: now)
                return LeadReceipt(try records.keep(changed, instead: card), applied: !changed.history.isEmpty)
            }
            guard let status = lead.status else {
                throw BookError.invalid("status", en: "a new card needs the lead's status", ru: "новой карточке нужен статус заявки")
            }
            let card = try records.insert(Card(key: key, lead: lead, status: status, at: now))
            try records.append([HistoryEntry(.created, by: HistoryEntry.callsieve, at: now, to: status.rawValue)], to: card.id)
            return LeadReceipt(card, created: true, applied: true)
        }
    }

    /// The card of a key, for the look-up after an unknown outcome.
    public func receipt(key: String) async throws -> LeadReceipt {
        try await read { LeadReceipt(try $0.known(key: key), applied: false) }
    }

    /// Tells the card that Callsieve changed the lead's status. `applied` is false where sales own it, or it is so already.
    public func tell(_ status: LeadStatus, reason: String?, note: String?, key: String) async throws -> LeadReceipt {
        let now = time.now()
        return try await write(.intake) { records in
            let card = try records.known(key: key)
            let changed = card.told(status, reason: reason, note: note, at: now)
            return LeadReceipt(try records.keep(changed, instead: card), applied: !changed.history.isEmpty)
        }
    }

    /// Stores a call of a lead, or replaces what was known of it.
    ///
    /// - Returns: the card, and whether the call is new.
    public func put(_ fields: CallFields, call: String, key: String) async throws -> (id: Card.ID, created: Bool) {
        try SalesBook.check(key: call, field: "call")
        let now = time.now()
        return try await write(.intake) { records in
            let card = try records.known(key: key)
            let created = try records.put(CardCall(call: call, fields: fields), of: card.id, at: now)
            if created { try records.append([HistoryEntry(.call, by: HistoryEntry.callsieve, at: now, to: fields.text("outcome"))], to: card.id) }
            return (card.id, created)
        }
    }

    /// A key names a row and stands in addresses: 1 to 64 letters, digits, `-`, `_`, `.`.
    static func check(key: String, field: String = "key") throws(BookError) {
        let good = key.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
            default: false
            }
        }
        guard good, (1...64).contains(key.utf8.count) else {
            throw .invalid(field, en: "1 to 64 letters, digits, - _ . are needed", ru: "нужно от 1 до 64 латинских букв, цифр и знаков - _ .")
        }
    }
}

extension BookRecords {
    func known(key: String) throws -> Card {
        guard let card = try card(key: key) else { throw BookError.noCard("lead") }
        return card
    }

    func known(_ id: Card.ID) throws -> Card {
        guard let card = try card(id) else { throw BookError.noCard("card") }
        return card
    }

    /// Stores what a change left, where it left something.
    func keep(_ changed: Card.Changed, instead card: Card) throws -> Card {
        guard changed.card != card else { return card }
        try update(changed.card)
        try append(changed.history, to: changed.card.id)
        return changed.card
    }
}
