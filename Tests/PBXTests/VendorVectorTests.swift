// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import PBX
import PBXSamples
import Testing
import WireFormats

/// Vectors that vendors publish (Fixtures/pbx/README.md).
@Suite struct VendorVectorTests {
    private func source(_ scheme: String, _ secrets: [String: String], base: String) throws -> SourceProfile {
        let dialect = try Dialect.load(
            """
            dialect: v
            verify: {scheme: \(scheme)}
            body: [{read: [form]}]
            fields: {call: CallSid}
            key: "{CallSid}"
            events: [{kind: incoming}]
            replies: {ok: 200, refused: 401, malformed: 400, unavailable: 503}
            """, file: "v.yaml")
        return SourceProfile(name: "v", dialect: dialect, secrets: secrets.mapValues { [Secret($0)] }, publicBase: base)
    }

    private func request(_ method: String, _ target: String, _ fields: [(String, String)], _ headers: [(String, String)]) -> HookRequest {
        let query = target.split(separator: "?").dropFirst().first ?? ""
        return HookRequest(
            method: method, target: target, query: Array(query.utf8),
            headers: [HookHeader("Content-Type", "application/x-www-form-urlencoded")] + headers.map { HookHeader($0.0, $0.1) },
            body: Form(fields.map { Form.Field($0.0, $0.1) }).serialised(), arrivedAt: Samples.now)
    }

    @Test(arguments: [
        (
            [("CallSid", "CA1234567890ABCDE"), ("Digits", "1234"), ("From", "+14158675309"), ("Caller", "+14158675309"), ("To", "+18005551212")],
            "RSOYDt4T1cUTdK1PDd93/VVr8B8="
        ),
        ([("Sid", "CA123"), ("SidAccount", "AC123"), ("Digits", "5678"), ("Digits", "1234"), ("Digits", "1234")], "IK+Dwps556ElfBT0I3Rgjkr1wJU="),
    ])
    func twilio(fields: [(String, String)], signature: String) throws {
        let source = try source("twilio-v1", ["auth_token": "12345"], base: "https://mycompany.com")
        let good = request("POST", "/myapp.php?foo=1&bar=2", fields, [("X-Twilio-Signature", signature)])
        #expect(source.dialect.authenticate(good, source) == .accepted)
        let otherQuery = request("POST", "/myapp.php?foo=1&bar=3", fields, [("X-Twilio-Signature", signature)])
        #expect(!source.dialect.authenticate(otherQuery, source).isAccepted)
        let noBase = SourceProfile(name: "v", dialect: source.dialect, secrets: source.secrets)
        #expect(!noBase.dialect.authenticate(good, noBase).isAccepted && noBase.problems.contains { $0.contains("base url") })
    }

    private static let plivo: [(String, String)] = [
        ("Direction", "outbound"), ("From", "19792014278"), ("ALegUUID", "3e82ae9d-2c78-4d85-b1a4-6eae7dbafb36"), ("CallStatus", "in-progress"),
        ("BillRate", "0.002"), ("ParentAuthID", "MANWVLYTK4ZWU1YTY4QA"),
        ("To", "sip:PlivoSignature382029104058171078704104@phone-qa.voice.plivodev.com"),
        ("ALegRequestUUID", "3e82ae9d-2c78-4d85-b1a4-6eae7dbafb36"), ("CallUUID", "3e82ae9d-2c78-4d85-b1a4-6eae7dbafb36"),
        ("RequestUUID", "3e82ae9d-2c78-4d85-b1a4-6eae7dbafb36"),
        ("SIP-H-To", "<sip:PlivoSignature382029104058171078704104@52.9.11.55;transport=udp>;tag=1"),
        ("SessionStart", "2020-04-08 11:34:33.238707"), ("Event", "StartApp"),
    ]

    @Test(arguments: [
        ("POST", "/?a=b&c=d", "k7Pusd4OxCIjR5IfA9iedDNu/h/gbdYqdzG/MiYtd1c="), ("POST", "", "iAjE5QqI37mbkYe4w3jTMudqEzbDufdqi7sYwTu64e0="),
        ("GET", "/?a=b&c=d", "UBq8jAtd32wR8EK9VgxbBn4n5rpI/l1H9iN4WfSEHFQ="), ("GET", "", "i/MQsaQSAd6fiKhOh2qeeeLHZ9faldADSb3/7+Akfbc="),
    ])
    func plivo(method: String, end: String, signature: String) throws {
        let source = try source("plivo-v3", ["auth_token": "Y2Q2ZDgxZmY5YWRiOTI5YmQ1Njg0MTAxZWIyOTc4"], base: "https://plivobin.non-prod.plivops.com")
        var target = "/api/v1/validate_signature03.xml" + end
        // The parameters of a GET are all in its query.
        let fields = String(decoding: Form(VendorVectorTests.plivo.map { Form.Field($0.0, $0.1) }).serialised(), as: UTF8.self)
        if method == "GET" { target += (end.isEmpty ? "?" : "&") + fields }
        let headers = [("X-Plivo-Signature-V3", "AAAA," + signature), ("X-Plivo-Signature-V3-Nonce", "31627761595286130198")]
        let good = request(method, target, method == "GET" ? [] : VendorVectorTests.plivo, headers)
        #expect(source.dialect.authenticate(good, source) == .accepted)
        var other = good
        other.headers[2].value = "31627761595286130199"
        #expect(!source.dialect.authenticate(other, source).isAccepted)
    }

    @Test func mangoKeyWithAngleBrackets() throws {
        let json = #"{"command_id":"your-command-id","call_id":"<CALL_ID>"}"#
        let source = SourceProfile(
            name: "m", dialect: try Samples.dialect("mango"),
            secrets: ["api_key": [Secret("<YOUR_API_KEY>")], "api_salt": [Secret("<YOUR_API_SALT>")]])
        let fields = [
            ("vpbx_api_key", "<YOUR_API_KEY>"), ("sign", "2d1d01246f52cec1fdb44f2a4d7091dc54f67e318369c0628201d66b5d336ef0"), ("json", json),
        ]
        #expect(source.dialect.authenticate(request("POST", "/hooks/m/result/route", fields, []), source) == .accepted)
        #expect(!source.dialect.authenticate(request("POST", "/hooks/m", fields.map { ($0.0, $0.1 + " ") }, []), source).isAccepted)
    }
}
