// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import HTTPTypes
import Hummingbird
import SalesBook
import Testing
import WireFormats

@Suite struct BookPagesTests {
    /// What a caller's name may hold; the last two slip through escaping that looks at whole characters.
    static let payloads = [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onfocus='alert(1)", "</title><svg onload=alert(1)>", "{{{t.book}}}",
        "{{#rows}}", "&lt;script&gt;", "<!--", "\"\u{301} autofocus onfocus=alert(1) x=\"", "<\u{338}script>",
    ]

    @Test(arguments: payloads)
    func whatACallerSaysIsTextOnThePages(payload: String) async throws {
        try await BookRig.run { rig in
            let value = JSON.string(payload).text
            let members = ["name", "company", "title", "service", "reason_text", "answers_text", "region", "owner", "group"].map {
                #""\#($0)":\#(value)"#
            }
            let body = #"{"status":"QUALIFIED","answers":{\#(value):\#(value)},"extra":{"x":\#(value)},\#(members.joined(separator: ","))}"#
            #expect(try await rig.send(.put, "/book/api/v1/leads/\(BookRig.key)", body).status == 201)
            _ = try await rig.send(.post, "/book/api/v1/leads/\(BookRig.key)/calls/1", #"{"agent":\#(value),"outcome":\#(value)}"#)
            _ = try await rig.person(.post, "/book/api/v1/cards/B-1/notes", #"{"text":\#(value)}"#)
            for path in ["/book", "/book/cards/B-1", "/book?text=\(percentEncoded(payload))"] {
                let page = try await rig.browse(.get, path)
                #expect(page.status == 200)
                let foreign = page.text.unicodeScalars.filter { "<>\"'".unicodeScalars.contains($0) }.count
                let plain = try await BookPagesTests.markup(path: path, like: rig)
                #expect(foreign == plain, "\(path): the payload added markup")
            }
        }
    }

    /// How many characters of markup the same page has with a harmless value in the payload's place.
    private static func markup(path: String, like rig: BookRig) async throws -> Int {
        let counter = Counter()
        try await BookRig.run { rig in
            let members = ["name", "company", "title", "service", "reason_text", "answers_text", "region", "owner", "group"].map {
                #""\#($0)":"harmless""#
            }
            let body = #"{"status":"QUALIFIED","answers":{"harmless":"harmless"},"extra":{"x":"harmless"},\#(members.joined(separator: ","))}"#
            _ = try await rig.send(.put, "/book/api/v1/leads/\(BookRig.key)", body)
            _ = try await rig.send(.post, "/book/api/v1/leads/\(BookRig.key)/calls/1", #"{"agent":"harmless","outcome":"harmless"}"#)
            _ = try await rig.person(.post, "/book/api/v1/cards/B-1/notes", #"{"text":"harmless"}"#)
            let page = try await rig.browse(.get, path.hasPrefix("/book?") ? "/book?text=harmless" : path)
            await counter.set(page.text.unicodeScalars.filter { "<>\"'".unicodeScalars.contains($0) }.count)
        }
        return await counter.value
    }

    @Test func pagesSpeakTheLanguageOfTheirReader() async throws {
        try await BookRig.run { rig in
            try await rig.deliver()
            #expect(try await rig.browse(.get, "/book").text.contains("<html lang=\"en\">"))
            let russian = try await rig.browse(.get, "/book", headers: [.acceptLanguage: "fr, ru-RU;q=0.9, en;q=0.8"])
            #expect(russian.text.contains("Книга продаж"))
            #expect(russian.text.contains("Квалифицирован"))
            let card = try await rig.browse(.get, "/book/cards/B-1", headers: [.cookie: "lang=ru", .acceptLanguage: "en"])
            #expect(card.text.contains("Следующий шаг"))
            #expect(card.text.contains("23.11.2026 15:00"))
            let switched = try await rig.browse(.get, "/book?text=x&lang=ru", headers: [.acceptLanguage: "en"])
            #expect(switched.text.contains("Книга продаж"))
            #expect(switched.headers[.setCookie]?.hasPrefix("lang=ru") == true)
            #expect(switched.text.contains("/book?text=x&amp;lang=en"))
        }
    }

    @Test func everyWordOfThePagesStandsInBothLanguages() async throws {
        try await BookRig.run { rig in
            try await rig.deliver()
            for path in ["/book", "/book/cards/B-1"] {
                let english = try await rig.browse(.get, "\(path)?lang=en").text
                #expect(!english.unicodeScalars.contains { (0x400...0x4FF).contains($0.value) }, "\(path)")
                let russian = try await rig.browse(.get, "\(path)?lang=ru").text
                #expect(!russian.contains("what."))
                #expect(!english.contains("what."))
            }
        }
    }

    @Test func aCardIsWorkedThroughItsForms() async throws {
        try await BookRig.run { rig in
            let path = "/book/cards/\(try await rig.deliver())"
            func submit(_ form: String) async throws -> BookAnswer {
                try await rig.browse(.post, path, form: form, headers: [.origin: "http://localhost"])
            }
            let done = try await submit("do=move&version=1&status=ACCEPTED")
            #expect(done.status == 303)
            #expect(done.headers[.location] == path)
            #expect(try await submit("do=money&version=2&amount=300+000&currency=RUB&expected_on=2026-12-10").status == 303)
            #expect(try await submit("do=owner&version=3&manager=Vera&group=").status == 303)
            #expect(try await submit("do=pay&version=4&amount=1000.50&paid_on=2026-11-22&note=half").status == 303)
            #expect(try await submit("do=note&text=called").status == 303)
            let card = try await rig.person(.get, "/book/api/v1/cards/B-1").json
            #expect(card["amount"]?["amount"] == "300000.00")
            #expect(card["expected_on"] == "2026-12-10")
            #expect(card["manager"] == "Vera")
            #expect(card["paid"]?["amount"] == "1000.50")
            #expect(card["history"]?[0]?["note"] == "called")
            let page = try await rig.browse(.get, path).text
            #expect(page.contains("300\u{A0}000.00\u{A0}RUB"))
        }
    }

    @Test func aRefusedFormIsShownAgainAsItWasFilledIn() async throws {
        try await BookRig.run { rig in
            let path = "/book/cards/\(try await rig.deliver())"
            let own: HTTPFields = [.init("Sec-Fetch-Site")!: "same-origin"]
            let comma = try await rig.browse(.post, path, form: "do=money&version=1&amount=12%2C5&currency=RUB&expected_on=", headers: own)
            #expect(comma.status == 422)
            #expect(comma.text.contains("value=\"12,5\""))
            #expect(comma.text.contains("role=\"alert\""))
            let reason = try await rig.browse(.post, path, form: "do=move&version=1&status=RETURNED&note=no+idea", headers: own)
            #expect(reason.status == 422)
            #expect(reason.text.contains("<details open>"))
            #expect(reason.text.contains(">no idea</textarea>"))
            try await rig.change("B-1", #"{"manager":"Vera"}"#)
            let stale = try await rig.browse(.post, path, form: "do=move&version=1&status=ACCEPTED", headers: own)
            #expect(stale.status == 412)
            #expect(stale.text.contains("Somebody changed this card"))
        }
    }

    /// Each row: the headers of a POST that bears the session cookie, and whether it is let through.
    @Test(arguments: [
        (["Origin": "https://evil.example"], false), (["Origin": "null"], false), ([:], false),
        (["Sec-Fetch-Site": "cross-site"], false), (["Sec-Fetch-Site": "same-site"], false),
        (["Origin": "https://localhost.evil.example"], false), (["Origin": "http://localhost"], true),
        (["Sec-Fetch-Site": "same-origin", "Origin": "null"], true),
    ])
    func anotherSitesPageChangesNothing(headers: [String: String], isTaken: Bool) async throws {
        try await BookRig.run { rig in
            try await rig.deliver()
            var fields: HTTPFields = [:]
            for (name, value) in headers { fields[.init(name)!] = value }
            let form = try await rig.browse(.post, "/book/cards/B-1", form: "do=move&version=1&status=ACCEPTED", headers: fields)
            #expect(form.status == (isTaken ? 303 : 403))
            fields[.cookie] = "callsieve=session"
            let api = try await rig.send(.post, "/book/api/v1/cards/B-1/notes", #"{"text":"x"}"#, token: nil, headers: fields)
            #expect(api.status == (isTaken ? 201 : 403))
        }
    }

    /// Pages as a person last approved them. After a wanted change run the tests with UPDATE_SNAPSHOTS=1 and read the difference.
    @Test(arguments: ["list", "card"], ["en", "ru"])
    func pagesLookAsTheyWereApproved(page: String, language: String) async throws {
        try await BookRig.run { rig in
            let contact =
                #","company":"Romashka","phone":"+79161234567","service":"shop","amount":"300000","reason_text":"the budget is above the limit""#
            try await rig.deliver(BookRig.key, contact + #","answers":{"budget_total":"300000"},"act_by":"2026-11-23T13:00:00Z","owner":"Boris""#)
            _ = try await rig.send(
                .post, "/book/api/v1/leads/\(BookRig.key)/calls/1",
                #"{"outcome":"ANSWERED","talk_s":175,"agent":"Anna","started_at":"2026-11-23T11:55:00Z"}"#)
            try await rig.change("B-1", #"{"status":"ACCEPTED","expected_on":"2026-11-20"}"#)
            _ = try await rig.person(.post, "/book/api/v1/cards/B-1/payments", #"{"amount":"1000","note":"half"}"#, match: "*")
            let answer = try await rig.browse(.get, (page == "list" ? "/book" : "/book/cards/B-1") + "?lang=\(language)")
            let html = answer.text.replacing(#/\?v=[0-9a-f]+/#, with: "")
            try Snapshot.expect(html, named: "book-\(page).\(language).html")
        }
    }

    @Test func pagesForbidEverythingButTheirOwnFiles() async throws {
        try await BookRig.run { rig in
            try await rig.deliver()
            let page = try await rig.browse(.get, "/book/cards/B-1")
            #expect(page.headers[.contentSecurityPolicy]?.hasPrefix("default-src 'none'; style-src 'self'; script-src 'self'") == true)
            #expect(page.headers[.xContentTypeOptions] == "nosniff")
            for forbidden in ["style=", "<style", "onclick", "onsubmit", "javascript:", "<script>"] { #expect(!page.text.contains(forbidden)) }
            for address in page.text.matches(of: #/(?:src|href)="(/book/static/[^"]+)"/#) {
                let file = try await rig.browse(.get, String(address.1))
                #expect(file.status == 200)
                #expect(!file.text.isEmpty)
            }
            #expect(try await rig.browse(.get, "/book/cards/B-2").status == 404)
        }
    }
}

private actor Counter {
    var value = 0
    func set(_ value: Int) { self.value = value }
}
