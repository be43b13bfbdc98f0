// SPDX-License-Identifier: Apache-2.0
import Crypto
import Essentials
import Foundation
import StrictYAML
import WireFormats

/// How we know that a message comes from the CRM. Arithmetic has names, as the vendors' pages do.
enum HookVerification: Sendable {
    /// The secret is the last part of the address that the CRM was given.
    case token(Template)
    /// A field of the body holds a value that only the CRM knows (Bitrix24's `application_token`).
    case field(JSONPath, equals: Template)
    case header(String, equals: Template)
    case basic(user: Template, password: Template)
    case standardWebhooks(Template)
    /// `X-HubSpot-Signature-v3`: base64 of HMAC over method, address, body and time.
    case hubspot(Template)
    /// `Signature`: base64 of webhook id, colon and hex of HMAC over the body. Several secrets: one for each webhook.
    case espocrm(Template)
    /// `t=…,v1=…`: hex of HMAC over time, point and body.
    case timed(header: String, Template)

    /// How old a signed message may be.
    static let tolerance = Duration.seconds(300)

    var isSigned: Bool {
        switch self {
        case .standardWebhooks, .hubspot, .espocrm, .timed: true
        case .token, .field, .header, .basic: false
        }
    }

    private var templates: [Template] {
        switch self {
        case .token(let one), .field(_, let one), .header(_, let one), .standardWebhooks(let one), .hubspot(let one), .espocrm(let one),
            .timed(_, let one):
            [one]
        case .basic(let user, let password): [user, password]
        }
    }

    var placeholders: [Placeholder] { templates.flatMap(\.placeholders) }

    /// Why the message is not taken; `nil`: it is the CRM's. Compares in constant time.
    func refusal(of message: HookMessage, _ tree: JSON?, _ scope: TemplateScope) -> String? {
        var secrets: [String] = []
        for template in templates {
            guard let secret = try? template.plain(scope) else { return "the account has no \(template.placeholders.first?.name ?? "secret")" }
            secrets.append(secret)
        }
        let secret = secrets.first ?? ""
        switch self {
        case .token: return HookVerification.same(message.token, secret, "the token in the address")
        case .field(let path, _): return HookVerification.same(tree.flatMap { path.value(in: $0)?.scalarText }, secret, "the token in the body")
        case .header(let name, _): return HookVerification.same(message.header(name), secret, "the header \(name)")
        case .basic:
            let expected = "Basic " + Data(secrets.joined(separator: ":").utf8).base64EncodedString()
            return HookVerification.same(message.header("authorization"), expected, "the password")
        case .standardWebhooks: return HookVerification.standardWebhooks(message, secret)
        case .hubspot: return HookVerification.hubspot(message, secret)
        case .espocrm: return HookVerification.espocrm(message, secret)
        case .timed(let header, _): return HookVerification.timed(message, message.header(header) ?? "", secret)
        }
    }

    private static func same(_ given: String?, _ expected: String, _ what: String) -> String? {
        guard let given, !expected.isEmpty, constantTimeEqual(Array(given.utf8), Array(expected.utf8)) else { return "\(what) is not ours" }
        return nil
    }

    private static func isFresh(_ text: String?, milliseconds: Bool, _ now: Instant) -> Bool {
        guard let number = text.flatMap({ Int64($0) }), abs(number) < 1 << 50 else { return false }
        let sent = milliseconds ? Instant(unixMilliseconds: number) : Instant(unixSeconds: number)
        return now - sent <= tolerance && sent - now <= tolerance
    }

    private static func mac(_ secret: [UInt8], _ message: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: secret)))
    }

    private static func hex(_ bytes: [UInt8]) -> String { bytes.map { String(format: "%02x", $0) }.joined() }

    private static func standardWebhooks(_ message: HookMessage, _ secrets: String) -> String? {
        guard let id = message.header("webhook-id"), let time = message.header("webhook-timestamp"),
            isFresh(time, milliseconds: false, message.receivedAt)
        else { return "the message has no id, or its time is not now" }
        let signatures = message.header("webhook-signature") ?? ""
        for secret in secrets.split(separator: " ") {
            if StandardWebhookKey(Secret(String(secret)))?.matches(signatures, id: id, timestamp: time, body: message.body) ?? false { return nil }
        }
        return "the signature is not ours"
    }

    private static func hubspot(_ message: HookMessage, _ secret: String) -> String? {
        guard let time = message.header("x-hubspot-request-timestamp"), isFresh(time, milliseconds: true, message.receivedAt) else {
            return "the time of the message is not now"
        }
        let signed = Array((message.method + message.url).utf8) + message.body + Array(time.utf8)
        let expected = Data(mac(Array(secret.utf8), signed)).base64EncodedString()
        return same(message.header("x-hubspot-signature-v3"), expected, "the signature")
    }

    private static func espocrm(_ message: HookMessage, _ secrets: String) -> String? {
        guard let given = message.header("signature"), let decoded = Base64.decode(given.utf8),
            let colon = decoded.firstIndex(of: UInt8(ascii: ":"))
        else { return "the message has no signature" }
        let code = String(decoding: decoded[(colon + 1)...], as: UTF8.self)
        for secret in secrets.split(separator: " ") where same(code, hex(mac(Array(secret.utf8), message.body)), "") == nil { return nil }
        return "the signature is not ours"
    }

    private static func timed(_ message: HookMessage, _ header: String, _ secret: String) -> String? {
        var parts: [Substring: Substring] = [:]
        for part in header.split(separator: ",") {
            let pair = part.split(separator: "=", maxSplits: 1)
            if pair.count == 2, parts[pair[0]] == nil { parts[pair[0]] = pair[1] }
        }
        guard let time = parts["t"].map(String.init), isFresh(time, milliseconds: false, message.receivedAt) else {
            return "the time of the message is not now"
        }
        return same(parts["v1"].map(String.init), hex(mac(Array(secret.utf8), Array("\(time).".utf8) + message.body)), "the signature")
    }
}

extension HookVerification {
    /// `{token: …}`, `{field: path, equals: …}`, `{header: name, equals: …}`, `{basic: {user, password}}`, or a named signature with its secret.
    init(_ node: YAMLNode) throws(SourceProblem) {
        var fields = try node.fields()
        let equals = try fields.take("equals").map { (node) throws(SourceProblem) in try Template(node) }
        if let one = fields.take("token") {
            self = .token(try Template(one))
        } else if let path = fields.take("field"), let equals {
            self = .field(try JSONPath(path), equals: equals)
        } else if let one = fields.take("standard webhooks") {
            self = .standardWebhooks(try Template(one))
        } else if let one = fields.take("hubspot v3") {
            self = .hubspot(try Template(one))
        } else if let one = fields.take("espocrm") {
            self = .espocrm(try Template(one))
        } else if let one = fields.take("t,v1") {
            self = .timed(header: try fields.require("header").text(), try Template(one))
        } else if let name = fields.take("header"), let equals {
            self = .header(try name.text(), equals: equals)
        } else if let one = fields.take("basic") {
            var parts = try one.fields()
            self = .basic(user: try Template(try parts.require("user")), password: try Template(try parts.require("password")))
            try parts.finish()
        } else {
            throw node.problem(
                "nothing says how a message is verified",
                fix: "one of token, field with equals, header with equals, basic, standard webhooks, hubspot v3, espocrm, \"t,v1\" with header")
        }
        try fields.finish()
    }
}
