// SPDX-License-Identifier: Apache-2.0
import Crypto
import Essentials
import Foundation

/// One way for an account to prove who it is. A recipe may have several: the first whose conditions hold for the account is used.
struct AuthWay: Sendable {
    /// On fields of the account alone.
    var conditions: [Condition]
    /// Takes the place of the recipe's `base` where this way needs another address.
    var base: Template?
    var method: Auth

    func holds(_ scope: TemplateScope) -> Bool { conditions.allSatisfy { $0.holds(scope) } }

    var placeholders: [Placeholder] { (base?.placeholders ?? []) + method.placeholders }
}

/// How requests of a recipe prove who sends them. Arithmetic only: tokens that must be fetched are Delivery's to keep.
enum Auth: Sendable {
    /// The address itself holds the secret, or nothing is asked.
    case none
    case bearer(Template)
    case basic(user: Template, password: Template)
    case header(NamedTemplate)
    case query(NamedTemplate)
    /// standardwebhooks.com: `webhook-id`, `webhook-timestamp`, `webhook-signature` over the exact bytes sent.
    case standardWebhooks(secret: Template, id: Template)
    /// A token that has to be asked for.
    case token(TokenAuth)

    var placeholders: [Placeholder] {
        switch self {
        case .none: []
        case .bearer(let token): token.placeholders
        case .basic(let user, let password): user.placeholders + password.placeholders
        case .header(let pair), .query(let pair): pair.value.placeholders
        case .standardWebhooks(let secret, let id): secret.placeholders + id.placeholders
        case .token(let token): token.placeholders
        }
    }

    /// Header lines for a request with this body, made anew for each attempt.
    func headers(_ scope: TemplateScope, body: [UInt8]) throws(RecipeError) -> [CRMHeader] {
        switch self {
        case .none, .query: return []
        case .bearer(let token): return [CRMHeader("Authorization", "Bearer " + (try token.plain(scope)))]
        case .basic(let user, let password):
            let pair = try user.plain(scope) + ":" + password.plain(scope)
            return [CRMHeader("Authorization", "Basic " + Data(pair.utf8).base64EncodedString())]
        case .header(let pair): return [CRMHeader(pair.name, try pair.value.plain(scope))]
        case .standardWebhooks(let secret, let id):
            let id = try id.plain(scope)
            let timestamp = String(scope.context.now.unixSeconds)
            let signatures = try StandardWebhook.signatures(secrets: try secret.plain(scope), id: id, timestamp: timestamp, body: body)
            return [
                CRMHeader("webhook-id", id), CRMHeader("webhook-timestamp", timestamp), CRMHeader("webhook-signature", signatures),
            ]
        case .token(let token): return try token.headers(scope)
        }
    }

    /// Parameters of the address that carry the secret.
    var parameters: [NamedTemplate] {
        switch self {
        case .query(let pair): [pair]
        case .token(let token): token.query.map { [$0] } ?? []
        default: []
        }
    }

    /// Members that a JSON body or form gets on top.
    var bodyMembers: [NamedTemplate] { if case .token(let token) = self { token.body } else { [] } }
}

/// The signature of Standard Webhooks (spec/standard-webhooks.md, "Symmetric"): HMAC-SHA256 over `id.timestamp.body`.
enum StandardWebhook {
    /// `v1,<base64>` for each secret, separated by spaces: during a rotation the receiver knows one of them.
    static func signatures(secrets: String, id: String, timestamp: String, body: [UInt8]) throws(RecipeError) -> String {
        var out: [String] = []
        for secret in secrets.split(separator: " ") {
            let encoded = secret.hasPrefix("whsec_") ? secret.dropFirst("whsec_".count) : secret
            guard let key = Data(base64Encoded: String(encoded)), !key.isEmpty else { throw RecipeError(.badSecret, "the account's secret") }
            let signed = Array("\(id).\(timestamp).".utf8) + body
            let code = HMAC<SHA256>.authenticationCode(for: signed, using: SymmetricKey(data: key))
            out.append("v1," + Data(code).base64EncodedString())
        }
        guard !out.isEmpty else { throw RecipeError(.badSecret, "the account's secret") }
        return out.joined(separator: " ")
    }
}
