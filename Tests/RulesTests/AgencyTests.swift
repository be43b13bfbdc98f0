// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Foundation
import RuleFiles
import Screening
import StrictYAML
import Testing

/// The shipped rules of the agency (EXAMPLE-RULESETS 8.1). Their examples run while they are loaded.
@Suite struct AgencyTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("rules/agency").path

    static let site: [String: FactInput] = [
        "caller is": .text("stranger"), "channel": .text("site"), "purpose": .text("project"), "service": .text("site"), "region": .text("Kazan"),
    ]

    private func brief(_ facts: [String: FactInput], closed: Bool = false) -> ScreeningInput {
        RuleTexts.input(facts, at: .brief, closed: closed)
    }

    @Test func loadsWithAllItsExamples() throws {
        let set = try RuleSet.load(folder: Self.folder)
        #expect(set.name == "agency")
        #expect(set.folder.examples.count >= 35)
        #expect(set.folder.promises.count == 4)
        #expect(set.hash.count == 64)
        #expect(set.zone == "Europe/Moscow")
        #expect(set.targets == ["account manager", "owner"])
        #expect(set.groups == ["sales", "key clients", "sites", "promotion", "support"])
        #expect(set.listVersions.keys.sorted() == ["blacklist", "regions"])
    }

    @Test func everyRuleIsHitByAnExample() throws {
        let set = try RuleSet.load(folder: Self.folder)
        let named = Set(set.folder.examples.flatMap { $0.expect.filter { $0.name == "rule" }.map(\.text) })
        for rule in set.folder.tables.flatMap(\.rules) { #expect(named.contains(rule.name) || rule.name == "any other end", "\(rule.name)") }
    }

    @Test func questionsSpeakBothLanguages() throws {
        let set = try RuleSet.load(folder: Self.folder)
        #expect(set.questions.prefix(4).map(\.fact) == ["purpose", "service", "region", "budget_total"])
        let service = try #require(set.questions.first { $0.fact == "service" })
        #expect(service.ask(.ru) == "Что нужно: сайт, магазин, продвижение, поддержка?")
        guard case .choice(let choices) = service.kind else { return #expect(Bool(false), "service is a choice") }
        #expect(choices.map(\.value) == ["site", "shop", "seo", "ads", "smm", "support", "other"])
        #expect(choices[1].label(.ru) == "магазин" && choices[1].label(.en) == "shop")
        #expect(set.questions.first { $0.fact == "budget_total" }?.kind == .money(unit: "RUB"))
    }

    @Test func answersMayBeTypedLoosely() throws {
        let set = try RuleSet.load(folder: Self.folder)
        let typed = [("budget_total", "300000"), ("budget_total", "300к"), ("budget_total", "300,000"), ("budget_total", "300 тыс. руб.")]
        for (fact, text) in typed {
            let value = try set.validateAnswer(fact: fact, text: text).get()
            #expect(set.words(for: value, of: fact, language: .en) == "300 000 RUB", "\(text)")
        }
        #expect(try set.validateAnswer(fact: "service", text: " Магазин ").get() == .text("shop"))
        #expect(throws: AnswerProblem.self) { try set.validateAnswer(fact: "service", text: "pizza").get() }
        #expect(throws: AnswerProblem.self) { try set.validateAnswer(fact: "budget_total", text: "-5").get() }
        #expect(throws: AnswerProblem.self) { try set.validateAnswer(fact: "shoe size", text: "5").get() }
    }

    @Test func aSmallSiteIsExplainedWithWhatWouldHaveQualifiedIt() throws {
        let set = try RuleSet.load(folder: Self.folder)
        let explanation = set.explain(brief(Self.site.merging(["budget_total": .text("250 000")]) { $1 }), language: .en)
        #expect(explanation.sentence == "Dropped by 'small project': service is site and budget_total 250 000 RUB is under 300 000.")
        #expect(explanation.because.map(\.test) == ["site, shop", "under 300 000"])
        #expect(explanation.counterfactual == "Budget of the project is 250 000 RUB; with 300 000 RUB it would be qualified.")
        let russian = set.explain(brief(Self.site.merging(["budget_total": .text("250 000")]) { $1 }), language: .ru)
        #expect(russian.sentence == "Отклонён по правилу «small project»: Услуга: сайт; Бюджет проекта: 250 000 RUB (меньше 300 000).")
        #expect(set.explain(brief(Self.site), language: .en).sentence == "Not decided yet: ask for Budget of the project.")
    }

    @Test func onlyQuestionsThatCanStillChangeTheVerdictMatter() throws {
        let set = try RuleSet.load(folder: Self.folder)
        let asked = set.matters(brief(Self.site))
        #expect(asked == ["budget_total", "tender", "tender_days_left", "start_in_days", "decision_maker"])
        #expect(set.matters(brief(Self.site, closed: true)).isEmpty)
        #expect(set.matters(brief(["caller is": .text("client")])).isEmpty)
    }

    /// EXAMPLE-RULESETS 8.1, "edit": A5 under A8.
    @Test func movingTheReferralRuleDownIsRefused() throws {
        let root = URL(fileURLWithPath: Self.folder)
        let paths = ["facts.yaml", "agency.yaml", "lists/blacklist.csv", "lists/regions.csv"]
        var files = try paths.map { RuleSource(path: $0, text: try String(contentsOf: root.appendingPathComponent($0), encoding: .utf8)) }
        let text = files[1].text
        let referral = try #require(text.range(of: "      - rule: referral\n"))
        let next = try #require(text.range(of: "      - rule: not our service\n"))
        let block = String(text[referral.lowerBound..<next.lowerBound])
        files[1].text = text.replacingOccurrences(of: block, with: "").replacingOccurrences(
            of: "      - rule: small promotion\n", with: block + "      - rule: small promotion\n")
        let error = #expect(throws: SourceProblems.self) { try RuleSet.load(files: files, name: "agency") }
        let problem = try #require(error?.problems.first)
        #expect(error?.problems.map(\.code) == ["E07"])
        #expect(
            problem.message.contains("a referral that is an enquiry is never refused") && problem.message.contains("channel: referral"), "\(problem)")
    }

    /// An early decision is that of the form closed at that moment, and asking in the order of `need` reaches it.
    @Test func theInterviewEndsInTheVerdictOfTheFullForm() throws {
        let set = try RuleSet.load(folder: Self.folder)
        let answers: [String: [FactInput]] = [
            "purpose": [.text("project"), .text("project"), .text("project"), .text("vendor")],
            "service": ["site", "shop", "seo", "smm", "support", "other"].map { .text($0) } + [.declined],
            "region": ["Moscow", "Russia", "abroad"].map { .text($0) } + [.declined],
            "budget_total": [.integer(299_999), .integer(300_000), .integer(1_500_000), .declined],
            "budget_month": [.integer(69_999), .integer(70_000), .integer(300_000), .declined],
            "tender": ["no", "private", "44-FZ"].map { .text($0) } + [.declined],
            "tender_days_left": [.integer(4), .integer(5), .declined], "start_in_days": [.integer(90), .integer(91), .declined],
            "decision_maker": ["yes", "no", "together"].map { .text($0) } + [.declined],
        ]
        var random = SplitMix(state: 7)
        var asked = 0
        for _ in 0..<60 {
            var person: [String: FactInput] = ["caller is": .text("stranger"), "channel": .text(random.below(9) == 0 ? "referral" : "site")]
            var known = person
            for (fact, choices) in answers.sorted(by: { $0.key < $1.key }) { person[fact] = choices[random.below(choices.count)] }
            let full = set.decide(brief(person, closed: true))
            while let next = set.decide(brief(known)).need.first {
                asked += 1
                try #require(known[next] == nil, "asked twice: \(next)")
                known[next] = person[next]
            }
            let early = set.decide(brief(known))
            #expect(early.decided && early.then == full.then && early.reason == full.reason && early.group == full.group)
        }
        // All nine questions would have been 540.
        #expect(asked * 10 <= 540 * 6, "\(asked) questions")
    }
}
