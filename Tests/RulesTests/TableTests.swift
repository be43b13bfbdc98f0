// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Foundation
import RuleFiles
import Screening
import StrictYAML
import Testing

/// Hit policies, given facts, chains of tables, dates and lists, from files to verdicts.
@Suite struct TableTests {
    /// A table that gives `score` from `repeats`, and one at ring that says by it.
    private func scoring(_ policy: String, _ extra: String = "", add: Bool = true, otherwise: String = "") -> String {
        let rules = [("a", "at least 1", 40), ("b", "at least 2", -15), ("c", "at least 3", 7)].map { name, cell, number in
            "      - rule: \(name)\n        if:\n          repeats: \(cell)\n" + (add ? "        add: \(number)\n" : "")
        }.joined()
        return """
            format: 1
            rules: Test
            tables:
              - table: score
                gives: score
                hits: \(policy)
            \(extra)    rules:
            \(rules)\(otherwise)  - table: ring
                decides: ring
                hits: first
                rules:
                  - rule: low
                    if:
                      score: under 75
                    then: voicemail
                    reason: MISSED
                otherwise:
                  then: answer

            """
    }

    @Test(arguments: [
        ("sum", [0, 40, 25, 32] as [Int64?]), ("count", [0, 1, 2, 3]), ("min", [nil, 40, -15, -15]), ("max", [nil, 40, 40, 40]),
    ])
    func collectingTablesGiveANumber(_ policy: String, _ scores: [Int64?]) throws {
        let set = try RuleTexts.set(scoring(policy, add: policy != "count"))
        for (repeats, score) in scores.enumerated() {
            let verdict = set.decide(RuleTexts.input(["repeats": .integer(Int64(repeats))]))
            #expect(verdict.score == score)
            #expect(verdict.then == (score == nil ? .answer : .voicemail))
        }
    }

    @Test func aSumStartsAndStaysWithin() throws {
        let set = try RuleTexts.set(scoring("sum", "    start: 70\n    stay within: -50 .. 100\n"))
        #expect(set.decide(RuleTexts.input(["repeats": .integer(0)])).score == 70)
        #expect(set.decide(RuleTexts.input(["repeats": .integer(1)])).score == 100)
        // Clamped once, at the end: 70 + 40 - 15 = 95.
        #expect(set.decide(RuleTexts.input(["repeats": .integer(2)])).score == 95)
    }

    @Test func aStatedFactWinsOverATable() throws {
        let set = try RuleTexts.set(scoring("sum"))
        #expect(set.decide(RuleTexts.input(["repeats": .integer(1), "score": .integer(3)])).score == 3)
    }

    private func two(_ policy: String, _ second: String = "answer") -> String {
        """
        format: 1
        rules: Test
        tables:
          - table: ring
            decides: ring
            hits: \(policy)
            outputs:
              then: voicemail, answer, answer first
            rules:
              - rule: often
                if:
                  repeats: at least 1
                then: answer first
                tags: often
              - rule: very often
                if:
                  start: at least 3
                then: \(second)
                tags: crowd
            otherwise:
              then: answer
              tags: none

        """
    }

    @Test func everyHitPolicyThatDecides() throws {
        let three = RuleTexts.input(["repeats": .integer(3), "start": .integer(3)])
        let first = try RuleTexts.set(two("first")).decide(three)
        #expect(first.rule == "often" && first.tags == ["crowd", "often"] && !first.conflict)
        let best = try RuleTexts.set(two("best")).decide(three)
        #expect(best.rule == "very often" && best.then == .answer && !best.conflict)
        #expect(try !RuleTexts.set(two("agree", "answer first")).decide(three).conflict)
        let otherwise = try RuleTexts.set(two("agree", "answer first")).decide(RuleTexts.input([:]))
        #expect(otherwise.rule == "otherwise" && otherwise.tags == ["none"] && !otherwise.conflict)
        #expect(RuleTexts.problems(two("only one")).map(\.code) == ["E04"])
        #expect(RuleTexts.problems(two("agree")).map(\.code) == ["E04"])
    }

    @Test func aConflictThatListsBringAboutIsFlagged() throws {
        for (policy, second, expected) in [("only one", "answer first", true), ("agree", "answer first", false), ("agree", "answer", true)] {
            let text = two(policy, second).replacingOccurrences(of: "repeats: at least 1", with: "caller: in list blacklist")
                .replacingOccurrences(of: "tables:\n", with: lists + "tables:\n")
            let facts: [String: FactInput] = ["start": .integer(3), "caller": .text("+7 495 000-11-22")]
            let verdict = try RuleTexts.set(text, more: listFiles).decide(RuleTexts.input(facts))
            #expect(verdict.rule == "often" && verdict.conflict == expected)
        }
    }

    @Test func aRuleThatEarlierRulesCoverTogetherCanNotWin() throws {
        let rules = ["low", "high", "dead"].map { name in
            let cell = ["low": "under 100", "high": "at least 100", "dead": "50 .. 200"][name] ?? ""
            return "      - rule: \(name)\n        if:\n          budget: \(cell)\n        then: answer first\n"
        }.joined()
        let text = RuleTexts.oneRule("budget: 1").replacingOccurrences(of: "    rules:\n", with: "    rules:\n" + rules)
        let problems = RuleTexts.problems(text)
        #expect(problems.map(\.code) == ["E03", "E03"], "\(problems)")
        #expect(problems.first?.message.contains("\"dead\"") == true)
    }

    @Test func aPromiseThatCanBeBrokenIsRefusedWithACall() throws {
        let promise = """
            promises:
              - promise: cheap is never answered first
                when:
                  budget: under 100
                never:
                  then: answer first
              - promise: all is answered somehow
                when:
                  budget: any
                always:
                  then: answer, answer first

            """
        let kept = RuleTexts.oneRule("budget: at least 100") + promise
        #expect(RuleTexts.problems(kept).isEmpty)
        let broken = RuleTexts.problems(RuleTexts.oneRule("budget: at least 99.99") + promise)
        #expect(broken.map(\.code) == ["E07"])
        #expect(
            broken.first?.message
                == "promise \"cheap is never answered first\" is broken at ring by \"it\" of ring for a call with budget: 99.99 RUB", "\(broken)")
    }

    @Test func allGivesTagsToLaterTables() throws {
        let rules = """
            format: 1
            rules: Test
            tables:
              - table: kinds
                gives: kind
                hits: all
                rules:
                  - rule: early
                    if:
                      time: before 09:00
                    tags: early, odd
                  - rule: often
                    if:
                      repeats: at least 3
                    tags: often
              - table: ring
                decides: ring
                hits: first
                rules:
                  - rule: both
                    if:
                      kind: has all early, often
                    then: answer first
                  - rule: neither
                    if:
                      kind: has none early, often
                    then: voicemail
                    reason: MISSED
                otherwise:
                  then: answer

            """
        let set = try RuleTexts.set(rules)
        func then(_ time: String, _ repeats: Int64) -> Action? {
            set.decide(RuleTexts.input(["time": .text(time), "repeats": .integer(repeats)])).then
        }
        #expect(then("08:00", 3) == .answerFirst)
        #expect(then("08:00", 0) == .answer)
        #expect(then("12:00", 0) == .voicemail)
    }

    // MARK: - Chains, dates

    @Test func aTableBeforeAnotherHandsOn() throws {
        let csv =
            "rule,caller,region,time,then,reason,group,say\nr-1,,Moscow,,answer first,,,Moscow first\nr-2,\"+7 812 555-01-01, +7 812 555-01-02\",,>= 05:00,reject,SPAM,,\n"
            .replacingOccurrences(of: ">= 05:00", with: "from 05:00")
        let rules =
            RuleTexts.oneRule("repeats: at least 1") + """
                  - table: route
                    decides: ring
                    before: ring
                    hits: first
                    file: tables/route.csv

                """
        let set = try RuleTexts.set(rules, more: [RuleSource(path: "tables/route.csv", text: csv)])
        let moscow = set.decide(RuleTexts.input(["region": .text("Moscow")]))
        #expect(moscow.table == "route" && moscow.rule == "r-1" && moscow.say == "Moscow first")
        let listed = set.decide(RuleTexts.input(["caller": .text("+7 812 555-01-02")]))
        #expect(listed.rule == "r-2" && listed.then == .reject)
        #expect(set.decide(RuleTexts.input(["repeats": .integer(1)])).table == "ring")
    }

    @Test func momentsWithoutATableHaveTheServicesDefault() throws {
        let set = try RuleTexts.set(RuleTexts.oneRule("repeats: 1"))
        let hangup = set.decide(RuleTexts.input([:], at: .hangup))
        #expect(hangup.then == .callback && hangup.reason == "MISSED" && hangup.table == nil && hangup.decided)
    }

    @Test func aRuleIsInForceOnItsDaysIncludingTheLast() throws {
        let text = RuleTexts.oneRule("repeats: any").replacingOccurrences(
            of: "        then: answer first", with: "        from: 2026-03-02\n        until: 2026-03-03\n        then: answer first")
        let set = try RuleTexts.set(text)
        let hour: Int64 = 3600
        for (seconds, expected): (Int64, Action) in [
            (0, .answerFirst), (35 * hour, .answerFirst), (36 * hour, .answer), (-12 * hour, .answerFirst), (-12 * hour - 1, .answer),
        ] {
            let instant = Instant(unixSeconds: RuleTexts.noon.unixSeconds + seconds)
            #expect(set.decide(RuleTexts.input([:], on: instant)).then == expected, "\(seconds)")
        }
    }

    @Test func aFileOutOfForceTakesItsTablesAway() throws {
        let text = RuleTexts.oneRule("repeats: any").replacingOccurrences(of: "rules: Test", with: "rules: Test\nuntil: 2026-03-01")
        let verdict = try RuleTexts.set(text).decide(RuleTexts.input([:]))
        #expect(verdict.then == .answer && verdict.table == nil)
    }

    // MARK: - Clock

    @Test func theLinesZoneGivesTimeDayAndDate() throws {
        let set = try RuleTexts.set(RuleTexts.oneRule("time: 12:00\nweekday: monday\ndate: 2026-03-02"))
        #expect(set.decide(RuleTexts.input([:])).then == .answerFirst)
        var there = RuleTexts.input([:])
        there.zone = "Asia/Novosibirsk"
        #expect(set.decide(there).then == .answer)
        // Seconds are cut off; a stated fact wins.
        #expect(set.decide(RuleTexts.input([:], on: Instant(unixSeconds: RuleTexts.noon.unixSeconds + 59))).then == .answerFirst)
        #expect(set.decide(RuleTexts.input(["time": .text("12:01")])).then == .answer)
    }

    @Test func aMinuteThatAClockChangeRepeatsMatchesTwice() throws {
        // Berlin, 2026-10-25: 02:30 comes at 00:30Z and again at 01:30Z.
        let set = try RuleTexts.set(RuleTexts.oneRule("time: 02:30").replacingOccurrences(of: "Europe/Moscow", with: "Europe/Berlin"))
        for (seconds, expected): (Int64, Action) in [(1_792_888_200, .answerFirst), (1_792_891_800, .answerFirst), (1_792_895_400, .answer)] {
            #expect(set.decide(RuleTexts.input([:], on: Instant(unixSeconds: seconds))).then == expected)
        }
    }

    // MARK: - Lists

    let lists = """
        lists:
          - list: blacklist
            file: lists/blacklist.csv
            holds: phone
            ends: until
          - list: regions
            file: lists/regions.csv
            holds: phone prefix
            match: longest
            gives: region, zone
          - list: holidays
            file: lists/holidays.csv
            holds: date
          - list: core
            file: lists/core.csv
            holds: word

        """
    let listFiles = [
        RuleSource(path: "lists/blacklist.csv", text: "number,until,note\n+7 495 000-11-22,,dialler\n+7 499 555 0,2026-03-02,\"a block, shorter\"\n"),
        RuleSource(
            path: "lists/regions.csv", text: "\u{FEFF}prefix,region,zone\r\n+7,Russia,Europe/Moscow\r\n+7 495,Moscow,\r\n+7 383,,Asia/Novosibirsk\r\n"
        ),
        RuleSource(path: "lists/holidays.csv", text: "day\n2026-03-09\n"),
        RuleSource(path: "lists/core.csv", text: "service\nSEO\nsite\n"),
    ]

    private func withLists(_ cells: String) throws -> RuleSet {
        try RuleTexts.set(RuleTexts.oneRule(cells).replacingOccurrences(of: "tables:\n", with: lists + "tables:\n"), more: listFiles)
    }

    @Test func aListHoldsNumbersBlocksAndLastDays() throws {
        let set = try withLists("caller: in list blacklist")
        let cases: [(String, Int64, Action)] = [
            ("+74950001122", 0, .answerFirst), ("+749500011221", 0, .answerFirst), ("+74950001123", 0, .answer),
            ("+7499555012", 0, .answerFirst), ("+7499555012", 86_400, .answer), ("+7499555", 0, .answer),
        ]
        for (number, later, expected) in cases {
            let instant = Instant(unixSeconds: RuleTexts.noon.unixSeconds + later)
            #expect(set.decide(RuleTexts.input(["caller": CellTests.stated("caller", number)], on: instant)).then == expected, "\(number)")
        }
        #expect(try withLists("caller: not in list blacklist").decide(RuleTexts.input([:])).then == .answer)
        #expect(set.listVersions.keys.sorted() == ["blacklist", "core", "holidays", "regions"])
    }

    @Test func theLongestPrefixGivesFactsAndTheCallersTime() throws {
        for (number, region, time) in [
            ("+74951", "Moscow", "unknown"), ("+78121", "Russia", "12:00"), ("+73831", "unknown", "16:00"), ("+33", "unknown", "unknown"),
        ] {
            let set = try withLists("region: \(region)\ncaller time: \(time)")
            #expect(set.decide(RuleTexts.input(["caller": CellTests.stated("caller", number)])).then == .answerFirst, "\(number)")
        }
        let stated = try withLists("region: Saint Petersburg")
        #expect(stated.decide(RuleTexts.input(["caller": .text("+7 495 1"), "region": .text("Saint Petersburg")])).then == .answerFirst)
    }

    @Test func listsOfDatesAndWords() throws {
        let holiday = try withLists("date: in list holidays, 2026-03-02")
        #expect(holiday.decide(RuleTexts.input(["date": .text("2026-03-09")])).then == .answerFirst)
        #expect(holiday.decide(RuleTexts.input([:])).then == .answerFirst)
        #expect(holiday.decide(RuleTexts.input(["date": .text("2026-03-08")])).then == .answer)
        let words = try withLists("service: in list core\nnote: not in list core")
        #expect(words.decide(RuleTexts.input(["service": .text("seo"), "note": .text("x")])).then == .answerFirst)
        #expect(words.decide(RuleTexts.input(["service": .text("shop"), "note": .text("x")])).then == .answer)
        #expect(words.decide(RuleTexts.input(["service": .text("seo"), "note": .text("Site")])).then == .answer)
    }

    @Test(arguments: [
        ("lists/blacklist.csv", "8 495 000-11-22,,x\n", 2, 1, "+74950001122"), ("lists/blacklist.csv", "+7495,31.12.2026,x\n", 2, 7, "2026-12-31"),
        ("lists/blacklist.csv", "+7495,,a,b\n", 2, 10, "put fields with commas into quotes"),
        ("lists/blacklist.csv", "+7 495 abc,,\n", 2, 1, "digits after a +"),
    ])
    func aMistakeInAListIsFound(_ path: String, _ line: String, _ row: Int, _ column: Int, _ fix: String) throws {
        let files = listFiles.map { $0.path == path ? RuleSource(path: path, text: "number,until,note\n" + line) : $0 }
        let problems = RuleTexts.problems(
            RuleTexts.oneRule("repeats: 1").replacingOccurrences(of: "tables:\n", with: lists + "tables:\n"), more: files)
        let problem = try #require(problems.first)
        #expect(problem.file == path && problem.line == row && problem.column == column && problem.fix == fix, "\(problem)")
    }

    // MARK: - The set

    @Test func theHashSeesMeaningAndNotSpelling() throws {
        let plain = try RuleTexts.set(RuleTexts.oneRule("budget: under 300 000\nservice: seo, site"))
        let same = try RuleTexts.set("# a comment\n" + RuleTexts.oneRule("service: SITE, seo\nbudget: меньше 300000"))
        let other = try RuleTexts.set(RuleTexts.oneRule("budget: at most 300 000\nservice: seo, site"))
        #expect(plain.hash == same.hash)
        #expect(plain.hash != other.hash)
    }

    @Test func aCircleOfTablesIsRefused() throws {
        func table(_ gives: String, _ uses: String) -> String {
            "  - table: \(gives)\n    gives: \(gives)\n    hits: sum\n    rules:\n      - rule: r\n        if:\n          \(uses): at least 1\n        add: 1\n"
        }
        let problems = RuleTexts.problems(RuleTexts.oneRule("repeats: 1") + table("one", "two") + table("two", "one"))
        #expect(problems.contains { $0.code == "E05" && $0.message.contains("one → two → one") }, "\(problems)")
    }

    @Test func anExampleThatFailsKeepsTheSetOut() throws {
        let example = """
            format: 1
            examples:
              - example: often
                at: ring
                facts:
                  repeats: 1
                expect:
                  then: answer

            """
        let problems = RuleTexts.problems(RuleTexts.oneRule("repeats: 1"), more: [RuleSource(path: "examples/a.yaml", text: example)])
        #expect(problems.map(\.code) == ["E06"])
        #expect(problems.first?.line == 8 && problems.first?.column == 13, "\(problems)")
        #expect(problems.first?.fix == "change the rules, or expect then: answer first")
    }
}
