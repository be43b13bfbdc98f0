// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CallModel
import CallsieveService
import Screening
import WireFormats

/// `callsieve rules test`: the examples.
struct RulesTest: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Run the examples of a set: each call with the decision that it must get.",
        discussion: "Exit status 1: an example fails, or the rules can't be read.")
    @OptionGroup var output: OutputOptions
    @OptionGroup var language: LanguageOption
    @Argument(help: "The folder of the set.") var folder: String

    func run() {
        let set = RulesFolder(folder).read(json: output.json)
        let results = set.testExamples()
        let failed = results.filter { !$0.passes }
        if output.json {
            print(RuleReports.tests(set, results).text)
        } else {
            for finding in failed.flatMap(\.findings) { writeError(finding.line(language.language)) }
            print("\(results.count) examples, \(failed.count) failed.")
        }
        if !failed.isEmpty { quit(1) }
    }
}
