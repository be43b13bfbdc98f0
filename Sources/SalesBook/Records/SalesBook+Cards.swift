// SPDX-License-Identifier: Apache-2.0
internal import Essentials
internal import SQLEngine
internal import WireFormats

/// A card with everything that hangs on it.
public struct CardFile: Sendable {
    public let card: Card
    /// Newest first.
    let calls: [CardCall]
    /// In the order they were written down.
    public let payments: [Payment]
    /// Newest first.
    public let history: [HistoryEntry]
    /// Changes that Callsieve does not know of yet.
    public let unsent: Int64
}

/// A payment as it is asked for, before the card gives it its currency.
struct PaymentRequest: Sendable {
    var amount: JSON
    var paidOn: Day
    var note: String?

    static func reading(_ body: JSON, today: Day) throws(BookError) -> PaymentRequest {
        let fields = try BodyFields(body, known: ["amount", "paid_on", "note"])
        guard let amount = fields.value("amount") else {
            throw .invalid("amount", en: "an amount is needed, like \"300000.00\"", ru: "нужна сумма, например 300000.00")
        }
        let day = try fields.day("paid_on") ?? today
        guard day <= Day(number: today.number + 1) else {
            throw .invalid("paid_on", en: "a payment is not in the future", ru: "платёж не может быть в будущем")
        }
        return PaymentRequest(amount: amount, paidOn: day, note: try fields.text("note", charactersMax: 1000))
    }
}

extension SalesBook {
    public func file(_ id: Card.ID) async throws -> CardFile {
        try await read { try $0.file(of: try $0.known(id)) }
    }

    /// Changes a card as a person asks; the history and the message to Callsieve are stored with it.
    ///
    /// - Parameter version: the version the person looked at; `nil` takes any.
    /// - Throws: `BookError`: `changedMeanwhile`, `moveNotAllowed`, `invalid`, `notFound`.
    public func change(_ id: Card.ID, _ change: CardChange, by person: String, version: Int64?) async throws -> CardFile {
        let now = time.now()
        return try await commit(id, version: version, note: change.note) { card in (try card.applying(change, by: person, at: now), nil) }
    }

    /// Writes down a payment or a refund.
    func pay(_ id: Card.ID, _ request: PaymentRequest, by person: String, version: Int64?) async throws -> CardFile {
        let now = time.now()
        return try await commit(id, version: version, note: request.note) { card in
            let fields = try BodyFields(.object([JSON.Member("amount", request.amount)]), known: ["amount"])
            guard let amount = try fields.money("amount", currency: card.currency), amount.currency == card.currency else {
                throw BookError.invalid(
                    "currency", en: "the card is in \(card.currency)", ru: "карточка ведётся в \(card.currency)")
            }
            let payment = Payment(
                amount: amount, paidOn: request.paidOn, note: request.note, by: person, at: now, manager: card.manager, group: card.group,
                channel: card.lead.text("channel"))
            return (try card.paying(payment), payment)
        }
    }

    /// Adds a note. Changes nothing else, needs no version and is no news to Callsieve.
    public func note(_ id: Card.ID, _ text: String, by person: String) async throws -> CardFile {
        let now = time.now()
        return try await write(.intake) { records in
            let card = try records.known(id)
            try records.append([HistoryEntry(.note, by: person, at: now, note: text)], to: id)
            return try records.file(of: card)
        }
    }

    private func commit(
        _ id: Card.ID, version: Int64?, note: String?, _ change: @escaping @Sendable (Card) throws -> (Card.Changed, Payment?)
    ) async throws -> CardFile {
        let now = time.now()
        let message = ULID(at: now, random: random)
        let file = try await write(.intake) { records in
            let card = try records.known(id)
            guard version == nil || version == card.version else { throw BookError.changedMeanwhile }
            let (changed, payment) = try change(card)
            guard !changed.history.isEmpty else { return try records.file(of: card) }
            let stored = try records.keep(changed, instead: card)
            if let payment { try records.insert(payment, for: id) }
            if let entry = changed.history.last(where: \.isNews) {
                try records.enqueue(stored, because: entry, note: note, message: message, at: now)
            }
            return try records.file(of: stored)
        }
        waker.yield()
        return file
    }
}

extension HistoryEntry {
    /// Whether Callsieve is told of it.
    var isNews: Bool {
        switch what {
        case .status, .reason, .amount, .expectedOn, .manager, .group, .payment: true
        case .created, .note, .revision, .call, .erased: false
        }
    }
}

extension BookRecords {
    func file(of card: Card) throws -> CardFile {
        let unsent = try connection.number("SELECT count(*) FROM outbound WHERE card = $1", [.integer(card.id.row)]) ?? 0
        return CardFile(
            card: card, calls: try calls(of: card.id), payments: try payments(of: card.id), history: try history(of: card.id), unsent: unsent)
    }
}
