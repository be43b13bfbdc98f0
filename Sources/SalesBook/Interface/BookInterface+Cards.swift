// SPDX-License-Identifier: Apache-2.0
internal import CallModel
internal import Essentials
internal import Hummingbird
internal import WireFormats

/// The cards as JSON, for people's programs.
extension BookInterface {
    func addCardRoutes<Context: RequestContext>(to group: some RouterMethods<Context>) {
        group.get("") { request, context in await answering(request, context) { try await listCards(request) } }
        group.get(":id") { request, context in
            await answering(request, context) {
                _ = try await access.person(request)
                return reply(.ok, try await book.file(try cardID(context)))
            }
        }
        group.patch(":id") { request, context in
            await answering(request, context) {
                let person = try await access.person(request)
                let version = try matchedVersion(request)
                let change = try CardChange(reading: try await json(request))
                return reply(.ok, try await book.change(try cardID(context), change, by: person, version: version))
            }
        }
        group.post(":id/payments") { request, context in
            await answering(request, context) {
                let person = try await access.person(request)
                let version = try matchedVersion(request)
                let payment = try PaymentRequest.reading(try await json(request), today: today)
                return reply(.created, try await book.pay(try cardID(context), payment, by: person, version: version))
            }
        }
        group.post(":id/notes") { request, context in
            await answering(request, context) {
                let person = try await access.person(request)
                let text = try BodyFields(try await json(request), known: ["text"]).text("text", charactersMax: 4000)
                return reply(.created, try await book.note(try cardID(context), try BookInterface.note(text), by: person))
            }
        }
    }

    private func listCards(_ request: Request) async throws -> Response {
        _ = try await access.person(request)
        let query = try CardQuery(request)
        let list = try await book.list(query.filter, after: query.cursor, limit: query.limit)
        return Reply.json(.ok, ["items": .array(list.cards.map(CardView.json)), "next": JSON(list.next?.description)])
    }

    private func reply(_ status: HTTPResponse.Status, _ file: CardFile) -> Response {
        Reply.json(status, CardView.json(file), headers: [.eTag: "\"\(file.card.version)\""])
    }

    func cardID(_ context: some RequestContext) throws -> Card.ID {
        guard let id = Card.ID(try context.parameters.require("id")) else { throw BookError.noCard("card") }
        return id
    }

    static func note(_ text: String?) throws(BookError) -> String {
        guard let text else { throw .invalid("text", en: "a note is not empty", ru: "заметка не может быть пустой") }
        return text
    }

    /// The version that `If-Match` names; `nil` for `*`.
    ///
    /// - Throws: `versionMissing` without the header; `changedMeanwhile` for a tag that is none of ours (RFC 9110, 13.1.1).
    private func matchedVersion(_ request: Request) throws(BookError) -> Int64? {
        guard let header = request.headers[.ifMatch] else {
            throw BookError(
                .versionMissing, en: "Send If-Match with the ETag of the card that you looked at.",
                ru: "Пришлите If-Match с ETag той карточки, которую вы видели.")
        }
        if header.trimmingSpaces() == "*" { return nil }
        let tag = header.trimmingSpaces()
        guard tag.hasPrefix("\""), tag.hasSuffix("\""), let version = Int64(tag.dropFirst().dropLast()) else { throw .changedMeanwhile }
        return version
    }
}

/// The query of a list of cards.
struct CardQuery {
    var filter = CardFilter()
    var cursor: Card.ID?
    var limit = 50

    /// - Throws: `BookError` for a status, cursor or limit that is none.
    init(_ request: Request) throws(BookError) {
        let form = Form(parsing: Array((request.uri.query ?? "").utf8))
        func text(_ name: String) -> String? { form[name].map { $0.trimmingSpaces() }.flatMap { $0.isEmpty ? nil : String($0.prefix(200)) } }
        for name in text("status")?.split(separator: ",") ?? [] {
            guard let status = LeadStatus(rawValue: String(name)) else {
                throw .invalid("status", en: "no such status", ru: "такого статуса нет")
            }
            filter.statuses.append(status)
        }
        (filter.manager, filter.group, filter.text) = (text("manager"), text("group"), text("text"))
        if let given = text("cursor") {
            guard let id = Card.ID(given) else { throw .invalid("cursor", en: "not a cursor of this list", ru: "это не курсор списка") }
            cursor = id
        }
        if let given = text("limit") {
            guard let number = Int(given), (1...CardList.limitMax).contains(number) else {
                throw .invalid("limit", en: "a number from 1 to \(CardList.limitMax)", ru: "число от 1 до \(CardList.limitMax)")
            }
            limit = number
        }
    }
}
