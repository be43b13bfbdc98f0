// SPDX-License-Identifier: Apache-2.0
import CallModel
import Foundation
import RuleFiles
import Screening
import Testing
import WireFormats

@testable import CallsieveService

/// `rules decide`: a line in, a line out, and what is wrong with a line in a sentence.
@Suite struct RuleDecideTests {
    static let files = [
        RuleSource(
            path: "facts.yaml",
            text: """
                format: 1
                facts:
                  caller:
                    type: phone
                  line:
                    type: choice
                    values: main, ads
                  service:
                    type: choice
                    ask: Which service?
                    values: site, shop, other
                  budget:
                    type: money
                    ask: What budget?
                  wait:
                    type: duration
                  time:
                    type: time
                  marks:
                    type: tags
                    values: vip, late

                """),
        RuleSource(
            path: "main.yaml",
            text: """
                format: 1
                rules: Main
                zone: Europe/Moscow
                tables:
                  - table: ring
                    decides: ring
                    hits: first
                    rules:
                      - rule: known block
                        if:
                          caller: starts with +7495
                        then: voicemail
                        reason: AFTER_HOURS
                      - rule: night
                        if:
                          time: 20:00 to 09:00
                        then: voicemail
                        reason: AFTER_HOURS
                    otherwise:
                      then: answer
                  - table: brief
                    decides: brief
                    hits: first
                    when unknown: ask
                    rules:
                      - rule: ads
                        if:
                          line: ads
                          marks: has any vip
                        then: qualify
                        group: key
                      - rule: small
                        if:
                          service: site, shop
                          budget: under 300 000
                        then: drop
                        reason: BUDGET_LOW
                        tags: partner
                      - rule: declined
                        if:
                          budget: declined
                        then: callback
                        reason: NO_DECISION_MAKER
                        within: 90 min
                    otherwise:
                      then: qualify
                      group: sales
                  - table: hangup
                    decides: hangup
                    hits: first
                    rules:
                      - rule: waited
                        if:
                          wait: at least 20 s
                        then: callback
                        reason: MISSED
                        within: 1500 ms
                    otherwise:
                      then: not a lead
                      reason: WRONG_NUMBER

                """),
    ]

    static func lines(_ moment: Moment? = nil) throws -> DecideLines {
        DecideLines(try RuleSet.load(files: files, name: "main"), moment: moment, language: .en)
    }

    /// A line, and the outputs that must be in its answer.
    static let decided: [(String, String)] = [
        (
            #"{"id": 7, "at": "brief", "facts": {"service": "site", "budget": 299999.99}}"#,
            #"{"id": 7, "then": "drop", "rule": "small", "reason": "BUDGET_LOW", "tags": ["partner"], "decided": true, "need": []}"#
        ),
        (
            #"{"at": "brief", "facts": {"service": "site", "budget": "300 000"}}"#,
            #"{"id": null, "then": "qualify", "rule": "otherwise", "group": "sales"}"#
        ),
        (#"{"at": "brief", "facts": {"service": "site", "budget": null}}"#, #"{"then": null, "rule": null, "decided": false, "need": ["budget"]}"#),
        (#"{"at": "brief", "facts": {"service": "site", "budget": "unknown"}, "closed": true}"#, #"{"then": "qualify", "decided": true}"#),
        (#"{"at": "brief", "facts": {"service": "site", "budget": "declined"}}"#, #"{"then": "callback", "rule": "declined", "within": 5400}"#),
        (#"{"at": "brief", "facts": {"service": "site", "budget": "отказ"}}"#, #"{"then": "callback"}"#),
        (#"{"at": "brief", "line": "ads", "facts": {"marks": ["vip", "other"]}}"#, #"{"then": "qualify", "group": "key"}"#),
        (#"{"at": "brief", "closed": true, "facts": {"service": "sitte", "budget": 1}}"#, #"{"then": "qualify", "unreadable": ["service"]}"#),
        (#"{"at": "hangup", "facts": {"wait": 20}}"#, #"{"then": "callback", "within": 1.500}"#),
        (#"{"at": "hangup", "facts": {"wait": "19 s"}}"#, #"{"then": "not a lead", "within": null}"#),
        (#"{"at": "ring", "when": "2026-03-02 23:10"}"#, #"{"then": "voicemail", "rule": "night"}"#),
        (#"{"at": "ring", "when": "2026-03-02T23:10:00+10:00"}"#, #"{"then": "answer"}"#),
        (#"{"at": "ring"}"#, #"{"then": "answer", "rule": "otherwise"}"#),
        (#"{"at": "ring", "facts": {"time": "21:00"}}"#, #"{"then": "voicemail"}"#),
        (#"{"at": "ring", "facts": {"caller": "+7 495 000-11-22"}}"#, #"{"rule": "known block"}"#),
        (#"{"at": "ring", "facts": {"caller": "unclear"}}"#, #"{"then": "answer", "unreadable": ["caller"]}"#),
    ]

    @Test(arguments: decided) func aLineIsDecided(line: String, expected: String) throws {
        let answer = try #require(try Self.lines().answer(line, number: 1))
        #expect(answer.problem == nil)
        for member in try #require(try JSON.parse(expected).members) {
            #expect(answer.json[member.name] == member.value, "\(member.name) of \(answer.json.text)")
        }
    }

    /// A line that can't be decided, and words of what is said about it.
    static let refused: [(String, String)] = [
        ("{", "no JSON"), ("[]", "an object"), (#"{"at": "noon"}"#, "ring, brief, hangup"), (#"{"facts": {}}"#, "no moment"),
        (#"{"at": "ring", "fact": {}}"#, "did you mean \"facts\""), (#"{"at": "ring", "when": "yesterday"}"#, "2026-03-02 11:40"),
        (#"{"at": "ring", "closed": "no"}"#, "true or false"), (#"{"at": "ring", "facts": []}"#, "\"facts\" is an object"),
        (#"{"at": "ring", "facts": {"budget": {"amount": 1}}}"#, "can't be an object"), (#"{"at": "ring", "line": 3}"#, "line's name"),
        (#"{"at": "brief", "facts": {"marks": ["vip", 1]}}"#, "array of texts"),
    ]

    @Test(arguments: refused) func aLineThatCantBeReadIsNamed(line: String, words: String) throws {
        let answer = try #require(try Self.lines().answer(line, number: 12))
        let problem = try #require(answer.problem)
        #expect(problem.hasPrefix("line 12: ") && problem.contains(words), "\(problem)")
        #expect(answer.json["line"] == 12 && answer.json["error"]?.string?.isEmpty == false)
    }

    @Test func emptyLinesAreNoCallsAndTheCommandsMomentStandsIn() throws {
        let lines = try Self.lines(.hangup)
        #expect(lines.answer("  \t", number: 1) == nil)
        #expect(try #require(lines.answer(#"{"facts": {"wait": 30}}"#, number: 2)).json["then"] == "callback")
        #expect(try #require(lines.answer(#"{"at": "ring"}"#, number: 3)).json["then"] == "answer")
    }

    @Test func factsThatTheRulesDoNotKnowAreNamed() throws {
        let answer = try #require(try Self.lines(.ring).answer(#"{"facts": {"budjet": 3, "line": "main"}}"#, number: 1))
        #expect(answer.undeclared == ["budjet"] && answer.problem == nil)
    }

    @Test func questionsAndExamplesAreReported() throws {
        let set = try RuleSet.load(files: Self.files, name: "main")
        let questions = RuleReports.questions(set)
        #expect(questions["items"]?.array?.compactMap { $0["fact"]?.string } == ["service", "budget"])
        #expect(questions["items"]?[0]?["rules"] == ["small"] && questions["items"]?[0]?["choices"]?[1]?["value"] == "shop")
        let examples = RuleSource(
            path: "examples/one.yaml",
            text: "format: 1\nexamples:\n  - example: a\n    at: hangup\n    facts:\n      wait: 30 s\n    expect:\n      then: not a lead\n")
        let failing = try RuleSet.read(files: Self.files + [examples], name: "main")
        let report = RuleReports.tests(failing, failing.testExamples())
        #expect(report["failed"] == 1 && report["items"]?[0]?["got"]?["then"] == "callback")
        #expect(report["items"]?[0]?["problems"]?[0]?["line"] == 8)
    }
}
