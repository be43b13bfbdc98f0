// SPDX-License-Identifier: Apache-2.0
internal import CallModel
internal import Hummingbird
internal import WireFormats

/// The pages: a list and a card, rendered here, complete without scripts.
extension BookInterface {
    func addPageRoutes<Context: RequestContext>(to group: some RouterMethods<Context>) {
        group.get("") { request, context in
            await showing(request, context) { person in try await listPage(request, person) }
        }
        group.get("cards/:id") { request, context in
            await showing(request, context) { person in
                Reply.page(.ok, try await cardPage(request, person, try await book.file(try cardID(context))))
            }
        }
        group.post("cards/:id") { request, context in
            await showing(request, context) { person in try await takeForm(request, context, person) }
        }
        for file in [PageFile.styles, .script] {
            group.get("static/\(file.name)") { _, _ in Reply.file(type: file.type, file.bytes) }
        }
    }

    /// Lets the person in, runs a page and shows what it throws as a page.
    private func showing(
        _ request: Request, _ context: some RequestContext, _ body: (String) async throws -> Response
    ) async -> Response {
        var response: Response
        do {
            response = try await body(try await access.person(request))
        } catch {
            response = errorPage(request, known(error, context))
        }
        if let chosen = Form(parsing: Array((request.uri.query ?? "").utf8))["lang"].flatMap(Language.init(rawValue:)) {
            response.setCookie(Cookie(name: "lang", value: chosen.rawValue, maxAge: 31_536_000, path: "/", httpOnly: true, sameSite: .lax))
        }
        return response
    }

    private func listPage(_ request: Request, _ person: String) async throws -> Response {
        let query = try CardQuery(request)
        let list = try await book.list(query.filter, after: query.cursor, limit: query.limit)
        let texts = texts(request)
        let model = ListPage(list, query, try await book.summary(), texts, today: today)
        return Reply.page(.ok, templates.page(.list, model, frame: frame(request, texts, person, title: texts.word("cards"))))
    }

    func cardPage(
        _ request: Request, _ person: String, _ file: CardFile, entered: Form = Form(), error: BookError? = nil
    ) async throws -> String {
        let texts = texts(request)
        let model = CardPage(file, try await book.summary(), texts, today: today, entered: entered, error: error)
        return templates.page(.card, model, frame: frame(request, texts, person, title: "\(texts.who(file.card)) · \(file.card.id)"))
    }

    private func errorPage(_ request: Request, _ error: BookError) -> Response {
        struct Model {
            let t: [String: String]
            let title: String
            let text: String
        }
        let texts = texts(request)
        let title =
            switch error.code {
            case .unauthorised: texts.word("signIn")
            case .notFound: texts.word("notFound")
            default: texts.word("failed")
            }
        let model = Model(t: Words.all(texts.language), title: title, text: texts.refusal(error))
        return Reply.page(.init(code: error.httpStatus), templates.page(.message, model, frame: frame(request, texts, "", title: title)))
    }

    private func texts(_ request: Request) -> PageTexts {
        let chosen = Form(parsing: Array((request.uri.query ?? "").utf8))["lang"].flatMap(Language.init(rawValue:))
        return PageTexts(language: chosen ?? request.language(fallback: language), zone: zone)
    }

    private func frame(_ request: Request, _ texts: PageTexts, _ person: String, title: String) -> PageFrame {
        var query = Form(parsing: Array((request.uri.query ?? "").utf8))
        query.fields.removeAll { $0.name == "lang" }
        let rest = String(decoding: query.serialised(), as: UTF8.self)
        return PageFrame(
            language: texts.language.rawValue, isEnglish: texts.language == .en, title: title, person: person,
            here: request.uri.path + "?" + (rest.isEmpty ? "" : rest + "&"), t: Words.all(texts.language))
    }
}
