// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CallsieveService
import WireFormats

/// `callsieve check`: everything a person wrote, read and checked; nothing is changed or sent.
struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check configuration, dialects, recipes and rules; change nothing.",
        discussion: "Exit status 0: all well; 1: problems, each with file, line and fix; 2: the configuration itself can't be read.")
    @OptionGroup var common: CommonOptions
    @OptionGroup var output: OutputOptions

    func run() async {
        let report = CheckReport(common.load())
        if output.json {
            print(report.json.text)
        } else {
            for line in report.facts { print(line) }
            for problem in report.problems { writeError("\(problem)") }
            for warning in report.warnings { writeError("warning: \(warning)") }
            print(report.problems.isEmpty ? "All well." : "\(report.problems.count) problems.")
        }
        if !report.problems.isEmpty { quit(1) }
    }
}
