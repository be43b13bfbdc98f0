// SPDX-License-Identifier: Apache-2.0
internal import CallModel
internal import WireFormats

/// What the list of cards shows.
struct ListPage {
    struct Tab {
        let name: String
        let address: String
        let isCurrent: Bool
        let count: Int64?
    }
    struct Choice {
        let value: String
        let isCurrent: Bool
    }
    struct Row {
        let id: String
        let who: String
        let underWho: String?
        let about: String?
        let status: String
        let statusName: String
        let reason: String?
        let amount: String?
        let paid: String?
        let expected: String?
        let isOverdue: Bool
        let manager: String?
        let group: String?
        let came: String
    }

    let t: [String: String]
    let tabs: [Tab]
    let statusValue: String?
    let textValue: String
    let managers: [Choice]
    let groups: [Choice]
    let rows: [Row]
    let isEmpty: Bool
    let emptyText: String
    let next: String?

    init(_ list: CardList, _ query: CardQuery, _ summary: CardSummary, _ texts: PageTexts, today: Day) {
        let filter = query.filter
        t = Words.all(texts.language)
        tabs =
            [Tab(name: texts.word("all"), address: Self.address(filter, status: []), isCurrent: filter.statuses.isEmpty, count: nil)]
            + summary.lines.map { line in
                Tab(
                    name: Words.status(line.status, texts.language), address: Self.address(filter, status: [line.status]),
                    isCurrent: filter.statuses == [line.status], count: line.count)
            }
        statusValue = filter.statuses.isEmpty ? nil : filter.statuses.map(\.rawValue).joined(separator: ",")
        textValue = filter.text ?? ""
        managers = summary.managers.map { Choice(value: $0, isCurrent: $0 == filter.manager) }
        groups = summary.groups.map { Choice(value: $0, isCurrent: $0 == filter.group) }
        rows = list.cards.map { Row($0, texts, today: today) }
        isEmpty = list.cards.isEmpty
        emptyText = texts.word(summary.lines.isEmpty ? "emptyBook" : "emptyFilter")
        next = list.next.map { Self.address(filter, status: filter.statuses, cursor: $0) }
    }

    /// The list's address with a filter; text is percent-encoded.
    private static func address(_ filter: CardFilter, status: [LeadStatus], cursor: Card.ID? = nil) -> String {
        let fields = [
            ("status", status.isEmpty ? nil : status.map(\.rawValue).joined(separator: ",")), ("manager", filter.manager),
            ("group", filter.group), ("text", filter.text), ("cursor", cursor?.description),
        ].compactMap { name, value in value.map { Form.Field(name, $0) } }
        return fields.isEmpty ? "/book" : "/book?" + String(decoding: Form(fields).serialised(), as: UTF8.self)
    }
}

extension ListPage.Row {
    fileprivate init(_ card: Card, _ texts: PageTexts, today: Day) {
        id = card.id.description
        who = texts.who(card)
        underWho = texts.underWho(card)
        about = card.lead.text("service") ?? card.lead.text("title")
        status = card.status.rawValue
        statusName = Words.status(card.status, texts.language)
        reason = texts.reason(card)
        amount = card.amount?.readable
        paid = card.paidMinor == 0 ? nil : card.paid.readable
        expected = card.expectedOn.map(texts.day)
        isOverdue = card.isOverdue(on: today)
        manager = card.manager
        group = card.group
        came = texts.moment(card.createdAt)
    }
}
