// SPDX-License-Identifier: Apache-2.0
import CRM
import Essentials
import HTTPTypes
import Hummingbird
import SalesBook
import Testing
import WireFormats

/// The shipped recipe and the book, each the other's word: what one sends the other takes.
@Suite struct BookRecipeTests {
    private static let payload: JSON = [
        "lead.key": .string(BookRig.key), "lead.title": "Call from Romashka about a shop", "lead.phone": "+79161234567", "lead.name": "Ivan Petrov",
        "lead.company": "Romashka", "lead.email": "ivan@example.com", "lead.status": "QUALIFIED", "lead.reason_text": "within the limit",
        "lead.priority": "2", "lead.score": 85, "lead.tags": ["hot", "site"], "lead.group": "sales", "lead.owner": "Anna", "lead.line": "main",
        "lead.channel": "site", "lead.source": "demo", "lead.region": "Moscow", "lead.service": "shop", "lead.amount": "300000.00",
        "lead.amount_minor": 30_000_000, "lead.currency": "RUB", "lead.answers.budget_total": "300000", "lead.answers.decision_maker": "yes",
        "lead.answers_text": "Budget: 300 000", "lead.act_by": "2026-11-23T13:00:00.000Z", "lead.created_at": "2026-11-23T12:00:00.000Z",
        "lead.qualified_at": "2026-11-23T12:03:00.000Z", "lead.url": "http://127.0.0.1:8480/leads/1", "lead.utm.source": "yandex",
        "lead.extra.city": "Moscow", "call.id": "01JDD5W0000000000000000001", "call.direction": "inbound", "call.from": "+79161234567",
        "call.to": "+74950000101", "call.agent": "12", "call.started_at": "2026-11-23T12:00:00.000Z", "call.answered_at": "2026-11-23T12:00:05.000Z",
        "call.ended_at": "2026-11-23T12:03:00.000Z", "call.wait_s": 5, "call.talk_s": 175, "call.outcome": "ANSWERED",
        "call.recording_url": "https://rec.example/1.mp3",
    ]

    @Test func everythingTheRecipeSendsIsTaken() async throws {
        try await BookRig.run { rig in
            let recipe = try #require(Recipe.shipped("salesbook"))
            #expect(try await Self.perform("lead.put", recipe, rig) == .okCreated)
            #expect(try await Self.perform("lead.put", recipe, rig) == .ok)
            #expect(try await Self.perform("call.put", recipe, rig) == .okCreated)
            #expect(try await Self.perform("call.put", recipe, rig) == .ok)
            #expect(try await Self.perform("lead.status", recipe, rig) == .ok)
            #expect(try await Self.perform("lead.read", recipe, rig) == .ok)
            let card = try await rig.person(.get, "/book/api/v1/cards/B-1").json
            #expect(card["amount"] == ["amount": "300000.00", "currency": "RUB"])
            #expect(card["version"] == 1, "what only repeats changes nothing")
            #expect(card["briefing"]?["answers"] == ["budget_total": "300000", "decision_maker": "yes"])
            #expect(card["briefing"]?["score"] == "85")
            #expect(card["calls"]?[0]?["talk_s"] == 175)
        }
    }

    @Test func aCallWithoutALeadIsNotFound() async throws {
        try await BookRig.run { rig in
            let recipe = try #require(Recipe.shipped("salesbook"))
            #expect(try await Self.perform("call.put", recipe, rig) == .notFound)
        }
    }

    private static func perform(_ operation: String, _ recipe: Recipe, _ rig: BookRig) async throws -> AnswerClass {
        let context = RecipeContext(
            payload: payload, account: ["url": Secret("http://book.example/book"), "token": BookRig.token], stepKey: "cs-1.step", now: BookRig.start)
        let request = try recipe.request(operation, context)
        let path = request.url.dropFirst("http://book.example".count)
        let method = try #require(HTTPRequest.Method(rawValue: request.method))
        let answer = try await rig.send(method, String(path), request.body.map { String(decoding: $0, as: UTF8.self) })
        return recipe.read(CRMResponse(status: answer.status, body: Array(answer.text.utf8)), to: operation, context).class
    }
}
