// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import PBX
import PBXSamples
import Testing
import WireFormats

/// BAD-INPUTS D: what may go wrong with a signature.
@Suite struct StandardWebhooksTests {
    private static let body = Array(#"{"call":"c","event":"ringing"}"#.utf8)

    private func signed(secret: String = Samples.standardSecret, at: Instant = Samples.now, id: String = "msg_1") throws -> HookRequest {
        let source = try Samples.source("callsieve", ["signing": secret])
        return try DialectPlayer(source).request(["call": "c", "event": "ringing"], id: id, at: at)
    }

    private func verdict(_ request: HookRequest, _ secrets: [String] = [Samples.standardSecret]) throws -> RefusalReason? {
        let source = SourceProfile(name: "demo", dialect: try Samples.dialect("callsieve"), secrets: ["signing": secrets.map { Secret($0) }])
        guard case .refused(let reply, let reason) = source.dialect.authenticate(request, source) else { return nil }
        #expect(reply.status == 401 || reason == .truncated)
        return reason
    }

    private func changed(_ name: String, _ change: (String) -> String?) throws -> HookRequest {
        var request = try signed()
        let index = try #require(request.headers.firstIndex { $0.name == name })
        if let value = change(request.headers[index].value) { request.headers[index].value = value } else { request.headers.remove(at: index) }
        return request
    }

    @Test func publishedVectorIsAccepted() throws {
        let headers = [
            HookHeader("Webhook-Id", "msg_p5jXN8AQM9LWM0D4loKWxJek"), HookHeader("webhook-timestamp", "1614265330"),
            HookHeader("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
        ]
        let request = HookRequest(
            method: "POST", headers: headers, body: Array(#"{"test": 2432232314}"#.utf8), arrivedAt: Instant(unixSeconds: 1_614_265_330))
        #expect(try verdict(request, ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]) == nil)
    }

    @Test(arguments: try Recorded.manifest().filter { $0.provider == "standard-webhooks" })
    func everySampleIsJudgedAsTheManifestSays(row: Recorded.Row) throws {
        let request = try Recorded.request("pbx/" + row.file, arrivedAt: row.now)
        let reason = try verdict(request, [Samples.oldStandardSecret, Samples.standardSecret, Samples.standardPublicKey])
        switch row.verdict {
        case "valid": #expect(reason == nil)
        case "stale": #expect(reason == .stale)
        case "truncated": #expect(reason == .truncated)
        default: #expect(reason == .badSignature || reason == .missing)
        }
    }

    @Test(arguments: ["webhook-id", "webhook-timestamp", "webhook-signature"])
    func headerMissing(name: String) throws {
        #expect(try verdict(changed(name) { _ in nil }) == .missing)
    }

    @Test func headersTwiceAreRefused() throws {
        var request = try signed()
        request.headers.append(request.headers[request.headers.count - 1])
        #expect(try verdict(request) == .missing)
    }

    @Test(arguments: [
        "", "v1", "v1,", "v1,AAAA", "v0,$", "v1a,$", "v2,$", "V1,$", "v1,$=", "v1,$\n", "v1, $", "$", "v1;$",
    ])
    func signatureOfAnotherForm(form: String) throws {
        let request = try changed("webhook-signature") { form.replacing("$", with: $0.dropFirst(3)) }
        #expect(try verdict(request) == (form.isEmpty ? .missing : .badSignature))
    }

    @Test func otherEncodingsAreRefused() throws {
        let signature = try signed().header("webhook-signature") ?? ""
        let mac = try #require(Base64.decode(signature.dropFirst(3).utf8))
        #expect(try verdict(changed("webhook-signature") { _ in "v1," + Hex.encode(mac) }) == .badSignature)
        #expect(try verdict(changed("webhook-signature") { "v1," + $0.dropFirst(3).uppercased() }) == .badSignature)
    }

    @Test func oneOfSeveralSignaturesIsEnoughAndAThousandAreNotRead() throws {
        let other = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= "
        #expect(try verdict(changed("webhook-signature") { other + $0 }) == nil)
        #expect(try verdict(changed("webhook-signature") { String(repeating: other, count: 999) + $0 }) == .badSignature)
    }

    @Test(arguments: [(-300, true), (-301, false), (300, true), (301, false), (0, true)])
    func timeMayBeFiveMinutesOff(seconds: Int64, isAccepted: Bool) throws {
        var request = try signed(at: Instant(unixSeconds: Samples.now.unixSeconds + seconds))
        request.arrivedAt = Samples.now
        #expect(try verdict(request) == (isAccepted ? nil : .stale))
    }

    @Test(arguments: ["", " ", "now", "-1772445600", "+1772445600", "1772445600.0", "1e9", "99999999999999999999"])
    func timeThatIsNoTime(text: String) throws {
        #expect(try verdict(changed("webhook-timestamp") { _ in text }) == .badSignature)
    }

    @Test func timeInMillisecondsIsStale() throws {
        #expect(try verdict(changed("webhook-timestamp") { $0 + "000" }) == .stale)
    }

    @Test func oneMoreSpaceBreaksTheSignature() throws {
        var request = try signed()
        request.body.append(0x20)
        #expect(try verdict(request) == .badSignature)
    }

    @Test func borderBetweenTimeAndBodyCannotBeMoved() throws {
        // The same bytes "msg.1772445600.{…}" read as another id, time and body.
        #expect(try verdict(signed(id: "msg.1")) == .badSignature)
    }

    @Test func signatureOfAnotherSourceIsRefused() throws {
        #expect(try verdict(signed(secret: Samples.oldStandardSecret)) == .badSignature)
    }

    @Test func bothSecretsAreGoodDuringRotationAndOneAfterIt() throws {
        let old = try signed(secret: Samples.oldStandardSecret)
        #expect(try verdict(old, [Samples.oldStandardSecret, Samples.standardSecret]) == nil)
        #expect(try verdict(signed(), [Samples.oldStandardSecret, Samples.standardSecret]) == nil)
        #expect(try verdict(old, [Samples.standardSecret]) == .badSignature)
    }

    @Test(arguments: [[], [""], ["whsec_"], ["whsec_!!!"]])
    func emptyOrUnreadableKeyBelievesNothing(secrets: [String]) throws {
        let reason = try verdict(signed(), secrets)
        #expect(reason == .notConfigured || reason == .badSignature)
        let empty = try changed("webhook-signature") { _ in "v1,uTYDq7nzU4yvQn5fUg5EHtUWbBvJw5CDn0eQ8wYzKlM=" }
        #expect(try verdict(empty, secrets) != nil)
    }

    @Test func bodyShorterThanPromisedIsTruncated() throws {
        var request = try signed()
        request.headers.append(HookHeader("content-length", String(request.body.count + 1)))
        #expect(try verdict(request) == .truncated)
    }
}
