// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import RuleFiles
import Screening
import Testing

/// One cell on one fact: which values it holds for. Every type, every test, every bound.
@Suite struct CellTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let fact: String
        let cell: String
        let holds: [String]
        let fails: [String]
        var testDescription: String { "\(fact): \(cell)" }

        init(_ fact: String, _ cell: String, _ holds: [String], _ fails: [String]) {
            (self.fact, self.cell, self.holds, self.fails) = (fact, cell, holds, fails)
        }
    }

    static let cases: [Case] = [
        Case("service", "seo", ["seo", "SEO", "продвижение"], ["site", "other"]),
        Case("service", "site, shop", ["site", "shop"], ["seo", "other"]),
        Case("service", "not seo", ["site", "shop", "other"], ["seo"]),
        Case("service", "не site, shop", ["seo", "other"], ["site", "shop"]),
        Case("service", "САЙТ", ["site"], ["shop"]),
        Case("region", "saint  petersburg", ["Saint Petersburg"], ["Moscow"]),
        Case("decider", "yes", ["yes"], ["no"]),
        Case("decider", "нет", ["no"], ["yes"]),
        Case("decider", "not no", ["yes"], ["no"]),
        Case("budget", "under 300 000", ["299 999.99", "0"], ["300 000", "300000.01"]),
        Case("budget", "at least 300000", ["300 000", "300 000.00", "5000000"], ["299 999.99"]),
        Case("budget", "over 300 000", ["300 000.01"], ["300 000"]),
        Case("budget", "at most 300 000", ["300 000", "0"], ["300 000.01"]),
        Case("budget", ">= 300 000", ["300 000"], ["299 999.99"]),
        Case("budget", "<300 000", ["299 999.99"], ["300 000"]),
        Case("budget", "300 000 .. 700 000", ["300 000", "700 000"], ["299 999.99", "700 000.01"]),
        Case("budget", "300 000 to 700 000", ["300 000", "700 000"], ["700 000.01"]),
        Case("budget", "не меньше 300 000", ["300 000"], ["299 999.99"]),
        Case("budget", "не больше 300 000", ["300 000"], ["300 000.01"]),
        Case("budget", "не 300 000", ["300 000.01", "299 999.99"], ["300 000"]),
        Case("budget", "not under 300 000", ["300 000"], ["299 999.99"]),
        Case("budget", "under 100, over 200", ["99.99", "200.01"], ["100", "150", "200"]),
        Case("budget", "100, 200", ["100", "200.00"], ["150"]),
        Case("budget", "от 100 до 200", ["100", "200"], ["99.99", "200.01"]),
        Case("budget", "at least 1\u{A0}500\u{2009}000", ["1500000"], ["1499999.99"]),
        Case("repeats", "2 .. 4", ["2", "3", "4"], ["1", "5"]),
        Case("repeats", "2 to 4", ["2", "3"], ["1", "4"]),
        Case("repeats", "0", ["0"], ["1"]),
        Case("repeats", "over 1", ["2"], ["1", "0"]),
        Case("rating", "-1.5 .. 2.25", ["-1.5", "0", "2.25"], ["-1.500001", "2.250001"]),
        Case("rating", "under 0", ["-0.000001"], ["0"]),
        Case("rating", "-1.5 to 2.25", ["-1.5", "2.249999"], ["2.25"]),
        Case("start", "over 90", ["91"], ["90"]),
        Case("waited", "at least 20 s", ["20 s", "1 min"], ["19999 ms"]),
        Case("waited", "1 min .. 2 h", ["60 s", "120 min"], ["59 s", "7200001 ms"]),
        Case("waited", "under 1.5 min", ["89 s"], ["90 s"]),
        Case("time", "09:00 to 18:00", ["09:00", "17:59"], ["08:59", "18:00"]),
        Case("time", "20:00 to 09:00", ["20:00", "00:00", "08:59"], ["09:00", "19:59"]),
        Case("time", "22:00 to 24:00", ["22:00", "23:59"], ["00:00", "21:59"]),
        Case("time", "18:00 to 00:00", ["18:00", "23:59"], ["00:00"]),
        Case("time", "after 09:00", ["09:01", "23:59"], ["09:00"]),
        Case("time", "before 09:00", ["08:59", "00:00"], ["09:00"]),
        Case("time", "until 09:00", ["08:59"], ["09:00"]),
        Case("time", "from 09:00", ["09:00"], ["08:59"]),
        Case("time", "от 09:00 до 18:00", ["09:00"], ["18:00"]),
        Case("time", "not 09:00 to 18:00", ["18:00", "08:59"], ["09:00"]),
        Case("time", "9:00", ["09:00"], ["09:01"]),
        Case("weekday", "monday .. friday", ["monday", "friday", "среда"], ["saturday", "sunday"]),
        Case("weekday", "friday to monday", ["friday", "sunday", "monday"], ["tuesday"]),
        Case("weekday", "суббота, воскресенье", ["saturday", "sunday"], ["monday"]),
        Case("date", "2026-03-08", ["2026-03-08"], ["2026-03-09", "2025-03-08"]),
        Case("date", "8 March", ["2026-03-08", "1999-03-08"], ["2026-03-09"]),
        Case("date", "8 марта", ["2026-03-08"], ["2026-03-07"]),
        Case("date", "29 February", ["2028-02-29"], ["2027-02-28", "2027-03-01"]),
        Case("date", "28 December .. 8 January", ["2026-12-28", "2027-01-08", "2026-01-01"], ["2026-12-27", "2026-01-09"]),
        Case("date", "2026-05-01 to 2026-05-03", ["2026-05-01", "2026-05-03"], ["2026-05-04"]),
        Case("date", "until 2026-05-03", ["2026-05-03"], ["2026-05-04"]),
        Case("date", "before 2026-05-03", ["2026-05-02"], ["2026-05-03"]),
        Case("date", "from 2026-05-03", ["2026-05-03"], ["2026-05-02"]),
        Case("date", "after 2026-05-03", ["2026-05-04"], ["2026-05-03"]),
        Case("caller", "+7 (495) 000-11-22", ["+74950001122"], ["+749500011221", "+74950001123"]),
        Case("caller", "starts with +7 495", ["+7495", "+74950001122"], ["+74960001122", "+749"]),
        Case("caller", "not starts with +7 495, +7 812 555-01-01", ["+78125550102"], ["+74951", "+78125550101"]),
        Case("note", "Hello", ["hello", "HELLO"], ["hello there"]),
        Case("note", "contains ёлк", ["Новая Ёлка"], ["елка"]),
        Case("note", "starts with call", ["Call me"], ["recall"]),
        Case("note", "ends with me", ["call ME"], ["menu"]),
        Case("note", "contains \"a, b\"", ["x a, b y"], ["a", "b"]),
        Case("note", "не contains spam", ["ham"], ["spam!"]),
        Case("marks", "vip", ["vip", "vip, press"], ["press", ""]),
        Case("marks", "has any vip, press", ["press"], ["debtor"]),
        Case("marks", "has all vip, press", ["vip, press, debtor"], ["vip"]),
        Case("marks", "has none debtor", ["vip", ""], ["debtor, vip"]),
        Case("marks", "есть все vip, press", ["press, vip"], ["press"]),
    ]

    @Test(arguments: cases) func holdsExactlyForItsValues(_ row: Case) throws {
        let set = try RuleTexts.set(RuleTexts.oneRule("\(row.fact): '\(row.cell.replacing("'", with: "''"))'"))
        for (values, expected) in [(row.holds, Action.answerFirst), (row.fails, Action.answer)] {
            for value in values {
                let verdict = set.decide(RuleTexts.input([row.fact: Self.stated(row.fact, value)]))
                #expect(verdict.unreadable.isEmpty, "\(value)")
                #expect(verdict.then == expected, "\(value)")
            }
        }
        // A fact without a value makes no test hold, negated or not.
        // The clock would fill time, weekday and date.
        if !["time", "weekday", "date"].contains(row.fact) { #expect(set.decide(RuleTexts.input([:])).then == .answer) }
        #expect(set.decide(RuleTexts.input([row.fact: .declined])).then == .answer)
    }

    static func stated(_ fact: String, _ value: String) -> FactInput {
        if fact == "caller", let number = PhoneNumber(e164: value) { return .phone(number) }
        return fact == "marks" ? .words(value.split(separator: ",").map { $0.trimmingPrefix(" ") }.map(String.init)) : .text(value)
    }

    @Test(arguments: ["service", "budget", "note", "marks", "caller", "date", "decider"])
    func statesAreNoValues(_ fact: String) throws {
        let value: [String: FactInput] = [
            "service": .text("seo"), "budget": .integer(5), "note": .text("x"), "marks": .words(["vip"]),
            "caller": .text("+7495"), "date": .text("2026-01-01"), "decider": .yesNo(true),
        ]
        let known = try #require(value[fact])
        let expected: [(String, unknown: Action, declined: Action, known: Action)] = [
            ("unknown", .answerFirst, .answerFirst, .answer), ("known", .answer, .answer, .answerFirst),
            ("declined", .answer, .answerFirst, .answer), ("any", .answerFirst, .answerFirst, .answerFirst),
            ("отказ", .answer, .answerFirst, .answer), ("неизвестно", .answerFirst, .answerFirst, .answer),
        ]
        for (cell, unknown, declined, held) in expected {
            let set = try RuleTexts.set(RuleTexts.oneRule("\(fact): \(cell)\nrepeats: any"))
            // The clock would fill the date.
            if fact != "date" { #expect(set.decide(RuleTexts.input([:])).then == unknown, "\(cell)") }
            #expect(set.decide(RuleTexts.input([fact: .declined])).then == declined, "\(cell)")
            #expect(set.decide(RuleTexts.input([fact: known])).then == held, "\(cell)")
        }
    }

    @Test func valuesComeInManyForms() throws {
        let set = try RuleTexts.set(RuleTexts.oneRule("budget: '49999.99'\nwaited: 90 s\ndecider: yes"))
        let facts: [String: FactInput] = ["budget": .decimal("49999.99"), "waited": .duration(.seconds(90)), "decider": .text("да")]
        #expect(set.decide(RuleTexts.input(facts)).then == .answerFirst)
        #expect(set.decide(RuleTexts.input(facts.merging(["waited": .integer(90)]) { $1 })).then == .answerFirst)
        let wrong = set.decide(RuleTexts.input(facts.merging(["budget": .text("lots"), "waited": .text("long")]) { $1 }))
        #expect(wrong.then == .answer)
        #expect(wrong.unreadable == ["budget", "waited"])
    }
}
