// SPDX-License-Identifier: Apache-2.0
import CRM
import Crypto
import Essentials
import Foundation
import Testing
import WireFormats

@Suite struct GenericWebhookTests {
    static let key = Data("an example secret of 32 bytes!!!".utf8)
    static let now = Instant(unixMilliseconds: 1_790_000_000_000)
    static let payload: JSON = [
        "lead.key": "cs-01J8X0000000000000000000AB", "lead.phone": "+79161234567", "lead.name": "Ivan \"Vanya\" Petrov", "lead.score": 72,
        "lead.status": "QUALIFIED", "lead.source": "demo", "lead.line": "main", "lead.owner": "Anna", "lead.amount": "300000.00",
        "lead.currency": "RUB", "lead.qualified_at": "2026-09-21T14:13:20.000Z", "call.id": "call-1", "call.direction": "inbound",
        "call.started_at": "2026-09-21T14:10:00.000Z", "call.talk_s": 175, "call.recording_url": "https://pbx.example/r/1.mp3",
    ]

    static func context(_ payload: JSON = payload, secret: String? = nil) -> RecipeContext {
        RecipeContext(
            payload: payload,
            account: [
                "url": Secret("https://sink.example/hooks/leads?team=1"), "secret": Secret(secret ?? "whsec_" + key.base64EncodedString()),
            ], stepKey: "cs-01J8X0000000000000000000AB.lead", now: now)
    }

    static func recipe() throws -> Recipe { try #require(Recipe.shipped("generic-webhook")) }

    @Test func dateInRetryAfterIsObeyed() throws {
        let response = CRMResponse(status: 429, headers: [CRMHeader("Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT")])
        var context = Self.context()
        context.now = Instant(unixSeconds: CRMFixturesDates.wedOct21 - 90)
        #expect(try Self.recipe().read(response, to: "lead.create", context).wait == .seconds(90))
    }

    @Test func requestIsSignedOverItsExactBytes() throws {
        let request = try Self.recipe().request("lead.create", Self.context())
        let headers = Dictionary(request.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { $1 })
        #expect(headers["webhook-id"] == "cs-01J8X0000000000000000000AB.lead")
        #expect(headers["webhook-timestamp"] == "1790000000")
        let signed = Data("cs-01J8X0000000000000000000AB.lead.1790000000.".utf8) + Data(try #require(request.body))
        let code = HMAC<SHA256>.authenticationCode(for: signed, using: SymmetricKey(data: Self.key))
        #expect(headers["webhook-signature"] == "v1," + Data(code).base64EncodedString())
        #expect(headers["content-type"] == "application/json")
    }

    /// Standard Webhooks: the id names the message, the time is that of the attempt.
    @Test func retryKeepsTheIdAndSignsAnew() throws {
        var later = Self.context()
        later.now = Self.now + .seconds(60)
        let first = try Self.recipe().request("lead.create", Self.context())
        let second = try Self.recipe().request("lead.create", later)
        let value = { (request: CRMRequest, name: String) in request.headers.first { $0.name == name }?.value }
        #expect(value(first, "webhook-id") == value(second, "webhook-id"))
        #expect(value(first, "webhook-signature") != value(second, "webhook-signature"))
        #expect(first.body == second.body)
    }

    @Test func twoSecretsGiveTwoSignatures() throws {
        let pair = "whsec_" + Self.key.base64EncodedString() + " whsec_" + Data("another secret".utf8).base64EncodedString()
        let request = try Self.recipe().request("lead.create", Self.context(secret: pair))
        let signature = try #require(request.headers.first { $0.name == "webhook-signature" }?.value)
        #expect(signature.split(separator: " ").count == 2)
    }

    @Test func unusableSecretIsNamedNotShown() throws {
        #expect(throws: RecipeError.self) { try Self.recipe().request("lead.create", Self.context(secret: "canary!")) }
        do {
            _ = try Self.recipe().request("lead.create", Self.context(secret: "canary!"))
        } catch {
            #expect(!"\(error)".contains("canary"))
        }
    }

    @Test func absentValuesLeaveNoKeysBehind() throws {
        let request = try Self.recipe().request("lead.create", Self.context(["lead.key": "cs-1", "lead.name": nil, "lead.currency": nil]))
        let body = try JSON.parse(try #require(request.body))
        #expect(body == ["type": "lead.qualified", "data": ["id": "cs-1"]])
    }

    @Test func refusedLeadsGoAsRejected() throws {
        let recipe = try Self.recipe()
        let refused = Self.context(["lead.key": "cs-1", "lead.status": "NOT_QUALIFIED"])
        let other = Self.context(["lead.key": "cs-1", "lead.status": "DEFERRED"])
        let steps = try #require(recipe.plans["update"])
        #expect(steps.filter { recipe.conditionsHold($0, refused) }.map(\.operation) == ["lead.rejected"])
        #expect(steps.filter { recipe.conditionsHold($0, other) }.map(\.operation) == ["lead.update"])
    }

    static let waits: [(header: String, wait: Duration?)] = [
        ("30", .seconds(30)), (" 7 ", .seconds(7)), ("0", .zero), ("-5", .zero), ("1000000000", CRMAnswer.waitMax), ("1e300", CRMAnswer.waitMax),
        ("soon", .seconds(60)), ("", .seconds(60)), ("nan", .seconds(60)), ("1.5", .milliseconds(1500)),
        ("Wed, 21 Oct 2020 07:28:00 GMT", .zero), ("Wed, 99 Oct 2026 07:28:00 GMT", .seconds(60)), ("Mon, 21 Sep 2026 14:14:00 GMT", .seconds(40)),
    ]

    /// R14: a hint is obeyed, an absurd one is clamped, none is guessed.
    @Test(arguments: waits)
    func retryAfterIsReadAndClamped(header: String, wait: Duration?) throws {
        let response = CRMResponse(status: 429, headers: [CRMHeader("retry-after", header)])
        #expect(try Self.recipe().read(response, to: "lead.create", Self.context()).wait == wait)
    }

    static let bodies: [(body: String, class: AnswerClass)] = [
        ("<html>Please log in</html>", .ok), ("{\"id\":991}", .okCreated), ("{\"id\":null}", .ok), ("{\"id\":\"a\",}", .ok),
        ("\u{FEFF}{\"id\":1}", .okCreated),
        ("[]", .ok), ("", .ok), ("{\"id\":123456789012345678901234567890}", .okCreated),
    ]

    @Test(arguments: bodies)
    func bodiesOfEveryKindAreSurvived(body: String, class: AnswerClass) throws {
        #expect(try Self.recipe().read(CRMResponse(status: 200, body: Array(body.utf8)), to: "lead.create", Self.context()).class == `class`)
    }
}

enum CRMFixturesDates {
    /// `date -u -d 2026-10-21T07:28:00 +%s`
    static let wedOct21: Int64 = 1_792_567_680
}
