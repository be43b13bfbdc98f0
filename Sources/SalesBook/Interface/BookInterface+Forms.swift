// SPDX-License-Identifier: Apache-2.0
internal import Hummingbird
internal import WireFormats

/// The forms of the card page.
extension BookInterface {
    /// Does what a form asks, then sends the browser back to the card; what was refused is shown with the form as it was filled in.
    func takeForm(_ request: Request, _ context: some RequestContext, _ person: String) async throws -> Response {
        let id = try cardID(context)
        let type = (request.headers[.contentType] ?? "").split(separator: ";").first?.lowercased() ?? ""
        guard type.trimmingSpaces() == "application/x-www-form-urlencoded" else {
            throw BookError(.notJSON, en: "A form of this page is needed.", ru: "Нужна форма с этой страницы.")
        }
        let form = Form(parsing: try await bytes(request))
        do {
            try await perform(form, on: id, by: person)
            return Reply.seeOther("/book/cards/\(id)")
        } catch let error as BookError where error.code != .notFound {
            let html = try await cardPage(request, person, try await book.file(id), entered: form, error: error)
            return Reply.page(.init(code: error.httpStatus), html)
        }
    }

    private func perform(_ form: Form, on id: Card.ID, by person: String) async throws {
        if form["do"] == "note" {
            let fields = try BodyFields(form.json(["text"]), known: ["text"])
            _ = try await book.note(id, try BookInterface.note(try fields.text("text", charactersMax: 4000)), by: person)
            return
        }
        guard let version = form["version"].flatMap({ Int64($0) }) else { throw BookError.changedMeanwhile }
        switch form["do"] {
        case "move": try await change(form, ["status", "reason", "field", "note"], id, person, version)
        case "money": try await change(form, ["amount", "currency", "expected_on"], id, person, version)
        case "owner": try await change(form, ["manager", "group"], id, person, version)
        case "pay":
            let payment = try PaymentRequest.reading(form.json(["amount", "paid_on", "note"]), today: today)
            _ = try await book.pay(id, payment, by: person, version: version)
        default: throw BookError.invalid("do", en: "no such form", ru: "такой формы нет")
        }
    }

    private func change(_ form: Form, _ names: [String], _ id: Card.ID, _ person: String, _ version: Int64) async throws {
        _ = try await book.change(id, try CardChange(reading: form.json(names)), by: person, version: version)
    }
}

extension Form {
    /// The named fields as a body of the JSON API: an empty field is `null`, one that was not sent is missing.
    fileprivate func json(_ names: [String]) -> JSON {
        .object(
            names.compactMap { name in
                self[name].map { JSON.Member(name, $0.trimmingSpaces().isEmpty ? .null : .string($0)) }
            })
    }
}
