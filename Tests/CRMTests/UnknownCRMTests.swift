// SPDX-License-Identifier: Apache-2.0
import CRM
import CRMTestKit
import Essentials
import Testing
import WireFormats

/// A CRM that no recipe is shipped for works from its YAML alone.
@Suite struct UnknownCRMTests {
    static func context(taken: [String: JSON] = [:], session: [String: Secret] = ["token": Secret("t1")]) -> RecipeContext {
        RecipeContext(
            payload: [
                "lead.key": "cs-1", "lead.phone": "+79161234567", "lead.name": "Ivan Petrov", "lead.title": "Call", "lead.amount": "1500.50",
                "lead.owner": "Anna", "lead.answers.flower": "tulip",
            ],
            account: ["url": Secret("https://flower.example"), "user": Secret("robot"), "password": Secret("canary & co")],
            mapping: ["owners": ["Anna": 7], "fields": ["flower": "{lead.answers.flower | upper}", "colour": "{lead.answers.colour}"]],
            taken: taken, session: session, stepKey: "cs-1.order", now: Instant(unixSeconds: 1_790_000_000))
    }

    static func recipe() throws -> Recipe { try Recipe.load(FlowerCRM.recipe, file: "flower.yaml") }

    static func ok(_ body: String) -> CRMResponse { CRMResponse(status: 200, body: Array(body.utf8)) }

    @Test func tokenIsAskedForByPasswordAndRenewed() throws {
        let recipe = try Self.recipe()
        let context = Self.context(session: [:])
        #expect(recipe.needsSession("order.create", account: context.account) && !recipe.needsSession("auth.token", account: context.account))
        #expect(recipe.sessionRotates(account: context.account))
        let request = try recipe.sessionRequest(context, refreshing: false)
        #expect(request.url == "https://flower.example/v1/token")
        #expect(String(decoding: request.body ?? [], as: UTF8.self) == "grant_type=password&username=robot&password=canary+%26+co")
        let given = Self.ok("{\"data\":{\"access\":\"t1\",\"refresh\":\"r1\",\"expires_in\":600}}")
        guard case .granted(let session) = recipe.readSession(given, context, refreshing: false, previous: nil) else { throw Unexpected() }
        #expect(session.expiresAt == context.now + .seconds(600) && recipe.canRefresh(session, account: context.account))
        let renewing = try recipe.sessionRequest(Self.context(session: session.values), refreshing: true)
        #expect(String(decoding: renewing.body ?? [], as: UTF8.self) == "grant_type=refresh_token&refresh_token=r1")
        guard case .granted(let second) = recipe.readSession(Self.ok("{\"data\":{\"access\":\"t2\"}}"), context, refreshing: true, previous: session)
        else { throw Unexpected() }
        #expect(second.values == ["token": Secret("t2"), "refresh_token": Secret("r1")])
    }

    static let refusals: [(body: String, isRefused: Bool)] = [
        ("{\"error\":{\"code\":\"bad_password\",\"text\":\"no\"}}", true), ("{\"error\":{\"code\":\"slow_down\"}}", false), ("<html>", false),
        ("{\"data\":{\"refresh\":\"r\"}}", true),
    ]

    @Test(arguments: refusals)
    func tokenThatIsNotGivenIsRefusedOrAskedForLater(body: String, isRefused: Bool) throws {
        switch try Self.recipe().readSession(Self.ok(body), Self.context(), refreshing: false, previous: nil) {
        case .granted: Issue.record("granted")
        case .refused(let answer): #expect(isRefused && answer.taken.isEmpty)
        case .failed(let answer): #expect(!isRefused && answer.taken.isEmpty)
        }
    }

    @Test func orderCarriesClientOwnerAndMappedFields() throws {
        let request = try Self.recipe().request("order.create", Self.context(taken: ["client_id": 5]))
        #expect(request.headers.contains(CRMHeader("X-Session", "t1")))
        #expect(
            try JSON.parse(request.body ?? [])
                == ["ref": "cs-1", "client": 5, "title": "Call", "sum": .number("1500.50"), "manager": 7, "flower": "TULIP"])
    }

    static let answers: [(operation: String, body: String, class: AnswerClass, taken: [String: JSON])] = [
        ("client.find", "{\"data\":[{\"id\":4,\"phone\":\"8 916 123-45-68\"},{\"id\":5,\"phone\":\"8 (916) 123-45-67\"}]}", .ok, ["client_id": 5]),
        ("client.find", "{\"data\":[]}", .okEmpty, [:]),
        ("order.create", "{\"data\":{\"id\":9}}", .ok, ["order_id": 9]),
        ("order.create", "{\"error\":{\"code\":\"wrong\",\"text\":\"no such flower\",\"field\":\"flower\"}}", .invalid, [:]),
        ("order.create", "{\"error\":{\"code\":\"busy\",\"wait_ms\":250}}", .retry, [:]),
        ("order.create", "{\"error\":{\"code\":\"session_over\"}}", .authExpired, [:]),
        ("order.create", "<html>maintenance</html>", .serverError, [:]),
        ("order.find", "{\"data\":[{\"id\":8,\"ref\":\"cs-10\"},{\"id\":9,\"ref\":\"cs-1\"}]}", .ok, ["order_id": 9]),
    ]

    @Test(arguments: answers)
    func errorsInsideOfTwoHundredAreFound(operation: String, body: String, class: AnswerClass, taken: [String: JSON]) throws {
        let read = try Self.recipe().read(Self.ok(body), to: operation, Self.context())
        #expect(read.class == `class` && read.taken == taken)
        if `class` == .invalid { #expect(read.message == "no such flower" && read.field == "flower") }
        if `class` == .retry { #expect(read.wait == .milliseconds(250)) }
    }

    @Test func whatBecameOfItComesBack() throws {
        let recipe = try Self.recipe()
        let read = try #require(recipe.readOperation(kind: "lead"))
        #expect(read.operation == "order.read" && read.idName == "order_id")
        let body = "{\"data\":{\"id\":9,\"ref\":\"cs-1\",\"stage\":\"bouquet_paid\",\"paid\":\"1500.50\",\"currency\":\"EUR\"}}"
        let (answer, record) = recipe.readRecord(Self.ok(body), kind: "lead", id: "9", Self.context())
        #expect(answer.class == .ok && record?.key == "cs-1" && record?.state == .won)
        #expect(record?.paid == CRMMoney(amount: "1500.50", currency: "EUR"))
        let found = try #require(record)
        #expect(recipe.status(of: found, mapping: [:]) == "WON")
        #expect(recipe.status(of: found, mapping: ["statuses": ["bouquet_paid": "CONTRACT"]]) == "CONTRACT")
    }

    private struct Unexpected: Error {}
}
