// SPDX-License-Identifier: Apache-2.0
import CallModel
import Foundation
import RuleCorpus
import RuleFiles
import Screening
import StrictYAML
import Testing

/// The three shipped sets (EXAMPLE-RULESETS): their examples pass, their promises hold, and the edits that the document
/// names are refused as it tells.
@Suite struct ShippedSetTests {
    static let root = URL(fileURLWithPath: AgencyTests.folder).deletingLastPathComponent()
    static let names = ["agency", "dental", "equipment"]

    static func set(_ name: String) throws -> RuleSet { try RuleSet.load(folder: root.appendingPathComponent(name).path) }

    @Test(arguments: names) func loadsAndIsInOrder(_ name: String) throws {
        let set = try Self.set(name)
        #expect(set.folder.examples.count >= 25 && set.folder.promises.count >= 4 && set.questions.count >= 12)
        let findings = Analysis.run(set).filter { !["W01", "W02"].contains($0.code) }
        #expect(findings.isEmpty, "\(findings.map { $0.line(.en) })")
        for finding in Analysis.run(set) { #expect(finding.certainty != .searched, "\(finding.line(.en))") }
    }

    @Test(arguments: names) func everyQuestionAndEveryFactSpeaksBothLanguages(_ name: String) throws {
        let set = try Self.set(name)
        for question in set.questions {
            #expect(question.ask(.en) != question.ask(.ru) && question.label(.en) != question.label(.ru), "\(question.fact)")
            guard case .choice(let choices) = question.kind else { continue }
            for choice in choices { #expect(!choice.label(.ru).isEmpty) }
        }
    }

    @Test(arguments: names) func everyRuleHasASentenceInBothLanguages(_ name: String) throws {
        let set = try Self.set(name)
        for table in set.folder.tables {
            for rule in table.rules {
                let (en, ru) = (set.sentence(of: rule, in: table, language: .en), set.sentence(of: rule, in: table, language: .ru))
                #expect(en.hasPrefix("If ") || en.hasPrefix("Always"), "\(en)")
                #expect(ru.hasPrefix("Если ") || ru.hasPrefix("Всегда"), "\(ru)")
                #expect(en != ru)
            }
        }
    }

    struct Edit: Sendable, CustomTestStringConvertible {
        let set: String
        /// The rule that is moved, and the one that it is put above.
        let rule: String
        let above: String
        let promise: String
        /// What the call that breaks it must have.
        let call: [String: String]
        var testDescription: String { "\(set): \(rule) above \(above)" }
    }

    /// EXAMPLE-RULESETS, "edit" of each set: A5 under A8; B7 above B2; C3 above C2.
    static let edits = [
        Edit(
            set: "agency", rule: "referral", above: "small promotion", promise: "a referral that is an enquiry is never refused",
            call: ["channel": "referral"]),
        Edit(set: "dental", rule: "under three", above: "acute pain", promise: "acute pain is never refused", call: ["pain": "acute"]),
        Edit(
            set: "equipment", rule: "not an enquiry", above: "dealer after all", promise: "a dealer is never dropped",
            call: ["caller is": "dealer"]),
    ]

    @Test(arguments: edits) func theEditIsRefusedWithACall(_ edit: Edit) throws {
        let set = try Self.set(edit.set)
        var files = set.files.filter { !$0.path.hasPrefix("examples/") }
        let place = try #require(files.firstIndex { $0.path == "\(edit.set).yaml" })
        files[place].text = try Self.moved(edit.rule, above: edit.above, in: files[place].text)
        let error = #expect(throws: SourceProblems.self) { try RuleSet.load(files: files, name: edit.set) }
        #expect(error?.problems.allSatisfy { $0.code == "E07" } == true, "\(error?.description ?? "")")
        let finding = try #require(Analysis.run(files: files, name: edit.set).first { $0.code == "E07" && $0.rule == edit.promise })
        #expect(finding.certainty == .proved)
        for (fact, value) in edit.call { #expect(finding.call[fact] == value, "\(finding.call)") }
        #expect(finding.text.text(.ru).contains("обещание"))
    }

    static func moved(_ rule: String, above: String, in text: String) throws -> String {
        let start = try #require(text.range(of: "      - rule: \(rule)\n"))
        let rest = text[start.upperBound...]
        let ends = ["      - rule: ", "    otherwise:", "      # "].compactMap { rest.range(of: $0)?.lowerBound }
        let end = try #require(ends.min())
        let block = String(text[start.lowerBound..<end])
        let without = text.replacingOccurrences(of: block, with: "")
        return without.replacingOccurrences(of: "      - rule: \(above)\n", with: block + "      - rule: \(above)\n")
    }

    /// EXAMPLE-RULESETS 8.3, call 9: a trade-off that the analysis shows.
    @Test func theDealersRegionHidesTheLargeOrder() throws {
        let findings = Analysis.run(try Self.set("equipment"))
        let finding = try #require(findings.first { $0.code == "W02" && $0.rule == "dealer's region" })
        #expect(finding.text.text(.en).contains("\"large order\"") || finding.text.text(.en).contains("more"), "\(finding.line(.en))")
    }

    @Test func whatIsPrivateStaysPrivate() throws {
        let set = try Self.set("dental")
        #expect(Set(set.questions.filter(\.isPrivate).map(\.fact)) == ["pain", "trauma", "bleeding"])
    }

    @Test func aLeadTimeIsComparedWithTheDayOfNeed() throws {
        let set = try Self.set("equipment")
        let lead = try #require(set.folder.tables.first { $0.name == "lead times" })
        #expect(
            set.sentence(of: lead.rules[0], in: lead, language: .en)
                == "If Machine: press and Needed, in days: under 45: Needed before it can be supplied: yes.")
        #expect(
            set.sentence(of: lead.rules[0], in: lead, language: .ru)
                == "Если Оборудование: пресс и Нужно через дней: меньше 45: Нужно раньше срока поставки: да.")
    }
}

/// The shortest interview (RULES.md 10.6): the next question until it is decided gives the verdict of the full form, with
/// at least 40 % fewer questions than asking all of the set. The distribution of clients is in `RuleCorpus/Clients.swift`.
@Suite struct ShortestInterviewTests {
    /// The long form takes a million clients a set.
    static let clients = ProcessInfo.processInfo.environment["CALLSIEVE_LONG"] == nil ? 10_000 : 1_000_000
    static let profiles: [(String, Clients.Profile)] = [("agency", Clients.agency), ("dental", Clients.dental), ("equipment", Clients.equipment)]

    @Test(arguments: 0..<3) func endsInTheVerdictOfTheFullForm(_ number: Int) throws {
        let (name, profile) = Self.profiles[number]
        let set = try ShippedSetTests.set(name)
        #expect(Set(profile.answers.map(\.fact)) == Set(set.questions.map(\.fact)), "the distribution names every question")
        var dice = Dice(seed: 20_260_302)
        let result = InterviewTrial(set: set, profile: profile).run(clients: Self.clients, dice: &dice)
        print(
            "interview \(name): \(result.clients) clients, \(result.differences) differences, \(result.asked) of \(result.ofAll) questions, \(Int(result.saved * 100)) % fewer"
        )
        #expect(result.differences == 0 && result.stuck == 0)
        #expect(result.saved >= 0.4)
    }
}
