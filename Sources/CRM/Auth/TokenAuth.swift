// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Auth by a token that has to be asked for first: OAuth grants, session logins. Which operations ask, and where a token is carried;
/// when to ask, and that only one asks at a time, is Delivery's.
struct TokenAuth: Sendable {
    /// The operation that gets a token from the account's own credentials.
    var get: String
    /// The one that renews it from what the last answer gave, where the CRM has that.
    var refresh: String?
    /// Each refresh token may be used once: the pair is stored before it is used.
    var rotates: Bool
    /// How long a token lives, where the answer or the CRM's documents say; `nil`: until it is refused.
    var life: Wait?
    /// A signed statement of who we are, for `{auth.assertion}` in the request.
    var assertion: Assertion?
    /// The header that carries the token.
    var header: NamedTemplate?
    /// Put in base64 behind the header's value (`Session <base64>`).
    var encoded: Template?
    var query: NamedTemplate?
    var body: [NamedTemplate] = []

    var placeholders: [Placeholder] {
        var all = (header?.value.placeholders ?? []) + (encoded?.placeholders ?? []) + (query?.value.placeholders ?? [])
        all += body.flatMap(\.value.placeholders) + (assertion?.placeholders ?? [])
        return all
    }

    func headers(_ scope: TemplateScope) throws(RecipeError) -> [CRMHeader] {
        guard let header else { return [] }
        let tail = try encoded.map { (template) throws(RecipeError) in Data(try template.plain(scope).utf8).base64EncodedString() } ?? ""
        return [CRMHeader(header.name, try header.value.plain(scope) + tail)]
    }
}
