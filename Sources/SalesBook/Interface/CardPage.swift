// SPDX-License-Identifier: Apache-2.0
internal import CallModel
internal import Essentials
internal import WireFormats

/// What the page of one card shows.
struct CardPage {
    struct Pair {
        let name: String
        let value: String
    }
    struct PaymentLine {
        let day: String
        let amount: String
        let note: String?
        let by: String
    }
    struct CallLine {
        let at: String?
        let outcome: String?
        let length: String?
        let agent: String?
        let recording: String?
    }
    struct HistoryLine {
        let instant: String
        let at: String
        let by: String
        let what: String
        let change: String?
        let note: String?
    }

    let t: [String: String]
    let id: String
    let version: String
    let who: String
    let underWho: String?
    let status: String
    let statusName: String
    let statusAt: String
    let reason: String?
    var error: String?
    let suggestion: String?
    let unsent: String?

    let plainMoves: [PlainMove]
    let reasonedMoves: [ReasonedMove]
    let hasMoves: Bool

    let amount: String
    let paid: String
    let left: String?
    let expected: String?
    let isOverdue: Bool
    let amountValue: String
    let currency: String
    let expectedValue: String
    let paymentValue: String
    let today: String
    let payments: [PaymentLine]
    let hasPayments: Bool

    let managerValue: String
    let groupValue: String
    let managers: [String]
    let groups: [String]

    let why: String?
    let facts: [Pair]
    let answersText: String?
    let answers: [Pair]
    let url: String?
    let calls: [CallLine]
    let hasCalls: Bool
    let history: [HistoryLine]
}

extension CardPage {
    /// - Parameter entered: the fields of a form that was refused, shown again as they were typed.
    init(_ file: CardFile, _ summary: CardSummary, _ texts: PageTexts, today day: Day, entered: Form = Form(), error: BookError? = nil) {
        let card = file.card
        let act = entered["do"]
        t = Words.all(texts.language)
        id = card.id.description
        version = String(card.version)
        who = texts.who(card)
        underWho = texts.underWho(card)
        status = card.status.rawValue
        statusName = Words.status(card.status, texts.language)
        statusAt = texts.moment(card.statusAt)
        reason = texts.reason(card)
        self.error = error.map(texts.refusal)
        suggestion = card.suggested == nil ? nil : texts.word("suggestWon")
        unsent = file.unsent == 0 ? nil : texts.word("unsent") + String(file.unsent)
        (plainMoves, reasonedMoves) = Moves.of(card, texts, entered: entered)
        hasMoves = !card.moves.isEmpty
        amount = card.amount?.readable ?? texts.word("unnamed")
        paid = card.paid.readable
        left = card.left?.readable
        expected = card.expectedOn.map(texts.day)
        isOverdue = card.isOverdue(on: day)
        amountValue = (act == "money" ? entered["amount"] : nil) ?? card.amount?.decimal ?? ""
        currency = (act == "money" ? entered["currency"] : nil) ?? card.currency
        expectedValue = (act == "money" ? entered["expected_on"] : nil) ?? card.expectedOn?.description ?? ""
        paymentValue = (act == "pay" ? entered["amount"] : nil) ?? ""
        today = day.description
        payments = file.payments.map {
            PaymentLine(day: texts.day($0.paidOn), amount: $0.amount.readable, note: $0.note, by: $0.by)
        }
        hasPayments = !file.payments.isEmpty
        managerValue = (act == "owner" ? entered["manager"] : nil) ?? card.manager ?? ""
        groupValue = (act == "owner" ? entered["group"] : nil) ?? card.group ?? ""
        managers = summary.managers
        groups = summary.groups
        why = card.lead.text("reason_text")
        facts = Self.facts(card.lead, texts)
        answersText = card.lead.text("answers_text")
        answers = card.lead.pairs("answers").map(Pair.init)
        url = card.lead.text("url")
        calls = file.calls.map { CallLine($0.fields, texts) }
        hasCalls = !file.calls.isEmpty
        history = file.history.map { HistoryLine($0, texts) }
    }

    private static func facts(_ lead: LeadFields, _ texts: PageTexts) -> [Pair] {
        let plain = ["phone", "email", "company", "service", "region", "line", "channel", "priority", "score", "tags"].compactMap { name in
            lead.text(name).map { Pair(name: texts.word(name), value: $0) }
        }
        let times = ["act_by", "callback_at", "defer_until"].compactMap { name in
            texts.moment(text: lead.text(name)).map { Pair(name: texts.word(name), value: $0) }
        }
        let more = (lead.pairs("extra") + lead.pairs("utm").map { ("utm " + $0.name, $0.value) }).map(Pair.init)
        return plain + times + more
    }
}

extension CardPage.CallLine {
    fileprivate init(_ call: CallFields, _ texts: PageTexts) {
        at = texts.moment(text: call.text("started_at"))
        outcome = call.text("outcome").map { Words.outcome($0, texts.language) }
        length = texts.length(call.text("talk_s"))
        agent = call.text("agent")
        recording = call.text("recording_url")
    }
}

extension CardPage.HistoryLine {
    fileprivate init(_ entry: HistoryEntry, _ texts: PageTexts) {
        func shown(_ value: String?) -> String? {
            guard let value else { return nil }
            switch entry.what {
            case .created, .status: return LeadStatus(rawValue: value).map { Words.status($0, texts.language) } ?? value
            case .call: return Words.outcome(value, texts.language)
            case .expectedOn: return Day(value).map(texts.day) ?? value
            case .reason: return Words.reason(value, texts.language)
            case .amount, .manager, .group, .payment, .note, .revision, .erased: return value
            }
        }
        instant = entry.at.text
        at = texts.moment(entry.at)
        by = entry.by
        what = texts.word("what.\(entry.what.rawValue)")
        let ends = [shown(entry.from), shown(entry.to)].compactMap { $0 }
        change = ends.isEmpty ? nil : ends.joined(separator: " → ")
        note = entry.note?.split(separator: " · ").map { Words.reason(String($0), texts.language) }.joined(separator: " · ")
    }
}
