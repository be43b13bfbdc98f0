// SPDX-License-Identifier: Apache-2.0
import CallModel
import Console
import Essentials
import HTTPTypes
import Hummingbird
import WireFormats

/// The pages of the console: the operator's desk, the lists, a lead; and what they load.
struct PageRoutes: Sendable {
    let backend: any ConsoleBackend
    let access: Access
    let renderer: PageRenderer
    let time: any TimeSource
    let defaultLanguage: Language
    let hasBook: Bool

    var routes: [Route] {
        [
            Route(.get, "/", .page, desk), Route(.get, "/leads", .page, leads), Route(.get, "/leads/{id}", .page, lead),
            Route(.post, "/leads/{id}/reopen", .page, reopen), Route(.get, "/language/{lang}", .everyone, chooseLanguage),
            Route(.get, "/login", .everyone, login), Route(.post, "/login", .everyone, logIn), Route(.post, "/logout", .page, logOut),
            Route(.get, "/assets/{name}", .everyone, asset),
        ]
    }

    func page(_ request: APIRequest, _ name: String, _ content: [String: PageValue] = [:], status: HTTPResponse.Status = .ok) -> Response {
        let path = request.request.head.path ?? "/"
        let frame = PageFrame(
            language: language(of: request), path: path, operatorName: Cookies.text(of: "operator", in: request.request), hasBook: hasBook)
        return Response(
            status: status, headers: [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: renderer.render(name, frame, content: content))))
    }

    /// The cookie, else what the browser asks for first, else the configured one.
    func language(of request: APIRequest) -> Language {
        if let chosen = Cookies.text(of: "lang", in: request.request).flatMap(Language.init) { return chosen }
        let wished = request.request.headers[.acceptLanguage]?.prefix(2).lowercased()
        return wished.flatMap(Language.init) ?? defaultLanguage
    }

    @Sendable func desk(_ request: APIRequest) async throws -> Response { page(request, "desk", ["notices": await notices(request)]) }

    private func notices(_ request: APIRequest) async -> PageValue {
        .list(await backend.notices(language(of: request)).map { ["text": .text($0)] })
    }

    @Sendable func leads(_ request: APIRequest) async throws -> Response {
        await shown(request) { () throws(Problem) in
            let list = try LeadListPage(request.query, language: language(of: request), now: time.now())
            var content = try await list.content(backend, page: request.page())
            content["notices"] = await notices(request)
            return page(request, "leads", content)
        }
    }

    @Sendable func lead(_ request: APIRequest) async throws -> Response {
        await shown(request) { () throws(Problem) in
            let detail = try await backend.leadDetail(request.id(of: "lead"))
            return page(request, "lead", LeadPage(detail, language: language(of: request)).content)
        }
    }

    @Sendable func reopen(_ request: APIRequest) async throws -> Response {
        let form = try await Form(parsing: collect(request.request, upTo: APIRequest.bodyMax))
        return await shown(request) { () throws(Problem) in
            let id = try request.id(of: "lead")
            let note = form["note"] ?? ""
            guard !note.allSatisfy(\.isWhitespace) else { throw Problem.unacceptable("note: say why the lead is opened again.") }
            _ = try await backend.reopen(lead: id, note: note, actor: request.requireActor())
            return Self.see("/#lead=\(id)")
        }
    }

    /// A page, or the problem that came up as a page for people.
    private func shown(_ request: APIRequest, _ work: () async throws(Problem) -> Response) async -> Response {
        do throws(Problem) {
            return try await work()
        } catch {
            let content: [String: PageValue] = ["problemTitle": .text(error.title), "problemDetail": PageValue(error.detail)]
            return page(request, "problem", content, status: HTTPResponse.Status(code: error.status))
        }
    }

    static func see(_ path: String, cookie: String? = nil) -> Response {
        var fields: HTTPFields = [.location: path, .cacheControl: "no-store"]
        if let cookie { fields[.setCookie] = cookie }
        return Response(status: .seeOther, headers: fields)
    }
}
