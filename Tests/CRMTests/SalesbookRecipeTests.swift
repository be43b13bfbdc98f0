// SPDX-License-Identifier: Apache-2.0
import CRM
import Essentials
import Testing
import WireFormats

@Suite struct SalesbookRecipeTests {
    static func context(_ payload: JSON) -> RecipeContext {
        RecipeContext(
            payload: payload, account: ["url": Secret("http://127.0.0.1:8480/book/"), "token": Secret("canary")], stepKey: "cs-1.lead_id",
            now: Instant(unixSeconds: 1_790_000_000))
    }

    @Test func leadIsPutUnderOurKey() throws {
        let recipe = try #require(Recipe.shipped("salesbook"))
        let request = try recipe.request(
            "lead.put",
            Self.context([
                "lead.key": "cs-01J/8?x", "lead.phone": "+79161234567", "lead.amount": 300_000, "lead.answers.budget_total": "300000",
                "lead.answers.decision_maker": true, "lead.utm.source": "yandex", "lead.tags": ["hot", "site"], "lead.email": "",
            ]))
        #expect(request.method == "PUT")
        #expect(request.url == "http://127.0.0.1:8480/book/api/v1/leads/cs-01J%2F8%3Fx")
        #expect(request.headers.contains(CRMHeader("Authorization", "Bearer canary")))
        #expect(
            try JSON.parse(request.body ?? []) == [
                "phone": "+79161234567", "tags": ["hot", "site"], "amount": "300000",
                "answers": ["budget_total": "300000", "decision_maker": true], "utm": ["source": "yandex"],
            ])
        #expect(!"\(request)".contains("canary"))
    }

    @Test func keyIsNeededForTheAddress() throws {
        let recipe = try #require(Recipe.shipped("salesbook"))
        #expect(throws: RecipeError.self) { try recipe.request("lead.put", Self.context(["lead.name": "Ivan"])) }
    }

    static let answers: [(status: Int, body: String, class: AnswerClass, id: String?)] = [
        (201, "{\"id\":\"B-17\",\"created\":true}", .okCreated, "B-17"), (200, "{\"id\":\"B-17\",\"created\":false}", .ok, "B-17"),
        (201, "", .serverError, nil), (401, "{}", .authInvalid, nil), (404, "{}", .notFound, nil), (422, "{\"detail\":\"phone\"}", .invalid, nil),
        (503, "", .serverError, nil), (500, "<html>", .serverError, nil), (302, "", .serverError, nil),
    ]

    @Test(arguments: answers)
    func answerHasItsClass(status: Int, body: String, class: AnswerClass, id: String?) throws {
        let recipe = try #require(Recipe.shipped("salesbook"))
        let read = recipe.read(CRMResponse(status: status, body: Array(body.utf8)), to: "lead.put", Self.context([:]))
        #expect(read.class == `class`)
        #expect(read.taken["lead_id"]?.string == id)
        if status == 422 { #expect(read.message == "phone") }
    }

    @Test func callStepIsPassedOverWithoutACall() throws {
        let recipe = try #require(Recipe.shipped("salesbook"))
        let steps = try #require(recipe.plans["deliver"])
        #expect(steps.filter { recipe.conditionsHold($0, Self.context(["lead.key": "cs-1"])) }.map(\.name) == ["lead_id"])
        #expect(steps.filter { recipe.conditionsHold($0, Self.context(["call.id": "01J"])) }.map(\.name) == ["lead_id", "call"])
    }

    @Test func fieldsOfAnAccountAreChecked() throws {
        let recipe = try #require(Recipe.shipped("salesbook"))
        #expect(recipe.problems(withFields: ["url", "token"]).isEmpty)
        #expect(recipe.problems(withFields: ["url", "tokn"]).count == 2)
    }
}
