// SPDX-License-Identifier: Apache-2.0
public import Essentials
import Foundation
import WireFormats

/// Auth by a token that has to be asked for first: OAuth grants, session logins. What to send and how to read the answer; when to
/// ask, and that only one asks at a time, is Delivery's.
struct FetchedToken: Sendable {
    /// From the account's own credentials.
    var get: TokenRequest
    /// From what the last answer gave, where the CRM has that.
    var refresh: TokenRequest?
    /// What to keep of an answer; `token` at least.
    var take: [(name: String, path: JSONPath)]
    /// How long a token lives, where the answer or the CRM's documents say.
    var life: Wait?
    /// The header that carries it.
    var header: NamedTemplate
    /// Put in base64 behind the header's value (`Session <base64>`).
    var encoded: Template?

    var placeholders: [Placeholder] {
        self.get.placeholders + (refresh?.placeholders ?? []) + header.value.placeholders + (encoded?.placeholders ?? [])
    }

    func headers(_ scope: TemplateScope) throws(RecipeError) -> [CRMHeader] {
        let tail = try encoded.map { (template) throws(RecipeError) in Data(try template.plain(scope).utf8).base64EncodedString() } ?? ""
        return [CRMHeader(header.name, try header.value.plain(scope) + tail)]
    }
}

/// The request of a token; its address is whole.
struct TokenRequest: Sendable {
    var url: Template
    var headers: [NamedTemplate]
    var body: BodyTemplate

    var placeholders: [Placeholder] { url.placeholders + headers.flatMap(\.value.placeholders) + body.placeholders }
}

/// What a CRM gave: the token and whatever belongs to it, by the names of `take`. All of it is secret.
public struct CRMSession: Sendable, Hashable {
    public var values: [String: Secret]
    /// `nil`: until the CRM says that it has expired.
    public var expiresAt: Instant?

    public init(values: [String: Secret], expiresAt: Instant?) {
        self.values = values
        self.expiresAt = expiresAt
    }
}

/// An answer to the request of a token.
public enum SessionAnswer: Sendable, Hashable {
    case granted(CRMSession)
    /// The credentials or the refresh token are not taken: a person's matter, unless there is another way to ask.
    case refused(String)
    /// Try later.
    case failed(String, wait: Duration?)
}

extension Recipe {
    /// Whether requests need a token that must be asked for.
    public var needsSession: Bool { fetched != nil }

    var fetched: FetchedToken? { if case .fetched(let token) = auth { token } else { nil } }

    /// The request that gets a token: by the last one's refresh values when `session` has them and the CRM takes them, else by
    /// the account's credentials.
    ///
    /// - Throws: `RecipeError` `.missing` when the account lacks a credential.
    public func sessionRequest(_ context: RecipeContext, refreshing: Bool) throws(RecipeError) -> CRMRequest {
        guard let fetched else { throw RecipeError(.noOperation, "token") }
        let request = (refreshing ? fetched.refresh : nil) ?? fetched.get
        let scope = TemplateScope(context: context, recipe: self)
        let raw = Set(accountFields.filter { $0.kind == .host || $0.kind == .url }.map { "account.\($0.name)" })
        let url = try request.url.filledText(scope) { value, placeholder in raw.contains(placeholder.name) ? value : percentEncoded(value) }
        var headers = [CRMHeader("User-Agent", "callsieve"), CRMHeader("Accept", "application/json")]
        if let type = request.body.contentType { headers.append(CRMHeader("Content-Type", type)) }
        for header in request.headers { headers.append(CRMHeader(header.name, try header.value.plain(scope))) }
        return CRMRequest(method: "POST", url: url, headers: headers, body: try request.body.filled(scope) ?? [])
    }

    /// Whether a token can be renewed from the one before it.
    public func canRefresh(_ session: CRMSession) -> Bool {
        guard let refresh = fetched?.refresh else { return false }
        return refresh.placeholders.allSatisfy { placeholder in
            placeholder.name.dropping("auth.").map { session.values[$0] != nil } ?? true
        }
    }

    /// Reads the answer to `sessionRequest`. Values that a refresh does not repeat are kept from `previous`.
    public func readSession(_ response: CRMResponse, previous: CRMSession?, now: Instant) -> SessionAnswer {
        guard let fetched else { return .refused("the recipe asks for no token") }
        let json = try? JSON.parse(response.body)
        let said = json.flatMap { JSONPath("error_description | error.message | error | message")?.value(in: $0)?.scalarText }
        let message = String((said ?? "status \(response.status)").prefix(300))
        switch response.status {
        case 200...299: break
        case 429, 500...599: return .failed(message, wait: Wait(source: .retryAfter, otherwise: nil).duration(response, json, now: now))
        default: return .refused(message)
        }
        var values = previous?.values ?? [:]
        values["token"] = nil
        for (name, path) in fetched.take {
            if let value = json.flatMap({ path.value(in: $0) })?.scalarText { values[name] = Secret(value) }
        }
        guard values["token"] != nil else { return .refused("the answer holds no token: \(message)") }
        let life = fetched.life?.duration(response, json, now: now)
        return .granted(CRMSession(values: values, expiresAt: life.map { now + $0 }))
    }
}
