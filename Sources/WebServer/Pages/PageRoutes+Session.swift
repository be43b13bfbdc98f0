// SPDX-License-Identifier: Apache-2.0
import CallModel
import Console
import HTTPTypes
import Hummingbird
import WireFormats

/// Logging in with the token, choosing a language, and the files that pages load.
extension PageRoutes {
    /// The form; with `?token=` (the link that the service prints at its start) in at once.
    @Sendable func login(_ request: APIRequest) async throws -> Response {
        guard let token = request.query["token"] else { return page(request, "login") }
        return begin(request, token)
    }

    @Sendable func logIn(_ request: APIRequest) async throws -> Response {
        let form = try await Form(parsing: collect(request.request, upTo: APIRequest.bodyMax))
        return begin(request, form["token"] ?? "")
    }

    private func begin(_ request: APIRequest, _ token: String) -> Response {
        guard access.accepts(token: token.trimmed) else { return page(request, "login", ["wrong": true], status: .forbidden) }
        let cookie = Cookies.header(
            Access.cookieName, access.makeSession(), seconds: Access.sessionLength.components.seconds, httpOnly: true)
        return Self.see("/", cookie: cookie)
    }

    @Sendable func logOut(_ request: APIRequest) async throws -> Response {
        Self.see("/login", cookie: Cookies.header(Access.cookieName, "", seconds: 0, httpOnly: true))
    }

    /// Back to the page that asked, if it is one of ours.
    @Sendable func chooseLanguage(_ request: APIRequest) async throws -> Response {
        guard let language = Language(rawValue: request.parts["lang"] ?? "") else { throw Problem.notFound("language") }
        let from = request.request.headers[.referer].flatMap { Self.ownPath($0, host: request.request.head.authority) } ?? "/"
        return Self.see(from, cookie: Cookies.header("lang", language.rawValue, seconds: 31_536_000, httpOnly: false))
    }

    /// The path of an address on this host; `nil` for every other address, so that nobody is led away (BAD-INPUTS 55).
    static func ownPath(_ address: String, host: String?) -> String? {
        guard let host else { return nil }
        for scheme in ["http://", "https://"] where address.hasPrefix(scheme + host + "/") {
            let path = String(address.dropFirst((scheme + host).count))
            return path.hasPrefix("//") || path.contains("\\") ? nil : path
        }
        return nil
    }

    @Sendable func asset(_ request: APIRequest) async throws -> Response {
        let name = request.parts["name"] ?? ""
        if let file = PageFiles.byName[name] { return PageFiles.response(file, to: request.request) }
        for language in Language.allCases where name == "texts-\(language.rawValue).js" {
            return script(language, groups: await backend.groups())
        }
        throw Problem.notFound("file")
    }

    /// Texts and the words of the override form, for the scripts of the desk.
    private func script(_ language: Language, groups: [String]) -> Response {
        let texts = JSON.object(Texts(language).all.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .string($0.value)) })
        let actions = Action.allowed(at: .brief)
        let reasons = JSON.object(
            actions.map { action in
                JSON.Member(action.rawValue, .array(ReasonCode.allowed(for: action, at: .brief).map { .string($0.code) }))
            })
        let choices: JSON = [
            "actions": .array(actions.map { .string($0.rawValue) }), "reasons": reasons, "groups": .array(groups.map(JSON.string)),
        ]
        let text = "window.callsieveTexts = \(texts.text);\nwindow.callsieveChoices = \(choices.text);\n"
        return Response(
            status: .ok, headers: [.contentType: "text/javascript; charset=utf-8", .cacheControl: "no-cache"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}

extension String {
    fileprivate var trimmed: String {
        let inner = drop(while: \.isWhitespace)
        return String(inner.reversed().drop(while: \.isWhitespace).reversed())
    }
}
