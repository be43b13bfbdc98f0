// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Synchronization
import Testing
import WireFormats

@testable import WebServer

/// The JSON API through the router, over a backend in memory.
@Suite struct WebRouteTests {
    static let bearer: HTTPFields = [.authorization: "Bearer \(WebTestHost.token)"]

    static func json(_ response: TestResponse) throws -> JSON { try JSON.parse(Array(response.body.readableBytesView)) }

    private func body(_ text: String) -> ByteBuffer { ByteBuffer(string: text) }

    @Test func callsAreListedPageByPage() async throws {
        let host = WebTestHost()
        for offset in 1...3 { host.backend.ring("+7916000000\(offset)", at: Int64(offset)) }
        try await host.test { client in
            let first = try Self.json(try await client.execute(uri: "/api/v1/calls?limit=2", method: .get, headers: Self.bearer))
            #expect(first["items"]?.array?.count == 2)
            let cursor = try #require(first["next"]?.string)
            let second = try Self.json(try await client.execute(uri: "/api/v1/calls?limit=2&cursor=\(cursor)", method: .get, headers: Self.bearer))
            #expect(second["items"]?.array?.count == 1)
            #expect(second["next"] == .null)
        }
    }

    @Test func aBriefingGoesFromTheFirstAnswerToTheDecision() async throws {
        let host = WebTestHost()
        let call = host.backend.ring("+79161234567")
        let lead = try #require(call.lead)
        try await host.test { client in
            func send(_ method: HTTPRequest.Method, _ path: String, _ text: String = "{}") async throws -> JSON {
                var headers = Self.bearer
                headers[.xOperator] = "%D0%90%D0%BD%D0%BD%D0%B0"
                let response = try await client.execute(uri: "/api/v1\(path)", method: method, headers: headers, body: body(text))
                #expect(response.status == .ok, "\(path): \(String(buffer: response.body))")
                return try Self.json(response)
            }
            let taken = try await send(.post, "/calls/\(call.id)/briefing")
            #expect(taken["operator"] == "Анна")
            #expect(taken["next"] == "purpose")
            _ = try await send(.put, "/leads/\(lead)/briefing/answers/purpose", #"{"value":"new project"}"#)
            _ = try await send(.put, "/leads/\(lead)/briefing/answers/service", #"{"other":"a game"}"#)
            _ = try await send(.put, "/leads/\(lead)/briefing/answers/budget%20total", #"{"value":"300 000"}"#)
            let last = try await send(.put, "/leads/\(lead)/briefing/answers/decision%20maker", #"{"declined":true}"#)
            #expect(last["preview"]?["decided"] == true)
            let closed = try await send(.post, "/leads/\(lead)/briefing/close")
            #expect(closed["status"] == "QUALIFIED")
            let detail = try await send(.get, "/leads/\(lead)", "")
            let decision = try #require(detail["decisions"]?[0]?["id"]?.string)
            let holds1 = try await send(.get, "/decisions/\(decision)", "")["facts"]?["decision maker"] == "declined"
            #expect(holds1)
        }
    }

    @Test func anotherPersonSeesItReadOnlyAndMayTakeItOver() async throws {
        let host = WebTestHost()
        let call = host.backend.ring("+79161234567")
        try await host.test { client in
            func send(_ person: String, _ text: String) async throws -> TestResponse {
                var headers = Self.bearer
                headers[.xOperator] = person
                return try await client.execute(uri: "/api/v1/calls/\(call.id)/briefing", method: .post, headers: headers, body: body(text))
            }
            let holds2 = try await send("Anna", "{}").status == .ok
            #expect(holds2)
            let refused = try await send("Boris", "{}")
            #expect(refused.status == .conflict)
            #expect(try Self.json(refused)["held_by"] == "Anna")
            let taken = try await send("Boris", #"{"take_over":true}"#)
            #expect(try Self.json(taken)["operator"] == "Boris")
        }
    }

    /// Method, path, body, status, and a word that the problem's detail or title must hold.
    static let mistakes: [(HTTPRequest.Method, String, String, Int, String)] = [
        (.get, "/api/v1/calls?state=now", "", 400, "live or all"), (.get, "/api/v1/calls?limit=0", "", 400, "limit"),
        (.get, "/api/v1/calls?limit=-1", "", 400, "limit"), (.get, "/api/v1/calls?limit=1000000000", "", 400, "limit"),
        (.get, "/api/v1/leads?status=NEW,;drop", "", 400, "status"), (.get, "/api/v1/quality?by=day", "", 400, "line, rule or reason"),
        (.get, "/api/v1/quality?from=yesterday", "", 400, "from"), (.get, "/api/v1/leads/1", "", 404, "lead"),
        (.get, "/api/v1/leads/-1", "", 404, "lead"), (.get, "/api/v1/leads/9223372036854775808", "", 404, "lead"),
        (.get, "/api/v1/leads/01M83T4CM2F2PCHMG15DR7A1TV", "", 404, "lead"), (.get, "/api/v1/nothing", "", 404, "address"),
        (.get, "/api/v1/leads/", "", 404, "address"), (.get, "//api/v1/calls", "", 404, "address"),
        (.get, "/api/v1/%2e%2e/calls", "", 404, "address"), (.delete, "/api/v1/calls", "", 405, "methods"),
        (.put, "/api/v1/leads/LEAD/briefing/answers/budget%20total", #"{"value":"a lot"}"#, 422, "300 000"),
        (.put, "/api/v1/leads/LEAD/briefing/answers/nobody", #"{"value":"x"}"#, 404, "question"),
        (.put, "/api/v1/leads/LEAD/briefing/answers/purpose", "{}", 400, "exactly one"),
        (.put, "/api/v1/leads/LEAD/briefing/answers/purpose", #"{"value":"a","declined":true}"#, 400, "exactly one"),
        (.put, "/api/v1/leads/LEAD/briefing/answers/purpose", #"{"value":["a"]}"#, 400, "text"),
        (.put, "/api/v1/leads/LEAD/briefing/answers/purpose", #"{"declined":"yes"}"#, 400, "true"),
        (.put, "/api/v1/leads/LEAD/briefing/answers/purpose", #"{"valu":"a"}"#, 400, "valu"),
        (.put, "/api/v1/leads/LEAD/briefing/answers/purpose", #"{"value":"a""#, 400, "JSON"),
        (.put, "/api/v1/leads/LEAD/briefing/answers/purpose", "[]", 400, "object"),
        (.put, "/api/v1/leads/LEAD/briefing/answers/purpose", #"{"value":"\#(String(repeating: "x", count: 5_000))"}"#, 422, "4000"),
        (.put, "/api/v1/leads/LEAD/briefing/answers/purpose", #"{"value":"\#(String(repeating: "x", count: 70_000))"}"#, 413, "large"),
        (.post, "/api/v1/leads/LEAD/briefing/override", #"{"then":"reject","note":"x"}"#, 422, "qualify"),
        (.post, "/api/v1/leads/LEAD/briefing/override", #"{"then":"drop","note":"x"}"#, 422, "BUDGET_LOW"),
        (.post, "/api/v1/leads/LEAD/briefing/override", #"{"then":"drop","reason":"SPAM","note":"x"}"#, 422, "SPAM"),
        (.post, "/api/v1/leads/LEAD/briefing/override", #"{"then":"qualify","note":" "}"#, 422, "note"),
        (.post, "/api/v1/leads/LEAD/reopen", "{}", 422, "note"), (.post, "/api/v1/outbox/01M83T4CM2F2PCHMG15DR7A1TV/retry", "{}", 404, "delivery"),
        (.post, "/api/v1/outbox/01M83T4CM2F2PCHMG15DR7A1TV/correct", "{}", 400, "fields"),
        (.post, "/api/v1/outbox/01M83T4CM2F2PCHMG15DR7A1TV/correct", #"{"fields":{"lead.name":[1]}}"#, 400, "lead.name"),
        (.post, "/api/v1/outbox/01M83T4CM2F2PCHMG15DR7A1TV/correct", #"{"fields":{"lead.name":"x"}}"#, 404, "delivery"),
        (.post, "/api/v1/redrive", "{}", 400, "since"), (.post, "/api/v1/redrive", #"{"since":"2026-11-23T00:00:00Z","state":"x"}"#, 400, "dead"),
        (.post, "/api/v1/accounts/nobody/pause", "{}", 404, "account"), (.post, "/api/v1/accounts/nobody/resume", "{}", 404, "account"),
    ]

    @Test(arguments: mistakes)
    func aMistakeIsAProblemThatNamesTheFix(method: HTTPRequest.Method, path: String, text: String, status: Int, word: String) async throws {
        let host = WebTestHost()
        let lead = try #require(host.backend.ring("+79161234567").lead)
        try await host.test { client in
            let response = try await client.execute(
                uri: path.replacing("LEAD", with: lead.description), method: method, headers: Self.bearer, body: body(text))
            #expect(response.status.code == status)
            #expect(response.headers[.contentType] == "application/problem+json")
            let problem = try Self.json(response)
            #expect(problem["status"]?.integer == Int64(status))
            let text = (problem["title"]?.string ?? "") + " " + (problem["detail"]?.string ?? "")
            #expect(text.contains(word), "\(problem.text)")
        }
    }

    @Test func aStoreThatIsAwayIsSaidSoAndNothingIsLost() async throws {
        let host = WebTestHost()
        let lead = try #require(host.backend.ring("+79161234567").lead)
        host.backend.state.withLock { $0.failure = .unavailable }
        try await host.test { client in
            func put() async throws -> TestResponse {
                try await client.execute(
                    uri: "/api/v1/leads/\(lead)/briefing/answers/purpose", method: .put, headers: Self.bearer, body: body(#"{"value":"job"}"#))
            }
            let refused = try await put()
            #expect(refused.status == .serviceUnavailable)
            #expect(refused.headers[.retryAfter] == "1")
            let holds3 = try await put().status == .ok
            #expect(holds3)
        }
    }

    @Test func aHeadRequestHasNoBody() async throws {
        try await WebTestHost().test { client in
            let response = try await client.execute(uri: "/healthz", method: .head)
            #expect(response.status == .ok)
            #expect(response.body.readableBytes == 0)
        }
    }
}
