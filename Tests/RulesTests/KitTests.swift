// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Foundation
import RuleFiles
import Screening
import StrictYAML
import Testing

/// The conformance kit: cases as data under `Kit`, written from RULES.md and not from the code.
@Suite struct KitTests {
    static func lines(_ name: String) throws -> [(number: Int, text: String)] {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Kit/\(name)")
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false).enumerated()
            .map { ($0.offset + 1, String($0.element)) }
            .filter { !$0.1.isEmpty && !$0.1.hasPrefix("#") }
    }

    static let lists = [
        RuleSource(path: "blacklist.csv", text: "number\n+7 495 000-11-22\n+7 499 555 0\n"),
        RuleSource(path: "capital.csv", text: "number\n+7 495\n"),
        RuleSource(path: "holidays.csv", text: "day\n2026-01-01\n2026-05-09\n"),
        RuleSource(path: "words.csv", text: "word\ncasino\nloan offer\n"), RuleSource(path: "offered.csv", text: "word\nsite\nseo\n"),
    ]
    static let listBlock =
        "lists:\n"
        + [("blacklist", "phone"), ("capital", "phone"), ("holidays", "date"), ("words", "word"), ("offered", "word")].map { name, holds in
            "  - list: \(name)\n    file: \(name).csv\n    holds: \(holds)\n"
        }.joined()

    static func set(_ tables: String) throws -> RuleSet {
        let rules = "format: 1\nrules: Kit\nzone: Europe/Moscow\n" + listBlock + "tables:\n" + tables
        let facts = RuleTexts.facts + "  size:\n    type: choice\n    values: big, middle, small\n"
        return try RuleTexts.set(rules, facts: facts, more: lists)
    }

    static func oneRule(_ fact: String, _ cell: String) throws -> RuleSet {
        let quoted = cell.replacing("'", with: "''")
        return try set(
            "  - table: ring\n    decides: ring\n    hits: first\n    rules:\n      - rule: it\n        if:\n          \(fact): '\(quoted)'\n"
                + "        then: answer first\n    otherwise:\n      then: answer\n")
    }

    static func parts(_ text: some StringProtocol, _ separator: String) -> [String] {
        text.components(separatedBy: separator).map { $0.trimmingCharacters(in: .whitespaces) }
    }

    static func stated(_ fact: String, _ value: String) -> FactInput? {
        switch value {
        case "unknown": nil
        case "declined": .declined
        default: fact == "marks" ? .words(value == "none" ? [] : value.split(separator: "+").map(String.init)) : .text(value)
        }
    }

    static func verdict(_ set: RuleSet, _ fact: String, _ value: String) -> Verdict {
        set.decide(RuleTexts.input(stated(fact, value).map { [fact: $0] } ?? [:]))
    }

    /// The clock would fill these.
    static let clockFacts: Set = ["time", "weekday", "date"]

    @Test func cellsHoldForExactlyTheirValues() throws {
        var count = 0
        for (number, line) in try Self.lines("cells.kit") {
            let columns = Self.parts(line, " | ")
            try #require(columns.count == 4 && columns[2].hasPrefix("yes:") && columns[3].hasPrefix("no:"), "cells.kit:\(number)")
            let set = try Self.oneRule(columns[0], columns[1])
            for (values, expected) in [(columns[2].dropFirst(4), Action.answerFirst), (columns[3].dropFirst(3), Action.answer)] {
                for value in Self.parts(values, ";") where !value.isEmpty {
                    let verdict = Self.verdict(set, columns[0], value)
                    #expect(verdict.then == expected && verdict.unreadable.isEmpty, "cells.kit:\(number): \(columns[1]) and \(value)")
                    count += 1
                }
            }
            for state in ["declined", "unknown"] where state == "declined" || !Self.clockFacts.contains(columns[0]) {
                #expect(Self.verdict(set, columns[0], state).then == .answer, "cells.kit:\(number): \(columns[1]) and \(state)")
                count += 1
            }
        }
        print("kit: \(count) cases of cells")
        #expect(count >= 600)
    }

    @Test func statesAreTestedOnEveryType() throws {
        let values = [
            "service": "seo", "decider": "yes", "repeats": "3", "rating": "-0.5", "start": "7", "budget": "100", "waited": "20 s", "time": "09:00",
            "weekday": "monday", "date": "2026-01-01", "caller": "+7495", "note": "x", "marks": "vip",
        ]
        var count = 0
        for (number, line) in try Self.lines("states.kit") {
            let columns = Self.parts(line, " | ")
            try #require(columns.count == 4, "states.kit:\(number)")
            for (fact, value) in values {
                let set = try Self.oneRule(fact, columns[0])
                for (stated, expected) in zip([value, "unknown", "declined"], columns.dropFirst())
                where stated != "unknown" || !Self.clockFacts.contains(fact) {
                    #expect(
                        (Self.verdict(set, fact, stated).then == .answerFirst) == (expected == "yes"), "states.kit:\(number): \(fact) \(stated)")
                    count += 1
                }
            }
        }
        print("kit: \(count) cases of states")
    }

    @Test func hitPoliciesSayWhatTheyMust() throws {
        var count = 0
        for section in try Self.sections() {
            let set = try Self.set(section.tables)
            for (number, call) in section.calls {
                let halves = Self.parts(call, "=>")
                try #require(halves.count == 2, "policies.kit:\(number)")
                let verdict = set.decide(Self.input(halves[0], scored: section.isScored))
                for expected in Self.parts(halves[1], ";") {
                    let pair = expected.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                    let said = Self.said(pair[0], verdict)
                    #expect(said == pair[1], "policies.kit:\(number): \(section.name): \(call)")
                }
                count += 1
            }
        }
        print("kit: \(count) cases of hit policies")
        #expect(count >= 130)
    }

    struct Section {
        var name: String
        var tables = ""
        var calls: [(Int, String)] = []
        /// Only a score is given: a table that decides is put behind it.
        var isScored = true
    }

    static func sections() throws -> [Section] {
        var sections: [Section] = []
        var isCalls = false
        var isFirstLine = true
        for (number, line) in try lines("policies.kit") {
            if line.hasPrefix("== ") {
                sections.append(Section(name: String(line.dropFirst(3))))
                (isCalls, isFirstLine) = (false, true)
            } else if line == "calls:" {
                isCalls = true
            } else if line == "--" {
                isFirstLine = true
            } else if isCalls {
                sections[sections.count - 1].calls.append((number, line))
            } else {
                if line.hasPrefix("decides:") { sections[sections.count - 1].isScored = false }
                sections[sections.count - 1].tables += (isFirstLine ? "  - " : "    ") + line + "\n"
                isFirstLine = false
            }
        }
        let deciding =
            "  - table: last\n    decides: brief\n    hits: first\n    rules:\n      - rule: scored\n        if:\n          score: known\n        then: qualify\n    otherwise:\n      then: qualify\n"
        return sections.map { section in
            var section = section
            if section.isScored { section.tables += deciding }
            return section
        }
    }

    static func input(_ text: String, scored: Bool) -> ScreeningInput {
        var input = RuleTexts.input([:], at: scored ? .brief : .ring, closed: true)
        for part in parts(text, ";") where !part.isEmpty {
            if part == "open" {
                input.closed = false
            } else if part.hasPrefix("at:") {
                input.moment = Moment(rawValue: String(part.dropFirst(3))) ?? .ring
            } else if part.hasPrefix("when:"), let clock = WallClock.parse(part.dropFirst(5) + " 12:00") {
                input.at = Instant(unixMilliseconds: clock.day * 86_400_000 + clock.millisecond - 3 * 3_600_000)
            } else if let pair = Optional(part.split(separator: "=", maxSplits: 1).map(String.init)), pair.count == 2 {
                input.facts[pair[0]] = stated(pair[0], pair[1])
            }
        }
        return input
    }

    static func said(_ output: String, _ verdict: Verdict) -> String {
        switch output {
        case "then": verdict.then?.rawValue ?? "none"
        case "rule": verdict.rule ?? "none"
        case "table": verdict.table ?? "none"
        case "reason": verdict.reason?.code ?? "none"
        case "group": verdict.group ?? "none"
        case "to": verdict.to ?? "none"
        case "within": verdict.within.map { WithinText.text($0.components.seconds * 1000) } ?? "none"
        case "priority": verdict.priority ?? "none"
        case "tags": verdict.tags.joined(separator: "+")
        case "score": verdict.score.map { String($0) } ?? "none"
        case "decided": verdict.decided ? "yes" : "no"
        case "need": verdict.need.first ?? "none"
        case "conflict": verdict.conflict ? "yes" : "no"
        default: "no such output"
        }
    }
}

/// What a score may still come to while the form is open.
@Suite struct SpanTests {
    static let tables = """
          - table: score
            gives: score
            hits: sum
            start: 5
            stay within: -10 .. 60
            rules:
              - rule: rich
                if:
                  budget: at least 1 000
                add: 40
              - rule: soon
                if:
                  start: under 30
                add: 20
              - rule: shop
                if:
                  service: shop
                add: -30
          - table: t
            decides: brief
            hits: first
            when unknown: ask
            rules:
              - rule: strong
                if:
                  score: at least 50
                then: qualify
                group: key
            otherwise:
              then: qualify
              group: sales

        """

    @Test(
        arguments: [
            ([:], -10, 60), (["budget": "1000"], 15, 60), (["budget": "10"], -10, 25), (["budget": "10", "service": "site"], 5, 25),
            (["budget": "10", "service": "shop", "start": "29"], -5, -5), (["budget": "declined", "service": "declined"], 5, 25),
        ] as [([String: String], Int64, Int64)])
    func aSumIsASpanWhileTheFormIsOpen(_ stated: [String: String], _ low: Int64, _ high: Int64) throws {
        let set = try KitTests.set(Self.tables)
        var input = RuleTexts.input([:], at: .brief)
        for (fact, value) in stated { input.facts[fact] = KitTests.stated(fact, value) }
        #expect(set.scoreSpan(input) == low...high)
        input.closed = true
        let score = try #require(set.decide(input).score)
        #expect((low...high).contains(score))
        #expect(set.scoreSpan(RuleTexts.input([:], at: .ring)) == nil)
    }

    @Test func aScoreOfWholePointsIsNotDivided() throws {
        let facts = RuleTexts.facts + "  score:\n    type: count\n"
        let rules =
            "format: 1\nrules: Kit\ntables:\n"
            + Self.tables.replacing("stay within: -10 .. 60", with: "stay within: 0 .. 60")
            .replacing("      - rule: shop\n        if:\n          service: shop\n        add: -30\n", with: "")
        let set = try RuleTexts.set(rules, facts: facts)
        let facts2: [String: FactInput] = ["budget": .integer(1000), "start": .integer(5)]
        #expect(set.decide(RuleTexts.input(facts2, at: .brief, closed: true)).score == 60)
    }
}
