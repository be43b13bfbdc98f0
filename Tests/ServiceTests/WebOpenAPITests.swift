// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Synchronization
import Testing
import WireFormats

@testable import WebServer

/// Holds the routes to the document that the service serves, and the answers to its schemas.
@Suite struct WebOpenAPITests {
    static let document = (try? JSON.parse(PackageResources.openapi_json, limits: JSON.Limits(depth: 64, values: 50_000))) ?? .null

    /// Pages are for people: they are no part of the API's document.
    static func isDescribed(_ route: Route) -> Bool {
        route.template.hasPrefix("/api/") || ["/healthz", "/readyz", "/metrics", "/openapi.json"].contains(route.template)
    }

    @Test func everyRouteIsDescribedAndEveryDescriptionHasItsRoute() throws {
        let routes = try WebTestHost().server().routes.filter(Self.isDescribed)
        let served = Set(routes.map { "\($0.method.rawValue.lowercased()) \($0.template)" })
        let paths = try #require(Self.document["paths"]?.members)
        let described = Set(paths.flatMap { path in (path.value.members ?? []).map { "\($0.name) \(path.name)" } })
        #expect(served == described)
    }

    @Test func openRoutesAreDescribedAsOpen() throws {
        for route in try WebTestHost().server().routes.filter(Self.isDescribed) {
            let operation = Self.document["paths"]?[route.template]?[route.method.rawValue.lowercased()]
            #expect((operation?["security"] == .array([])) == (route.access == .everyone), "\(route.template)")
        }
    }

    @Test func everyReferenceLeadsSomewhere() {
        let schema = WebSchema(document: Self.document)
        func references(_ value: JSON) -> [String] {
            let own = value["$ref"]?.string.map { [$0] } ?? []
            return own + (value.members ?? []).flatMap { references($0.value) } + (value.array ?? []).flatMap(references)
        }
        let all = references(Self.document)
        #expect(all.count > 50)
        for reference in all { #expect(schema.resolve(reference) != nil, "\(reference)") }
    }

    @Test func answersFitTheirSchemas() async throws {
        let host = WebTestHost()
        let (call, lead) = try fill(host)
        try await host.test { client in
            let requests: [(HTTPRequest.Method, String, String, String)] = [
                (.get, "/healthz", "/healthz", ""), (.get, "/readyz", "/readyz", ""), (.get, "/api/v1/calls", "/api/v1/calls", ""),
                (.get, "/api/v1/calls/{id}", "/api/v1/calls/\(call)", ""),
                (.post, "/api/v1/calls/{id}/briefing", "/api/v1/calls/\(call)/briefing", "{}"),
                (.get, "/api/v1/leads/{id}/briefing", "/api/v1/leads/\(lead)/briefing", ""),
                (.post, "/api/v1/leads/{id}/briefing", "/api/v1/leads/\(lead)/briefing", "{}"),
                (.put, "/api/v1/leads/{id}/briefing/answers/{fact}", "/api/v1/leads/\(lead)/briefing/answers/purpose", #"{"value":"job"}"#),
                (.put, "/api/v1/leads/{id}/briefing/answers/{fact}", "/api/v1/leads/\(lead)/briefing/answers/task", #"{"other":"x"}"#),
                (.put, "/api/v1/leads/{id}/briefing/answers/{fact}", "/api/v1/leads/\(lead)/briefing/answers/criteria", #"{"declined":true}"#),
                (.post, "/api/v1/leads/{id}/briefing/close", "/api/v1/leads/\(lead)/briefing/close", "{}"),
                (.get, "/api/v1/leads", "/api/v1/leads", ""), (.get, "/api/v1/leads/{id}", "/api/v1/leads/\(lead)", ""),
                (.post, "/api/v1/leads/{id}/reopen", "/api/v1/leads/\(lead)/reopen", #"{"note":"called again"}"#),
                (
                    .post, "/api/v1/leads/{id}/briefing/override", "/api/v1/leads/\(lead)/briefing/override",
                    #"{"then":"callback","reason":"MISSED","note":"x"}"#
                ),
                (.get, "/api/v1/callbacks", "/api/v1/callbacks", ""), (.get, "/api/v1/outbox", "/api/v1/outbox", ""),
                (.get, "/api/v1/quality", "/api/v1/quality", ""), (.get, "/api/v1/accounts", "/api/v1/accounts", ""),
                (.post, "/api/v1/accounts/{name}/pause", "/api/v1/accounts/book/pause", #"{"note":"stocktaking"}"#),
                (.post, "/api/v1/accounts/{name}/resume", "/api/v1/accounts/book/resume", "{}"),
                (.post, "/api/v1/redrive", "/api/v1/redrive", #"{"since":"2026-11-23T00:00:00Z","state":"held"}"#),
                (.get, "/api/v1/rules", "/api/v1/rules", ""), (.get, "/api/v1/rules/{set}/versions", "/api/v1/rules/agency/versions", ""),
                (.get, "/api/v1/rules/{set}/versions/{number}", "/api/v1/rules/agency/versions/1", ""),
                (.get, "/api/v1/rules/{set}/shadow", "/api/v1/rules/agency/shadow", ""),
                (.get, "/api/v1/rules/{set}/hits", "/api/v1/rules/agency/hits?from=2026-03-01", ""),
                (.post, "/api/v1/rules/{set}/replay", "/api/v1/rules/agency/replay", #"{"version":2}"#),
                (.post, "/api/v1/rules/{set}/lint", "/api/v1/rules/agency/lint", #"{"files":[{"path":"facts.yaml","text":""}]}"#),
                (.post, "/api/v1/rules/{set}/publish", "/api/v1/rules/agency/publish", #"{"files":[{"path":"facts.yaml","text":""}],"note":"x"}"#),
                (.post, "/api/v1/rules/{set}/shadow", "/api/v1/rules/agency/shadow", #"{"version":2}"#),
                (.post, "/api/v1/rules/{set}/retire", "/api/v1/rules/agency/retire", #"{}"#),
                (.post, "/api/v1/rules/{set}/rollback", "/api/v1/rules/agency/rollback", #"{"version":1}"#),
            ]
            for (method, template, path, body) in requests {
                let response = try await client.execute(uri: path, method: method, headers: WebRouteTests.bearer, body: ByteBuffer(string: body))
                #expect(response.status == .ok, "\(path): \(String(buffer: response.body))")
                let operation = Self.document["paths"]?[template]?[method.rawValue.lowercased()]
                try check(response, operation?["responses"]?["200"]?["content"]?["application/json"]?["schema"], path)
            }
            let (delivery, decision) = host.backend.state.withLock { ($0.deliveries[0].id, $0.decisions[0].id) }
            for (name, path) in [("Delivery", "outbox/\(delivery)"), ("Decision", "decisions/\(decision)")] {
                let response = try await client.execute(uri: "/api/v1/\(path)", method: .get, headers: WebRouteTests.bearer)
                try check(response, ["$ref": .string("#/components/schemas/\(name)")], path)
            }
            for verb in ["retry", "discard"] {
                let response = try await client.execute(
                    uri: "/api/v1/outbox/\(delivery)/\(verb)", method: .post, headers: WebRouteTests.bearer, body: ByteBuffer(string: "{}"))
                try check(response, ["$ref": "#/components/schemas/Delivery"], verb)
            }
            let corrected = try await client.execute(
                uri: "/api/v1/outbox/\(delivery)/correct", method: .post, headers: WebRouteTests.bearer,
                body: ByteBuffer(string: #"{"fields":{"lead.phone":"+79160000001","lead.name":null}}"#))
            try check(corrected, ["$ref": "#/components/schemas/Delivery"], "correct")
            let problem = try await client.execute(uri: "/api/v1/leads/x", method: .get, headers: WebRouteTests.bearer)
            try check(problem, ["$ref": "#/components/schemas/Problem"], "a problem")
        }
    }

    private func check(_ response: TestResponse, _ schema: JSON?, _ what: String) throws {
        let faults = WebSchema(document: Self.document).faults(try WebRouteTests.json(response), try #require(schema, "\(what)"))
        #expect(faults == [], "\(what)")
    }

    /// One of each thing, with as many members as it can have.
    private func fill(_ host: WebTestHost) throws -> (call: ULID, lead: ULID) {
        let call = host.backend.ring("+79161234567", name: "Anna", state: .talking)
        host.backend.ring(nil, at: 2)
        let lead = try #require(call.lead)
        let now = WebFakeBackend.now
        var delivery = OutboxResource(
            id: host.backend.id(5), lead: lead, account: "book", kind: "deliver", state: "held", revision: 1, attempts: 3, createdAt: now)
        delivery.nextAt = now
        delivery.error = "no answer"
        delivery.steps = [OutboxResource.Step(name: "lead", state: "unknown", result: "timeout")]
        host.backend.state.withLock { state in
            state.deliveries.append(delivery)
            state.calls[0].outcome = .answered
            state.calls[0].wait = .milliseconds(3_999)
            state.calls[0].talk = .seconds(61)
            state.calls[0].answeredAt = now
            state.calls[0].endedAt = now
            state.calls[0].incomplete = ["no ringing event"]
            state.leads[0].remote = LeadResource.Remote(id: "B-17", state: .held, error: "no answer")
            state.leads[0].outcome = LeadResource.Outcome(status: "WON", amount: "300000.00", paid: "150000.00", currency: "RUB", at: now)
            state.leads[0].actBy = now
            state.leads[0].callbackAt = now
        }
        return (call.id, lead)
    }
}
