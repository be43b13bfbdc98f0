// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import HTTPTypes
import SalesBook
import Testing
import WireFormats

@Suite struct BookLeadIntakeTests {
    static let path = "/book/api/v1/leads/\(BookRig.key)"

    @Test func fiftyEqualPutsAtOnceMakeOneCard() async throws {
        try await BookRig.run { rig in
            let answers = try await withThrowingTaskGroup(of: BookAnswer.self) { group in
                for _ in 0..<50 { group.addTask { try await rig.send(.put, Self.path, #"{"status":"QUALIFIED","name":"Ivan"}"#) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.filter { $0.status == 201 }.count == 1)
            #expect(answers.filter { $0.status == 200 }.count == 49)
            #expect(Set(answers.map { $0.json["id"]?.string }) == ["B-1"])
            #expect(answers.filter { $0.json["created"]?.bool == true }.count == 1)
            let cards = try await rig.book.list(CardFilter()).cards
            #expect(cards.count == 1)
            #expect(cards.first?.version == 1)
        }
    }

    @Test func everyFieldOfTheDictionaryIsKept() async throws {
        try await BookRig.run { rig in
            let body = #"""
                {"title":"Call","phone":"+79161234567","name":"Иван","company":"Ромашка","email":"i@example.com","status":"QUALIFIED","reason":null,
                 "reason_text":"within the limit","priority":2,"score":"85","tags":["hot","site"],"group":"sales","owner":"Anna","line":"main",
                 "channel":"site","source":"demo","region":"Moscow","service":"shop","amount":"300 000.00","currency":"RUB",
                 "answers":{"budget_total":300000,"decision_maker":true},"answers_text":"Budget: 300 000","act_by":"2026-11-23T16:00:00+03:00",
                 "callback_at":null,"created_at":"2026-11-23T12:00:00Z","qualified_at":"2026-11-23T12:03:00Z","url":"http://127.0.0.1:8480/leads/1",
                 "utm":{"source":"yandex"},"extra":{"city":"Moscow"}}
                """#
            #expect(try await rig.send(.put, Self.path, body).status == 201)
            let card = try await rig.person(.get, "/book/api/v1/cards/B-1").json
            #expect(card["amount"] == ["amount": "300000.00", "currency": "RUB"])
            #expect(card["manager"] == "Anna")
            #expect(card["group"] == "sales")
            #expect(card["briefing"]?["tags"] == "hot, site")
            #expect(card["briefing"]?["answers"] == ["budget_total": "300000", "decision_maker": "true"])
            #expect(card["briefing"]?["act_by"] == "2026-11-23T13:00:00.000Z")
            #expect(card["briefing"]?["utm"] == ["source": "yandex"])
            #expect(card["moves"] == ["ACCEPTED", "RETURNED"])
        }
    }

    @Test func aLongNameIsCutAndTheLeadKept() async throws {
        try await BookRig.run { rig in
            let name = String(repeating: "ы", count: 5000)
            #expect(
                try await rig.send(.put, Self.path, #"{"status":"QUALIFIED","name":"\#(name)","answers":{"task":"\#(name)"},"currency":"rub"}"#)
                    .status == 201)
            let card = try await rig.person(.get, "/book/api/v1/cards/B-1").json
            #expect(card["name"]?.string == String(repeating: "ы", count: 199) + "…")
            #expect(card["briefing"]?["answers"]?["task"]?.string?.count == 4000)
        }
    }

    @Test func aLaterRevisionFollowsTheLeadAndSparesWhatSalesOwn() async throws {
        try await BookRig.run { rig in
            let id = try await rig.deliver(BookRig.key, #","amount":"100","owner":"Anna","group":"a""#)
            try await rig.deliver(BookRig.key, #","amount":"200","owner":"Boris","group":"b","company":"Romashka""#)
            var card = try await rig.person(.get, "/book/api/v1/cards/\(id)").json
            #expect(card["amount"]?["amount"] == "200.00")
            #expect(card["manager"] == "Boris")
            #expect(card["company"] == "Romashka")
            try await rig.change(id, #"{"status":"ACCEPTED","amount":"500","manager":"Vera","group":"c"}"#)
            try await rig.deliver(
                BookRig.key, #","amount":"300","owner":"Boris","group":"b","company":"Lilia","qualified_at":"2026-11-23T12:00:00Z""#)
            card = try await rig.person(.get, "/book/api/v1/cards/\(id)").json
            #expect(card["status"] == "ACCEPTED")
            #expect(card["amount"]?["amount"] == "500.00")
            #expect(card["manager"] == "Vera")
            #expect(card["group"] == "c")
            #expect(card["company"] == "Lilia")
        }
    }

    @Test func aMereNewAnswerDoesNotUndoAReturn() async throws {
        try await BookRig.run { rig in
            let id = try await rig.deliver(BookRig.key, #","qualified_at":"2026-11-23T12:00:00Z""#)
            try await rig.change(id, #"{"status":"RETURNED","reason":"WRONG_GROUP"}"#)
            try await rig.deliver(BookRig.key, #","qualified_at":"2026-11-23T12:00:00Z","company":"Romashka""#)
            #expect(try await rig.book.receipt(key: BookRig.key).status == .returned)
            try await rig.deliver(BookRig.key, #","qualified_at":"2026-11-23T13:00:00Z","company":"Romashka""#)
            #expect(try await rig.book.receipt(key: BookRig.key).status == .qualified)
        }
    }

    @Test func aRepeatedStatusDoesNotUndoAReturn() async throws {
        try await BookRig.run { rig in
            let id = try await rig.deliver()
            try await rig.change(id, #"{"status":"RETURNED","reason":"WRONG_GROUP"}"#)
            func tell(_ status: String) async throws -> JSON? {
                try await rig.send(.put, "\(Self.path)/status", #"{"status":"\#(status)"}"#).json["status"]
            }
            #expect(try await tell("QUALIFIED") == "RETURNED")
            #expect(try await tell("BRIEFING") == "BRIEFING")
            #expect(try await tell("QUALIFIED") == "QUALIFIED")
        }
    }

    @Test func statusFromCallsieveHoldsUntilSalesOwnIt() async throws {
        try await BookRig.run { rig in
            let id = try await rig.deliver()
            let told = try await rig.send(.put, "\(Self.path)/status", #"{"status":"NOT_QUALIFIED","reason":"TOO_SMALL"}"#)
            #expect(told.json == ["id": .string(id), "status": "NOT_QUALIFIED", "applied": true])
            #expect(try await rig.send(.put, "\(Self.path)/status", #"{"status":"NOT_QUALIFIED","reason":"TOO_SMALL"}"#).json["applied"] == false)
            _ = try await rig.send(.put, "\(Self.path)/status", #"{"status":"QUALIFIED"}"#)
            try await rig.change(id, #"{"status":"ACCEPTED"}"#)
            let late = try await rig.send(.put, "\(Self.path)/status", #"{"status":"NOT_QUALIFIED","reason":"TOO_SMALL"}"#)
            #expect(late.json == ["id": .string(id), "status": "ACCEPTED", "applied": false])
        }
    }

    @Test func aCallIsRecordedOnceAndFollowsItsLaterForm() async throws {
        try await BookRig.run { rig in
            try await rig.deliver()
            let path = "\(Self.path)/calls/01JDD5W0000000000000000001"
            let first = try await rig.send(.post, path, #"{"outcome":"ANSWERED","talk_s":175,"from":"+79161234567"}"#)
            #expect(first.status == 201)
            let second = try await rig.send(.post, path, #"{"outcome":"ANSWERED","talk_s":175,"recording_url":"https://rec.example/1"}"#)
            #expect(second.status == 200)
            #expect(second.json["created"] == false)
            let card = try await rig.person(.get, "/book/api/v1/cards/B-1").json
            #expect(card["calls"]?.array?.count == 1)
            #expect(card["calls"]?[0]?["recording_url"] == "https://rec.example/1")
            #expect(card["history"]?.array?.filter { $0["what"] == "call" }.count == 1)
        }
    }

    @Test func aKeyIsLookedUp() async throws {
        try await BookRig.run { rig in
            #expect(try await rig.send(.get, Self.path).status == 404)
            let id = try await rig.deliver()
            let found = try await rig.send(.get, Self.path)
            #expect(found.status == 200)
            #expect(found.json["id"]?.string == id)
        }
    }

    struct Bad: Sendable {
        let method: HTTPRequestMethodName
        let path: String
        let body: String?
        var token: String? = BookRig.token.reveal()
        var type = "application/json"
        let status: Int
        let names: String
    }
    enum HTTPRequestMethodName: Sendable { case put, post, get }

    static let bad: [Bad] = [
        Bad(method: .put, path: path, body: #"{"status":"QUALIFIED"}"#, token: nil, status: 401, names: "book-token"),
        Bad(method: .put, path: path, body: #"{"status":"QUALIFIED"}"#, token: "wrong", status: 401, names: "book-token"),
        Bad(method: .put, path: path, body: #"{"status":"QUALIFIED"}"#, token: "console", status: 401, names: "book-token"),
        Bad(method: .get, path: path, body: nil, token: nil, status: 401, names: "book-token"),
        Bad(method: .put, path: path, body: #"{"status":"QUALIFIED""#, status: 400, names: "byte 21"),
        Bad(method: .put, path: path, body: "", status: 400, names: "JSON"),
        Bad(method: .put, path: path, body: "[]", status: 400, names: "object"),
        Bad(method: .put, path: path, body: #"{"status":"QUALIFIED"}"#, type: "text/plain", status: 415, names: "application/json"),
        Bad(method: .put, path: path, body: #"{"status":"DONE"}"#, status: 422, names: "QUALIFIED"),
        Bad(method: .put, path: path, body: #"{"name":"Ivan"}"#, status: 422, names: "status"),
        Bad(method: .put, path: path, body: #"{"status":"QUALIFIED","amount":"12,5"}"#, status: 422, names: "12.50"),
        Bad(method: .put, path: path, body: #"{"status":"QUALIFIED","amount":true}"#, status: 422, names: "amount"),
        Bad(method: .put, path: path, body: #"{"status":"QUALIFIED","amount":"5","currency":"rubles"}"#, status: 422, names: "currency"),
        Bad(method: .put, path: path, body: #"{"status":"QUALIFIED","nmae":"Ivan"}"#, status: 422, names: "nmae"),
        Bad(method: .put, path: path, body: #"{"status":"QUALIFIED","url":"javascript:alert(1)"}"#, status: 422, names: "https://"),
        Bad(method: .put, path: path, body: #"{"status":"QUALIFIED","act_by":"tomorrow"}"#, status: 422, names: "act_by"),
        Bad(method: .put, path: path, body: #"{"status":"QUALIFIED","answers":["a"]}"#, status: 422, names: "answers"),
        Bad(method: .put, path: path, body: #"{"status":"QUALIFIED","name":{"a":1}}"#, status: 422, names: "name"),
        Bad(method: .put, path: path, body: #"{"answers_text":"\#(String(repeating: "x", count: 300_000))"}"#, status: 413, names: "256 KiB"),
        Bad(method: .put, path: path, body: String(repeating: "[", count: 60_000), status: 400, names: "deep"),
        Bad(method: .put, path: "/book/api/v1/leads/a%20b", body: #"{"status":"QUALIFIED"}"#, status: 422, names: "key"),
        Bad(
            method: .put, path: "/book/api/v1/leads/\(String(repeating: "k", count: 65))", body: #"{"status":"QUALIFIED"}"#, status: 422, names: "key"
        ),
        Bad(method: .put, path: "\(path)/status", body: #"{"status":"QUALIFIED"}"#, status: 404, names: "lead"),
        Bad(method: .post, path: "\(path)/calls/1", body: "{}", status: 404, names: "lead"),
        Bad(method: .post, path: "\(path)/calls/1", body: #"{"talk_s":"1.5"}"#, status: 422, names: "talk_s"),
    ]

    @Test(arguments: bad)
    func whatCannotBeTakenIsRefusedByName(bad: Bad) async throws {
        try await BookRig.run { rig in
            let answer = try await rig.send(bad.method.method, bad.path, bad.body, token: bad.token, type: bad.type)
            #expect(answer.status == bad.status, "\(answer.text)")
            #expect(answer.headers[.contentType] == "application/problem+json")
            #expect(answer.json["detail"]?.string?.contains(bad.names) == true, "\(answer.text)")
            #expect(answer.json["status"]?.integer == Int64(bad.status))
            #expect(try await rig.book.list(CardFilter()).cards.isEmpty)
        }
    }
}
