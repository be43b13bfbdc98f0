// SPDX-License-Identifier: Apache-2.0
import Foundation
import RuleFiles
import Screening
import StrictYAML
import Testing

/// Mistakes that people make: each is found at its place, and the fix says what to write.
@Suite struct MistakeTests {
    struct Case: Sendable, CustomTestStringConvertible {
        /// Cells of the one rule, as they stand in the file.
        let cells: String
        /// Column of the mistake, from 1, in the first line of cells (line 10).
        let column: Int
        let fix: String
        var code = "E01"
        var testDescription: String { cells }

        init(_ cells: String, _ column: Int, _ fix: String, _ code: String = "E01") {
            (self.cells, self.column, self.fix, self.code) = (cells, column, fix, code)
        }
    }

    static let cells: [Case] = [
        Case("budget: under 300,000", 25, "300 000"),
        Case("budget: under 49999,99", 25, "49 999.99"),
        Case("budget: under 300к", 25, "300 000"),
        Case("budget: under 300k", 25, "300 000"),
        Case("budget: under 1.5 млн", 25, "1 500 000"),
        Case("budget: under 300 тыс", 25, "300 000"),
        Case("budget: under 300 000 RUB", 25, "300 000"),
        Case("budget: under 300 000 руб.", 25, "300 000"),
        Case("budget: under 3OO 000", 25, "300 000"),
        Case("budget: under 300.000.000", 25, "300 000 000"),
        Case("budget: under 30 0000", 25, "300 000"),
        Case("budget: under lots", 25, "write digits, such as 300 000"),
        Case("budget: under", 24, "such as under 300 000"),
        Case("budget: < 300 000", 19, "under 300 000"),
        Case("budget: '<'", 21, "such as under 300 000"),
        Case("budget: >= 300 000", 19, "at least 300 000"),
        Case("budget: > 300 000", 19, "over 300 000"),
        Case("budget: -", 19, "any"),
        Case("budget: less than 300 000", 19, "under 300 000"),
        Case("budget: more than 300 000", 19, "over 300 000"),
        Case("budget: менее 300 000", 19, "меньше 300 000"),
        Case("budget: from 300 000", 19, "at least 300 000"),
        Case("budget: 700 000 .. 300 000", 19, "300 000 .. 700 000", "E02"),
        Case("budget: 300 000 - 700 000", 19, "300 000 .. 700 000"),
        Case("budget: between 100 and 200", 19, "100 .. 200"),
        Case("budget: under 0", 25, "choose another bound", "E02"),
        Case("budget: not at least 0", 23, "leave out a value", "E02"),
        Case("time: 09.00 to 18.00", 17, "09:00"),
        Case("time: 9 to 18:00", 17, "09:00"),
        Case("time: 09:00-18:00", 17, "09:00 to 18:00"),
        Case("time: after 25:00", 23, "a time from 00:00 to 23:59"),
        Case("time: 09:00 to 09:00", 17, "leave the cell out for the whole day", "E02"),
        Case("time: over 09:00", 17, "after 09:00"),
        Case("weekday: mon .. fri", 20, "monday"),
        Case("weekday: пн", 20, "понедельник"),
        Case("weekday: saturday and sunday", 20, "saturday, sunday"),
        Case("date: 08.03.2026", 17, "2026-03-08"),
        Case("date: 8 March 2026", 17, "2026-03-08"),
        Case("date: 2026-02-30", 17, "a day that exists, from 1900 to 2199"),
        Case("waited: at least 20", 28, "20 s, 20 min, 20 h or 20 d"),
        Case("waited: at least 20 sec", 28, "20 s"),
        Case("waited: at least 5 минут", 28, "5 min"),
        Case("service: seo or site", 20, "seo, site"),
        Case("service: sео", 20, "seo"),
        Case("service: sit", 20, "site"),
        Case("service: site, shp", 26, "shop"),
        Case("service: \"site\", \"shop\"", 20, "site, shop"),
        Case("service: [site, shop]", 20, "site, shop"),
        Case("service: site,,shop", 25, "delete one of them"),
        Case("service: not", 20, "such as not site"),
        Case("service: not unknown", 20, "known"),
        Case("service: under 5", 20, "it takes: in list"),
        Case("service: not site, shop, seo, other", 24, "leave out a value", "E02"),
        Case("decider: true", 20, "yes"),
        Case("caller: 8 495 000-11-22", 19, "+74950001122"),
        Case("caller: 007 495 000-11-22", 19, "+74950001122".replacing("+7495", with: "+7495")),
        Case("caller: in list blaklist", 27, "declare it under lists:"),
        Case("repeats: over 1.5", 25, "1"),
        Case("marks: not vip", 18, "has none vip"),
        Case("marks: vip, presse", 23, "press"),
        Case("budjet: under 5", 11, "budget"),
        Case("бudget: under 5", 11, "budget"),
        Case("budget: 'feel: < 3'", 20, "write it as plain tests, or as two rules"),
        Case("budget:300", 11, "budget: 300"),
    ]

    @Test(arguments: cells) func isFoundAtItsPlaceWithTheFix(_ row: Case) throws {
        let problems = RuleTexts.problems(RuleTexts.oneRule(row.cells))
        let problem = try #require(problems.first, "no problem was found")
        #expect(problem.code == row.code, "\(problem)")
        #expect(problem.file == "test.yaml" && problem.line == 11 && problem.column == row.column, "\(problem)")
        #expect(problem.fix == row.fix, "\(problem)")
    }

    struct FileCase: Sendable, CustomTestStringConvertible {
        let what: String
        let replace: String
        let with: String
        let line: Int
        let code: String
        let fix: String
        var testDescription: String { what }

        init(_ what: String, _ replace: String, _ with: String, line: Int, _ fix: String, code: String = "E01") {
            (self.what, self.replace, self.with, self.line, self.code, self.fix) = (what, replace, with, line, code, fix)
        }
    }

    /// Line 1 is `format: 1`; `- table:` is line 5, `- rule: it` line 9, `then:` 12, `otherwise:` 13.
    static let files: [FileCase] = [
        FileCase("unknown key of a file", "rules: Test", "rule: Test", line: 2, "did you mean \"rules\"?"),
        FileCase("unknown key of a table", "hits: first", "hit: first", line: 5, "hits: first"),
        FileCase(
            "unknown key of a rule", "        then: answer first", "        then: answer first\n        grup: sales", line: 13,
            "did you mean \"group\"?"),
        FileCase("no format", "format: 1\n", "", line: 1, "format: 1"),
        FileCase("another format", "format: 1", "format: 2", line: 1, "1"),
        FileCase("no otherwise", "    otherwise:\n      then: answer\n", "", line: 5, "otherwise: with then: and what goes with it", code: "E05"),
        FileCase("unknown policy", "hits: first", "hits: unique", line: 7, "only one"),
        FileCase("unknown moment", "decides: ring", "decides: rings", line: 6, "ring"),
        FileCase("unknown action", "then: answer first", "then: answerr first", line: 12, "answer first"),
        FileCase(
            "an action of another moment", "then: answer first", "then: qualify", line: 12,
            "one of: answer, answer first, divert, menu, voicemail, reject"),
        FileCase(
            "no reason", "then: answer first", "then: reject", line: 9,
            "reason: one of SPAM, SILENCE_OR_ROBOT, WRONG_NUMBER, VENDOR, JOB_SEEKER, EXISTING_CLIENT, PARTNER, COMPETITOR, PERSONAL, TEST, ANSWERED, MISSED, BUSY, ABANDONED, AFTER_HOURS, VOICEMAIL, BLOCKED, DIVERTED, FAILED, DUPLICATE"
        ),
        FileCase("a misspelled reason", "then: answer first", "then: reject\n        reason: SPAMM", line: 13, "SPAM"),
        FileCase(
            "a divert without target", "then: answer first", "then: divert\n        reason: EXISTING_CLIENT", line: 12, "to: such as account manager"),
        FileCase(
            "a reason by a fact without codes", "then: answer first", "then: reject\n        reason: by region", line: 13,
            "add Moscow: under reasons: of region"),
        FileCase("a wrong priority", "then: answer first", "then: answer first\n        priority: hi", line: 13, "one of: high, normal, low"),
        FileCase("a wrong deadline", "then: answer first", "then: answer first\n        within: 5 mins", line: 13, "5 min"),
        FileCase("ask at ring", "hits: first", "hits: first\n    when unknown: ask", line: 8, "skip"),
        FileCase("a tab", "        then: answer first", "\tthen: answer first", line: 12, "use two spaces for each level"),
        FileCase(
            "two rules of one name", "    otherwise:", "      - rule: it\n        then: answer\n    otherwise:", line: 13,
            "give one of them another name"),
        FileCase("a zone that is none", "zone: Europe/Moscow", "zone: Moscow", line: 0, "zone: Europe/Moscow, for example"),
        FileCase(
            "a rule without outputs", "then: answer first", "say: hello", line: 9, "then: answer | answer first | divert | menu | voicemail | reject"),
        FileCase(
            "dates the wrong way round", "then: answer first", "from: 2026-05-01\n        until: 2026-04-01\n        then: answer first", line: 13,
            "exchange from and until"),
    ]

    @Test(arguments: files) func aFileIsRefusedWithLineAndFix(_ row: FileCase) throws {
        let text = RuleTexts.oneRule("budget: under 5")
        let changed = text.replacingOccurrences(of: row.replace, with: row.with)
        try #require(changed != text)
        let problems = RuleTexts.problems(changed)
        let problem = try #require(problems.first { $0.fix == row.fix }, "\(problems)")
        #expect(problem.line == row.line, "\(problem)")
        #expect(problem.code == (row.what.hasPrefix("dates") ? "E02" : row.code), "\(problem)")
    }

    @Test func everythingWrongIsSaidAtOnce() {
        let problems = RuleTexts.problems(RuleTexts.oneRule("budget: under 300к\nservice: sit\nfoo: 1"))
        #expect(problems.map(\.line) == [11, 12, 13])
    }
}
