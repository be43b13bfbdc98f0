// SPDX-License-Identifier: Apache-2.0
internal import CallModel
internal import Essentials
internal import WireFormats

extension Card {
    /// Where one change was made and what it left behind.
    struct Changed {
        var card: Card
        var history: [HistoryEntry]
    }

    /// The card after a person's change. Equal values change nothing; where nothing changes the history is empty and the version stays.
    ///
    /// - Throws: `BookError`: a move that is not allowed, a reason that does not fit, an amount that can't be read.
    func applying(_ change: CardChange, by person: String, at now: Instant) throws(BookError) -> Changed {
        var changed = Changed(card: self, history: [])
        func log(_ what: HistoryEntry.What, _ from: String?, _ to: String?, note: String? = nil) {
            changed.history.append(HistoryEntry(what, by: person, at: now, from: from, to: to, note: note))
        }
        let next = try money(after: change)
        if next.amountMinor != amountMinor || next.currency != currency {
            log(.amount, amount?.readable, next.amount?.readable)
            changed.card.amountMinor = next.amountMinor
            changed.card.currency = next.currency
            changed.card.owned.insert(.amount)
        }
        let expected = change.expectedOn.applied(to: expectedOn)
        if expected != expectedOn { log(.expectedOn, expectedOn?.description, expected?.description) }
        let newManager = change.manager.applied(to: manager)
        if newManager != manager { log(.manager, manager, newManager) }
        let newGroup = change.group.applied(to: group)
        if newGroup != group { log(.group, group, newGroup) }
        if newManager != manager { changed.card.owned.insert(.manager) }
        if newGroup != group { changed.card.owned.insert(.group) }
        (changed.card.expectedOn, changed.card.manager, changed.card.group) = (expected, newManager, newGroup)
        changed.history += try changed.card.move(change, by: person, at: now)
        if !changed.history.isEmpty { changed.card.touch(at: now) }
        return changed
    }

    /// The card after a payment or a refund.
    func paying(_ payment: Payment) throws(BookError) -> Changed {
        let sum = paidMinor + payment.amount.minor
        guard payment.amount.minor != 0 else {
            throw .invalid("amount", en: "a payment is not zero", ru: "платёж не может быть нулевым")
        }
        guard sum >= 0, sum <= Money.minorMax else {
            throw .invalid("amount", en: "more would be given back than was paid", ru: "возврат больше, чем было заплачено")
        }
        var changed = Changed(card: self, history: [])
        changed.card.paidMinor = sum
        changed.card.touch(at: payment.at)
        changed.history.append(
            HistoryEntry(.payment, by: payment.by, at: payment.at, to: payment.amount.readable, note: payment.note))
        return changed
    }

    mutating func touch(at now: Instant) {
        version += 1
        updatedAt = max(now, updatedAt)
    }

    private func money(after change: CardChange) throws(BookError) -> Card {
        var card = self
        if let currency = change.currency, currency != self.currency {
            guard paidMinor == 0 else {
                throw .invalid(
                    "currency", en: "the card has payments in \(self.currency)", ru: "по карточке уже есть платежи в \(self.currency)")
            }
            guard Money.isCurrency(currency) else {
                throw .invalid("currency", en: "three upper-case letters are needed, like RUB", ru: "нужны три заглавные буквы, например RUB")
            }
            card.currency = currency
            card.amountMinor = amountMinor
        }
        switch change.amount {
        case .keep: break
        case .clear: card.amountMinor = nil
        case .set(let value): card.amountMinor = try Card.amount(value, currency: card.currency)
        }
        return card
    }

    private static func amount(_ value: JSON, currency: String) throws(BookError) -> Int64? {
        let fields = try BodyFields(.object([JSON.Member("amount", value)]), known: ["amount"])
        guard let money = try fields.money("amount", currency: currency) else { return nil }
        guard money.minor >= 0 else { throw .invalid("amount", en: "a deal's amount is not negative", ru: "сумма сделки не бывает отрицательной") }
        return money.minor
    }
}

extension CardChange.Edit {
    fileprivate func applied(to old: Value?) -> Value? {
        switch self {
        case .keep: old
        case .clear: nil
        case .set(let value): value
        }
    }
}
