// SPDX-License-Identifier: Apache-2.0
import CRM
import Essentials
import Testing
import WireFormats

/// The recorded answers of the CRMs whose recipes are shipped, through the interpreter: every answer of an operation that the recipe
/// has, and every answer that any operation may get.
@Suite struct RecordedAnswersTests {
    static let crms = ["amocrm", "bitrix24", "salesforce", "tryton"]

    static let context = RecipeContext(
        payload: ["lead.key": "cs-01JD0000000000000000000001", "lead.phone": "+79161234567"], account: ["originator": Secret("callsieve")],
        stepKey: "k", now: Instant(unixSeconds: 1_790_000_000))

    @Test(arguments: crms)
    func everyAnswerHasItsClassAndId(crm: String) throws {
        let recipe = try #require(Recipe.shipped(crm))
        var count = 0
        for answer in try CRMFixtures(crm).cases {
            guard let operation = recipe.operations[answer.operation] else { continue }
            count += 1
            var context = Self.context
            // The messages taken from a running Tryton have the key that was used there.
            if crm == "tryton" { context.payload = ["lead.key": "cs-01HX-0002", "lead.phone": "+79161234567"] }
            let read = recipe.read(answer.response, to: operation.name, context)
            // A look-up that found ours says so, whatever the CRM calls it.
            let isFound = operation.name.contains(".find") && read.class == .okExisting
            #expect(isFound ? answer.class == "ok" : read.class.rawValue == answer.class, "\(answer)")
            if let id = answer.recordID { #expect(read.taken.values.contains { $0.scalarText == id }, "\(answer)") }
            if let wait = answer.retryAfter { #expect(read.wait == .seconds(wait), "\(answer)") }
            if read.class == .invalid { #expect(read.message != nil, "\(answer)") }
        }
        #expect(count >= 8, "\(crm): \(count)")
    }

    @Test(arguments: crms)
    func everyCommonAnswerHasItsClassForEveryOperation(crm: String) throws {
        let recipe = try #require(Recipe.shipped(crm))
        let fixtures = try CRMFixtures(crm)
        for answer in fixtures.index["common"]?.members ?? [] {
            let response = try fixtures.response(answer.value["file"]?.string ?? "")
            for operation in recipe.operations.keys where !operation.hasPrefix("auth.") {
                let read = recipe.read(response, to: operation, Self.context)
                #expect(read.class.rawValue == answer.value["class"]?.string, "\(operation) \(answer.name)")
            }
        }
    }

    /// A create is never repeated blind where the CRM keeps two.
    @Test(arguments: ["amocrm", "bitrix24"])
    func createIsLookedUpBeforeItIsRepeated(crm: String) throws {
        let recipe = try #require(Recipe.shipped(crm))
        guard case .lookUp(let look) = try #require(recipe.operations["lead.create"]).onUnknown else { throw NotLookedUp() }
        #expect(look.operation == "lead.find_by_external_id" && look.again != nil)
        #expect(recipe.plans["deliver"]?.first?.first == "lead.find_by_external_id")
    }

    private struct NotLookedUp: Error {}

    @Test func bitrixCreateCarriesOurIdAndNothingEmpty() throws {
        let recipe = try #require(Recipe.shipped("bitrix24"))
        var context = Self.context
        context.payload = [
            "lead.key": "cs-1", "lead.title": "Call", "lead.phone": "+79161234567", "lead.amount": "300000.00", "lead.currency": "RUB",
        ]
        context.account = ["portal": Secret("p.bitrix24.ru"), "user": Secret("1"), "code": Secret("canary"), "assignee": Secret("6")]
        let request = try recipe.request("lead.create", context)
        #expect(request.url == "https://p.bitrix24.ru/rest/1/canary/crm.item.add")
        #expect(
            try JSON.parse(request.body ?? []).sorted
                == ([
                    "entityTypeId": 1,
                    "fields": [
                        "title": "Call", "sourceId": "CALL", "assignedById": 6, "opened": "Y", "opportunity": .number("300000.00"),
                        "currencyId": "RUB",
                        "originatorId": "callsieve", "originId": "cs-1", "fm": [["typeId": "PHONE", "valueType": "WORK", "value": "+79161234567"]],
                    ],
                ] as JSON).sorted)
        #expect(!"\(request)".contains("canary"))
    }

    @Test func amoCreateLeavesOutWhatIsNotKnown() throws {
        let recipe = try #require(Recipe.shipped("amocrm"))
        var context = Self.context
        context.payload = ["lead.key": "cs-1", "lead.title": "Call", "lead.amount": "300000.50"]
        context.account = ["host": Secret("x.amocrm.ru"), "token": Secret("t"), "key_field": Secret("1286573")]
        let request = try recipe.request("lead.create", context)
        #expect(
            try JSON.parse(request.body ?? []) == [
                [
                    "name": "Call", "price": 300_000, "request_id": "cs-1",
                    "custom_fields_values": [["field_id": 1_286_573, "values": [["value": "cs-1"]]]],
                ]
            ])
    }
}
