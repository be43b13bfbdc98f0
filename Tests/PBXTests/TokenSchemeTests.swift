// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import PBX
import PBXSamples
import Testing
import WireFormats

@Suite struct TokenSchemeTests {
    /// A dialect that reads any JSON, believed by `verify`.
    private func source(_ verify: String, _ secrets: [String: [String]], publicBase: String? = nil) throws -> SourceProfile {
        let dialect = try Dialect.load(
            """
            dialect: t
            verify: \(verify)
            body: [{type: application/json, read: [json]}, {type: application/x-www-form-urlencoded, read: [form]}]
            fields: {call: call}
            key: "{call}"
            events: [{kind: incoming}]
            replies: {ok: 200, refused: 403, malformed: 422, unavailable: 503}
            """, file: "t.yaml")
        return SourceProfile(name: "t", dialect: dialect, secrets: secrets.mapValues { $0.map { Secret($0) } }, publicBase: publicBase)
    }

    private func request(_ headers: [(String, String)] = [], body: String = #"{"call":"1"}"#, type: String = "application/json", tail: [String] = [])
        -> HookRequest
    {
        HookRequest(
            method: "POST", tail: tail, target: "/hooks/t?x=1", query: Array("x=1".utf8),
            headers: [HookHeader("Content-Type", type)] + headers.map { HookHeader($0.0, $0.1) }, body: Array(body.utf8), arrivedAt: Samples.now)
    }

    private func reason(_ request: HookRequest, _ source: SourceProfile) -> RefusalReason? {
        if case .refused(_, let reason) = source.dialect.authenticate(request, source) { reason } else { nil }
    }

    @Test(
        arguments: [
            ("Bearer abc", nil), ("bearer abc", nil), ("Bearer  abc", nil), ("Bearer old", nil), ("Bearer abcd", .badToken), ("Bearer ab", .badToken),
            ("Bearer", .badToken), ("Bearerabc", .badToken), ("Basic abc", .badToken), ("abc", .badToken), ("Bearer abc ", .badToken),
            ("", .badToken),
        ] as [(String, RefusalReason?)])
    func bearer(header: String, expected: RefusalReason?) throws {
        #expect(reason(request([("Authorization", header)]), try source("{scheme: bearer}", ["bearer": ["old", "abc"]])) == expected)
    }

    @Test func bearerTwiceOrMissing() throws {
        let source = try source("{scheme: bearer}", ["bearer": ["abc"]])
        #expect(reason(request(), source) == .missing)
        #expect(reason(request([("Authorization", "Bearer abc"), ("authorization", "Bearer abc")]), source) == .missing)
        #expect(source.dialect.authenticate(request(), source) == .refused(HookReply(status: 403), .missing))
    }

    @Test(
        arguments: [
            ("rig:secret", nil), ("rig:old:er", nil), ("rig:wrong", .badToken), ("gir:secret", .badToken), ("rig", .badToken), (":", .badToken),
        ] as [(String, RefusalReason?)])
    func basic(pair: String, expected: RefusalReason?) throws {
        let source = try source("{scheme: basic, user: user, secret: password}", ["user": ["rig"], "password": ["secret", "old:er"]])
        #expect(reason(request([("Authorization", "Basic " + Base64.encode(Array(pair.utf8)))]), source) == expected)
        #expect(reason(request([("Authorization", "Basic ?" + pair)]), source) == .badToken)
    }

    @Test func tokenInHeaderFormAndBody() throws {
        let header = try source("{scheme: token, at: header.X-Token}", ["shared": ["s"]])
        #expect(reason(request([("x-token", "s")]), header) == nil)
        #expect(reason(request([("x-token", "S")]), header) == .badToken)
        let form = try source("{scheme: token, at: form.crm_token}", ["shared": ["s ß"]])
        #expect(reason(request(body: "call=1&crm_token=s+%C3%9F", type: "application/x-www-form-urlencoded"), form) == nil)
        #expect(reason(request(body: "call=1&crm_token=x", type: "application/x-www-form-urlencoded"), form) == .badToken)
        #expect(reason(request(body: "call=1", type: "application/x-www-form-urlencoded"), form) == .missing)
        let body = try source("{scheme: token, at: body.data.token}", ["shared": ["s"]])
        #expect(reason(request(body: #"{"data":{"token":"s"}}"#), body) == nil)
        #expect(reason(request(body: #"{"data":{"token":"#), body) == .missing)
    }

    @Test func pathToken() throws {
        let source = try source("{scheme: path-token}", ["token": ["one", "two"]])
        #expect(reason(request(tail: ["one"]), source) == nil)
        #expect(reason(request(tail: ["two", "events"]), source) == nil)
        #expect(reason(request(tail: ["three"]), source) == .badToken)
        #expect(reason(request(), source) == .missing)
        #expect(source.dialect.authenticate(request(), source) == .refused(HookReply(status: 404), .missing))
        #expect(reason(request(tail: ["one"]), try self.source("{scheme: path-token}", [:])) == .notConfigured)
    }

    @Test func tokenInFrontOfAnyDialectIsWantedToo() throws {
        let source = try source("{scheme: bearer}", ["bearer": ["abc"], "token": ["hidden"]])
        #expect(reason(request([("Authorization", "Bearer abc")], tail: ["hidden"]), source) == nil)
        #expect(reason(request([("Authorization", "Bearer abc")]), source) == .missing)
        #expect(reason(request(tail: ["hidden"]), source) == .missing)
    }

    @Test func hmacInEveryHashAndEncoding() throws {
        // echo -n '{"call":"1"}' | openssl dgst -sha256 -hmac key
        let cases = [
            ("hash: sha256, encoding: hex, prefix: sha256=", "sha256=\(HMACSamples.sha256Hex)"),
            ("hash: sha256, encoding: hex", HMACSamples.sha256Hex.uppercased()),
            ("hash: sha256, encoding: base64", HMACSamples.sha256Base64),
            (
                "hash: sha256, encoding: base64url",
                HMACSamples.sha256Base64.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
            ),
            ("hash: sha1, encoding: base64", HMACSamples.sha1Base64),
            ("hash: sha1, encoding: base64 of hex", Base64.encode(Array(HMACSamples.sha1Hex.utf8))),
            ("hash: sha512, encoding: hex", HMACSamples.sha512Hex),
        ]
        for (parameters, signature) in cases {
            let source = try source("{scheme: hmac, at: header.X-Sign, \(parameters)}", ["signing": ["other", "key"]])
            #expect(reason(request([("X-Sign", signature)]), source) == nil, "\(parameters)")
            #expect(reason(request([("X-Sign", signature)], body: #"{"call":"2"}"#), source) == .badSignature)
            #expect(reason(request([("X-Sign", signature + "\n")]), source) == .badSignature)
            #expect(reason(request([("X-Sign", String(signature.dropLast(4)))]), source) == .badSignature)
            #expect(reason(request([("X-Sign", signature), ("X-Sign", signature)]), source) == .missing)
        }
    }

    @Test func hmacOverTimeUrlAndBody() throws {
        let source = try source(
            #"{scheme: hmac, at: header.X-Sign, signed: [header.X-Time, ".", url, body], timestamp: {at: header.X-Time, time: unix milliseconds}}"#,
            ["signing": ["key"]], publicBase: "https://hooks.example")
        let good = request([("X-Time", "1772445600000"), ("X-Sign", HMACSamples.timedHex)])
        #expect(source.dialect.capabilities.needsPublicBase)
        #expect(reason(good, source) == nil)
        var late = good
        late.arrivedAt = Samples.now + .seconds(301)
        #expect(reason(late, source) == .stale)
        #expect(reason(request([("X-Time", "1772445600001"), ("X-Sign", HMACSamples.timedHex)]), source) == .badSignature)
    }
}
