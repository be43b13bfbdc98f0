// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CallModel
import CallsieveService
import WireFormats

/// `callsieve rules questions`: what the operator may be asked.
struct RulesQuestions: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "questions", abstract: "The questions of a set in the order of facts.yaml, with how many rules need each.")
    @OptionGroup var output: OutputOptions
    @OptionGroup var language: LanguageOption
    @Argument(help: "The folder of the set.") var folder: String

    func run() {
        let set = RulesFolder(folder).read(json: output.json)
        let report = RuleReports.questions(set)
        guard !output.json else { return print(report.text) }
        var table = Table(["FACT", "KIND", "RULES", "QUESTION", "CHOICES"])
        let own = language.language.rawValue
        for item in report["items"]?.array ?? [] {
            let choices = (item["choices"]?.array ?? []).map { cell($0["label"]?[own]) }.joined(separator: ", ")
            table.add([cell(item["fact"]), cell(item["kind"]), "\(item["rules"]?.array?.count ?? 0)", cell(item["ask"]?[own]), choices])
        }
        if table.isEmpty { print("This set asks nothing.") } else { table.printOut() }
    }
}
