// SPDX-License-Identifier: Apache-2.0
internal import CallModel
internal import Essentials
internal import WireFormats

/// Cards as the JSON of docs/salesbook.md.
enum CardView {
    static func json(_ card: Card) -> JSON {
        func told(_ name: String) -> JSON { card.lead.json[name] ?? .null }
        return [
            "id": .string("\(card.id)"), "key": .string(card.key), "version": JSON(card.version), "status": .string(card.status.rawValue),
            "status_at": .string(card.statusAt.text), "reason": JSON(card.reason), "field": JSON(card.field), "title": told("title"),
            "phone": told("phone"), "name": told("name"), "company": told("company"), "email": told("email"),
            "manager": JSON(card.manager), "group": JSON(card.group), "line": told("line"), "channel": told("channel"),
            "source": told("source"), "region": told("region"), "service": told("service"), "priority": told("priority"),
            "amount": money(card.amount), "expected_on": JSON(card.expectedOn?.description), "paid": money(card.paid),
            "left": money(card.left), "suggested": JSON(card.suggested?.rawValue), "moves": .array(card.moves.map { .string($0.rawValue) }),
            "url": told("url"), "created_at": .string(card.createdAt.text), "updated_at": .string(card.updatedAt.text),
        ]
    }

    static func json(_ file: CardFile) -> JSON {
        let lead = file.card.lead.json
        let briefing = ["reason_text", "answers", "answers_text", "act_by", "callback_at", "defer_until", "score", "tags", "utm", "extra"]
            .map { JSON.Member($0, lead[$0] ?? (["answers", "utm", "extra"].contains($0) ? .object([]) : .null)) }
        return .object(
            (json(file.card).members ?? []) + [
                JSON.Member("briefing", .object(briefing)),
                JSON.Member("calls", .array(file.calls.map { .object([JSON.Member("call", .string($0.call))] + ($0.fields.json.members ?? [])) })),
                JSON.Member("payments", .array(file.payments.map(json))),
                JSON.Member("history", .array(file.history.map(json))),
                JSON.Member("unsent", JSON(file.unsent)),
            ])
    }

    private static func json(_ payment: Payment) -> JSON {
        [
            "amount": money(payment.amount), "paid_on": .string("\(payment.paidOn)"), "note": JSON(payment.note), "by": .string(payment.by),
            "at": .string(payment.at.text), "manager": JSON(payment.manager), "group": JSON(payment.group), "channel": JSON(payment.channel),
        ]
    }

    private static func json(_ entry: HistoryEntry) -> JSON {
        [
            "at": .string(entry.at.text), "by": .string(entry.by), "what": .string(entry.what.rawValue), "from": JSON(entry.from),
            "to": JSON(entry.to), "note": JSON(entry.note),
        ]
    }

    private static func money(_ money: Money?) -> JSON {
        guard let money else { return .null }
        return ["amount": .string(money.decimal), "currency": .string(money.currency)]
    }
}
