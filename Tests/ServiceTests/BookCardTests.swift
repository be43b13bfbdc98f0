// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import HTTPTypes
import Logging
import SalesBook
import Testing
import WireFormats

@Suite struct BookCardTests {
    @Test func theSecondOfTwoPeopleLearnsThatTheCardChanged() async throws {
        try await BookRig.run { rig in
            let path = "/book/api/v1/cards/\(try await rig.deliver())"
            let seen = try await rig.person(.get, path)
            let tag = try #require(seen.headers[.eTag])
            #expect(tag == "\"1\"")
            let first = try await rig.person(.patch, path, #"{"status":"ACCEPTED"}"#, match: tag)
            #expect(first.status == 200)
            #expect(first.headers[.eTag] == "\"2\"")
            let second = try await rig.person(.patch, path, #"{"amount":"100"}"#, match: tag)
            #expect(second.status == 412)
            #expect(try await rig.person(.get, path).json["amount"] == .null)
            #expect(try await rig.person(.patch, path, #"{"amount":"100"}"#).status == 428)
            #expect(try await rig.person(.patch, path, #"{"amount":"100"}"#, match: "W/\"2\"").status == 412)
            #expect(try await rig.person(.patch, path, #"{"amount":"100"}"#, match: "\"2\"").status == 200)
        }
    }

    @Test func aMoveThatIsNotAllowedNamesTheOnesThatAre() async throws {
        try await BookRig.run { rig in
            let answer = try await rig.change(try await rig.deliver(), #"{"status":"WON"}"#)
            #expect(answer.status == 409)
            #expect(answer.json["allowed"] == ["ACCEPTED", "RETURNED"])
            #expect(answer.json["detail"]?.string?.contains("QUALIFIED can't go to WON") == true)
        }
    }

    @Test func paymentsAddUpAndSuggestWon() async throws {
        try await BookRig.run { rig in
            let id = try await rig.deliver(BookRig.key, #","amount":"300000""#)
            for status in ["ACCEPTED", "PROPOSAL", "CONTRACT"] { #expect(try await rig.change(id, #"{"status":"\#(status)"}"#).status == 200) }
            let path = "/book/api/v1/cards/\(id)/payments"
            let half = try await rig.person(.post, path, #"{"amount":"150 000.00","paid_on":"2026-11-20","note":"half"}"#, match: "*")
            #expect(half.status == 201)
            #expect(half.json["left"]?["amount"] == "150000.00")
            #expect(half.json["suggested"] == .null)
            let again = try await rig.person(.post, path, #"{"amount":"150000","paid_on":"2026-11-20"}"#, match: "\"4\"")
            #expect(again.status == 412, "a repeated form must not pay twice")
            let rest = try await rig.person(.post, path, #"{"amount":"160000"}"#, match: "*")
            #expect(rest.json["paid"] == ["amount": "310000.00", "currency": "RUB"])
            #expect(rest.json["suggested"] == "WON")
            #expect(rest.json["status"] == "CONTRACT")
            #expect(rest.json["payments"]?[1]?["paid_on"] == "2026-11-23")
            let refund = try await rig.person(.post, path, #"{"amount":"-10000"}"#, match: "*")
            #expect(refund.json["paid"]?["amount"] == "300000.00")
            #expect(try await rig.change(id, #"{"status":"WON"}"#).json["status"] == "WON")
        }
    }

    @Test(arguments: [
        (#"{"amount":"0"}"#, "zero"), (#"{"amount":"-1"}"#, "given back"), (#"{"amount":"12,5"}"#, "12.50"), (#"{}"#, "amount"),
        (#"{"amount":"1","paid_on":"2026-11-25"}"#, "future"), (#"{"amount":"1","paid_on":"2026-02-30"}"#, "paid_on"),
        (#"{"amount":{"amount":"1","currency":"USD"}}"#, "RUB"), (#"{"amount":"1","paid":"x"}"#, "paid"),
    ])
    func aPaymentThatCannotBeIsRefused(body: String, names: String) async throws {
        try await BookRig.run { rig in
            let path = "/book/api/v1/cards/\(try await rig.deliver())/payments"
            let answer = try await rig.person(.post, path, body, match: "*")
            #expect(answer.status == 422)
            #expect(answer.json["detail"]?.string?.contains(names) == true, "\(answer.text)")
        }
    }

    @Test func theHistorySaysWhoChangedWhatAndWhen() async throws {
        try await BookRig.run { rig in
            let id = try await rig.deliver()
            rig.time.advance(by: .seconds(60))
            try await rig.change(id, #"{"status":"RETURNED","reason":"NOT_AS_BRIEFED","field":"budget_total","note":"he said 50"}"#)
            _ = try await rig.person(.post, "/book/api/v1/cards/\(id)/notes", #"{"text":"called him"}"#)
            let history = try await rig.person(.get, "/book/api/v1/cards/\(id)").json["history"]
            #expect(history?[0]?["note"] == "called him")
            #expect(
                history?[1] == [
                    "at": "2026-11-23T12:01:00.000Z", "by": "Anna", "what": "status", "from": "QUALIFIED", "to": "RETURNED",
                    "note": "NOT_AS_BRIEFED · budget_total · he said 50",
                ])
            #expect(history?[2]?["by"] == "Callsieve")
        }
    }

    @Test func theListIsFilteredAndPaged() async throws {
        try await BookRig.run { rig in
            for number in 1...7 {
                try await rig.deliver(
                    "cs-\(number)", #","company":"Ромашка \#(number)","owner":"\#(number % 2 == 0 ? "Anna" : "Boris")","group":"g\#(number)""#)
            }
            try await rig.change("B-3", #"{"status":"ACCEPTED"}"#)
            func ids(_ query: String) async throws -> [String] {
                try await rig.person(.get, "/book/api/v1/cards?\(query)").json["items"]?.array?.compactMap { $0["id"]?.string } ?? []
            }
            #expect(try await ids("status=ACCEPTED") == ["B-3"])
            #expect(try await ids("status=ACCEPTED,QUALIFIED&manager=Boris") == ["B-7", "B-5", "B-3", "B-1"])
            #expect(try await ids("group=g2") == ["B-2"])
            #expect(try await ids("text=%D0%A0%D0%9E%D0%9C%D0%90%D0%A8%D0%9A%D0%90+4") == ["B-4"])
            #expect(try await ids("text=%25") == [], "a percent sign means itself")
            let page = try await rig.person(.get, "/book/api/v1/cards?limit=3").json
            #expect(page["items"]?.array?.count == 3)
            let cursor = try #require(page["next"]?.string)
            let second = try await rig.person(.get, "/book/api/v1/cards?limit=4&cursor=\(cursor)").json
            #expect(second["items"]?[0]?["id"] == "B-4")
            #expect(second["next"] == .null)
        }
    }

    @Test func aForgottenPersonLeavesMoneyAndStatusesAlone() async throws {
        let folder = TemporaryFolder()
        try await BookRig.run(folder: folder) { rig in
            try await rig.deliver("cs-1", #","phone":"+79161234567","company":"Romashka","amount":"300000","answers":{"task":"secret-answer"}"#)
            try await rig.deliver("cs-2", #","phone":"+791612345678""#)
            _ = try await rig.send(.post, "/book/api/v1/leads/cs-1/calls/1", #"{"from":"+79161234567","text":"secret-text","outcome":"ANSWERED"}"#)
            try await rig.change("B-1", #"{"status":"RETURNED","reason":"NOT_AS_BRIEFED","field":"task","note":"secret-note"}"#)
            _ = try await rig.person(.post, "/book/api/v1/cards/B-1/notes", #"{"text":"secret-note"}"#)
            #expect(try await rig.book.forget(number: "+79161234567") == 1)
            #expect(try await rig.book.forget(number: "+79161234567") == 0)
            let card = try await rig.person(.get, "/book/api/v1/cards/B-1")
            for gone in ["Ivan", "+7916", "Romashka", "secret"] { #expect(!card.text.contains(gone), "\(gone)") }
            #expect(card.json["amount"]?["amount"] == "300000.00")
            #expect(card.json["status"] == "RETURNED")
            #expect(card.json["calls"]?[0]?["outcome"] == "ANSWERED")
            #expect(try await rig.person(.get, "/book/api/v1/cards/B-2").json["name"] == "Ivan Petrov")
            let sender = BookSender(book: rig.book, key: try #require(StandardWebhookKey(Secret("whsec_AAECAwQ="))), logger: Logger(label: "book")) {
                #expect(!String(decoding: $0.body, as: UTF8.self).contains("secret"))
                return 200
            }
            #expect(try await sender.sendDue() == 1)
        }
    }

    @Test(arguments: [
        ("?status=DONE", 422), ("?limit=0", 422), ("?limit=1000", 422), ("?cursor=x", 422), ("/B-99", 404), ("/17", 404), ("/B-1x", 404),
        ("/B-99999999999999999999", 404),
    ])
    func aListOrCardThatIsNotThereIsSaidSo(path: String, status: Int) async throws {
        try await BookRig.run { rig in
            let answer = try await rig.person(.get, "/book/api/v1/cards\(path)")
            #expect(answer.status == status)
            #expect(answer.headers[.contentType] == "application/problem+json")
        }
    }

    @Test func strangersSeeNothing() async throws {
        try await BookRig.run { rig in
            try await rig.deliver()
            for path in ["/book", "/book/cards/B-1", "/book/api/v1/cards", "/book/api/v1/cards/B-1"] {
                for token in [nil, "wrong", BookRig.token.reveal()] {
                    let answer = try await rig.send(.get, path, token: token)
                    #expect(answer.status == 401, "\(path)")
                    #expect(!answer.text.contains("Ivan"))
                }
            }
            #expect(try await rig.send(.patch, "/book/api/v1/cards/B-1", #"{"status":"ACCEPTED"}"#, token: nil, match: "*").status == 401)
        }
    }
}
