// SPDX-License-Identifier: Apache-2.0
import StrictYAML

/// Reads `verify:`: one scheme, or a list. Of a list those are used whose secrets the source has; each of them must hold.
struct VerifySection {
    let scope: PathScope

    static let names = [
        "standard-webhooks", "bearer", "basic", "token", "hmac", "ed25519", "twilio-v1", "plivo-v3", "jwt", "mango-sha256",
        "path-token",
    ]

    func schemes(_ node: YAMLNode) throws(SourceProblem) -> [(name: String, scheme: any SignatureScheme)] {
        var schemes: [(name: String, scheme: any SignatureScheme)] = []
        for item in node.oneOrMany() {
            var fields = try item.fields()
            if let any = fields.take("any") {
                try fields.finish()
                schemes.append(("any", AnyOf(schemes: try self.schemes(any).map(\.scheme))))
                continue
            }
            let name = try fields.require("scheme")
            schemes.append((try name.text(), try scheme(name, &fields)))
            try fields.finish()
        }
        guard !schemes.isEmpty else { throw node.problem("no scheme says how a request is believed", fix: "add {scheme: path-token} at least") }
        return schemes
    }

    private func scheme(_ name: YAMLNode, _ fields: inout YAMLFields) throws(SourceProblem) -> any SignatureScheme {
        switch try name.text() {
        case "standard-webhooks":
            return StandardWebhooks(prefix: try fields.text("prefix") ?? "webhook-", secret: try fields.text("secret") ?? "signing")
        case "bearer": return BearerToken(secret: try fields.text("secret") ?? "bearer")
        case "basic": return BasicPassword(user: try fields.text("user") ?? "user", password: try fields.text("secret") ?? "password")
        case "token": return PlacedToken(place: try scope.place(try fields.require("at")), secret: try fields.text("secret") ?? "shared")
        case "path-token": return PathToken()
        case "twilio-v1": return TwilioV1(secret: try fields.text("secret") ?? "auth_token")
        case "plivo-v3": return PlivoV3(secret: try fields.text("secret") ?? "auth_token")
        case "jwt": return JWTBearer(hashClaim: try fields.text("hash claim") ?? "payload_hash", secret: try fields.text("secret") ?? "signing")
        case "hmac": return try hmac(&fields)
        case "mango-sha256":
            return MangoSHA256(
                account: try scope.place(try fields.require("account")), signature: try scope.place(try fields.require("signature")),
                signed: try scope.place(try fields.require("signed")), key: try fields.text("key") ?? "api_key",
                salt: try fields.text("salt") ?? "api_salt")
        case "ed25519":
            return Ed25519Header(
                signature: try fields.require("header").text(), timestamp: try fields.require("timestamp").text(),
                separator: try fields.text("separator") ?? "", secret: try fields.text("secret") ?? "public_key")
        case let unknown:
            throw name.problem(
                "there is no scheme \"\(unknown)\"",
                fix: nearest(to: unknown, among: VerifySection.names).map { "did you mean \"\($0)\"?" }
                    ?? "known: \(VerifySection.names.joined(separator: ", "))")
        }
    }

    private func hmac(_ fields: inout YAMLFields) throws(SourceProblem) -> HeaderHMAC {
        let place = try scope.place(try fields.require("at"))
        let timestamp = try fields.take("timestamp").map { node throws(SourceProblem) in try self.timestamp(node) }
        return HeaderHMAC(
            hash: try fields.take("hash").map { node throws(SourceProblem) in try node.word(HeaderHMAC.Hash.self) } ?? .sha256,
            place: place, prefix: try fields.text("prefix") ?? "",
            encoding: try fields.take("encoding").map { node throws(SourceProblem) in try node.word(HeaderHMAC.Encoding.self) } ?? .hex,
            signed: try fields.take("signed").map { node throws(SourceProblem) in try self.signed(node) } ?? [.init(conditions: [], parts: [.body])],
            timestamp: timestamp, secret: try fields.text("secret") ?? "signing")
    }

    private func timestamp(_ node: YAMLNode) throws(SourceProblem) -> HeaderHMAC.Timestamp {
        if node.isScalar { return .init(place: try scope.place(node), formats: [.unixSeconds]) }
        var fields = try node.fields()
        let place = try scope.place(try fields.require("at"))
        let format = try fields.require("time").word(TimeFormat.self)
        try fields.finish()
        return .init(place: place, formats: [format])
    }

    /// A list of parts, or a list of rows `{when, parts}`.
    private func signed(_ node: YAMLNode) throws(SourceProblem) -> [HeaderHMAC.Signed] {
        guard let first = node.oneOrMany().first, first.isMapping else { return [.init(conditions: [], parts: try parts(node))] }
        var rows: [HeaderHMAC.Signed] = []
        for row in node.oneOrMany() {
            var fields = try row.fields()
            let conditions = try fields.take("when").map { when throws(SourceProblem) in try ConditionSection(scope: scope).conditions(when) } ?? []
            rows.append(.init(conditions: conditions, parts: try parts(try fields.require("parts"))))
            try fields.finish()
        }
        return rows
    }

    private func parts(_ node: YAMLNode) throws(SourceProblem) -> [HeaderHMAC.Part] {
        var parts: [HeaderHMAC.Part] = []
        for item in node.oneOrMany() {
            guard case .scalar(let text, let quoted) = item.content else { throw item.problem("body, url, a path or a quoted text is expected here") }
            if quoted {
                parts.append(.text(text))
            } else if text == "body" {
                parts.append(.body)
            } else if text == "url" {
                parts.append(.url)
            } else {
                parts.append(.place(try scope.place(item)))
            }
        }
        return parts
    }
}
