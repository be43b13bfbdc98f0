// SPDX-License-Identifier: Apache-2.0
import CallModel
import Foundation
import RuleCorpus
import RuleFiles
import Screening
import Testing

@Suite struct DifferenceTests {
    static let isLong = ProcessInfo.processInfo.environment["CALLSIEVE_LONG"] != nil

    /// The short form takes 60 edits with 1,000 calls each; `make bench ONLY=analysis` and `CALLSIEVE_LONG=1` more.
    @Test func whatIsSaidToChangeIsWhatChanges() throws {
        let (edits, calls, seed): (Int, Int, UInt64) = Self.isLong ? (1000, 10_000, 11) : (60, 1000, 11)
        var dice = Dice(seed: seed)
        var (changed, proved) = (0, 0)
        for number in 0..<edits {
            let trial = EditTrial(rows: 6...20, columns: 3...6, dice: &dice)
            let result = try trial.run(calls: calls, dice: &dice)
            changed += result.changed
            if result.isProved { proved += 1 }
            #expect(result.misses == 0 && result.extras == 0, "seed \(seed), edit \(number): \(result)\n\(trial.before.text)\n\(trial.after.text)")
        }
        #expect(changed > edits)
        print("difference: \(edits) edits x \(calls) calls, \(changed) changed calls, \(proved) edits proved, seed \(seed)")
    }

    private func set(_ cells: String, then: String = "answer first", facts: String = RuleTexts.facts) throws -> RuleSet {
        try RuleTexts.set(RuleTexts.oneRule(cells).replacingOccurrences(of: "then: answer first", with: "then: \(then)"), facts: facts)
    }

    @Test func aMovedBoundIsSaidInBothLanguages() throws {
        let difference = Difference.between(try set("budget: under 300 000"), try set("budget: under 250 000"))
        #expect(difference.certainty == .proved && difference.changes.count == 1)
        let change = try #require(difference.changes.first)
        #expect(change.sentence.text(.en) == "Calls with budget: 250 000 RUB to below 300 000 RUB: were \"answer first\", become \"answer\".")
        #expect(change.sentence.text(.ru) == "Звонки, где budget: от 250 000 RUB и меньше 300 000 RUB: было «соединить первым», станет «соединить».")
        #expect(change.before?.rule == "it" && change.after?.rule == "otherwise" && change.example["budget"] == "250 000 RUB")
    }

    @Test func anotherSpellingChangesNothing() throws {
        #expect(Difference.between(try set("service: site, shop"), try set("service: not seo, other")).isEmpty)
        #expect(Difference.between(try set("budget: under 300 000"), try set("budget: меньше 300000")).isEmpty)
    }

    @Test func callsAreTold() throws {
        let difference = Difference.between(try set("budget: under 300 000"), try set("budget: under 250 000"))
        for (budget, isChanged) in [("249 999.99", false), ("250 000", true), ("299 999.99", true), ("300 000", false)] {
            #expect(difference.contains(RuleTexts.input(["budget": .text(budget)])) == isChanged, "\(budget)")
        }
        #expect(difference.contains(RuleTexts.input([:])) == false)
        #expect(difference.contains(RuleTexts.input([:], at: .hangup)) == false)
    }

    /// Words that were added to a choice, or stand in another order, are still the same words.
    @Test func aNewWordOfAChoiceIsNoOtherFact() throws {
        let more = RuleTexts.facts.replacingOccurrences(of: "values: site, shop, seo, other", with: "values: app, shop, site, seo, other")
            .replacingOccurrences(of: "ru: сайт, магазин, продвижение, другое", with: "ru: приложение, магазин, сайт, продвижение, другое")
        #expect(Difference.between(try set("service: site"), try set("service: site", facts: more)).isEmpty)
        let difference = Difference.between(try set("service: site"), try set("service: site, app", facts: more))
        #expect(difference.changes.map { $0.calls.text(.en) } == ["service: app"])
    }

    @Test func aChangedListIsTwoLists() throws {
        func set(_ numbers: String) throws -> RuleSet {
            let text = RuleTexts.oneRule("caller: in list blacklist").replacingOccurrences(
                of: "tables:\n", with: "lists:\n  - list: blacklist\n    file: lists/b.csv\n    holds: phone\ntables:\n")
            return try RuleTexts.set(text, more: [RuleSource(path: "lists/b.csv", text: "number\n" + numbers)])
        }
        let (old, new) = (try set("+7 495 000-11-22\n"), try set("+7 495 000-11-22\n+7 495 000-11-23\n"))
        #expect(Difference.between(old, old).isEmpty)
        let difference = Difference.between(old, new)
        #expect(difference.contains(RuleTexts.input(["caller": .text("+7 495 000-11-23")])) == true)
        #expect(difference.contains(RuleTexts.input(["caller": .text("+7 495 000-11-22")])) == false)
        #expect(difference.contains(RuleTexts.input(["caller": .text("+7 495 000-11-24")])) == false)
    }
}
