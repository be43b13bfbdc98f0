// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CallModel
import CallsieveService
import Essentials
import RuleFiles
import Screening
import WebServer
import WireFormats

/// `callsieve rules lint`: what is wrong with a set, and what is worth a look.
struct RulesLint: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint", abstract: "Look for mistakes (E…), things worth a look (W…) and, with --live, what a change changes (I01).",
        discussion: "Exit status 1: there are errors. Errors keep a set from going live; warnings do not.")
    @OptionGroup var common: CommonOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var set: SetOption
    @Flag(help: "Look at the calls of the last 90 days, too, and compare with what is live.") var history = false
    @OptionGroup var language: LanguageOption
    @Flag(help: "Apply the fixes of errors to the files.") var fix = false
    @Flag(help: "With --fix: apply those of warnings too.") var warnings = false
    @Option(help: "The folder of the rules that are live, to compare with.") var live: String?
    @Argument(help: "The folder of the set.") var folder: String

    func validate() throws {
        guard !history || (!fix && live == nil) else { throw ValidationError("--history goes without --fix and --live") }
    }

    func run() async {
        let source = RulesFolder(folder, name: set.name)
        if history { return await lintOverHistory(source) }
        var context = Analysis.Context(today: SystemTime().now().unixSeconds / 86_400)
        context.live = live.map { RulesFolder($0).read(json: output.json) }
        var findings: [Finding]
        if fix {
            let rounds = FixRounds(source.files, name: source.name, warnings: warnings, context: context)
            for (old, new) in zip(source.files, rounds.files) where old != new { write(new.text, to: folder + "/" + new.path) }
            findings = rounds.findings
            if !output.json { for finding in rounds.fixed { print("fixed: " + finding.line(language.language)) } }
        } else {
            findings = Analysis.run(files: source.files, name: source.name, context)
        }
        findings = findings.filter { $0.severity != .information || live != nil }
        if output.json {
            print(RuleReports.findings(findings, set: source.name).text)
        } else {
            for finding in findings { print(finding.line(language.language) + (finding.certainty == .searched ? " (searched)" : "")) }
            let errors = findings.count { $0.severity == .error }
            print("\(errors) errors, \(findings.count { $0.severity == .warning }) warnings.")
        }
        if findings.contains(where: { $0.severity == .error }) { quit(1) }
    }

    private func lintOverHistory(_ source: RulesFolder) async {
        let answer = await RulesAccess.ask(common.load(), "POST", RulesAccess.path(source.name, "lint"), ["files": source.json]) {
            try await $0.lint(source.files, of: source.name)
        }
        let own = language.language.rawValue
        if output.json {
            print(answer.text)
        } else {
            for item in answer["items"]?.array ?? [] {
                let fix = item["fix"]?["text"]?[own]?.string.map { " — \($0)" } ?? ""
                let calls = item["calls"]?.integer.map { " (\($0) calls)" } ?? ""
                print(
                    "\(cell(item["file"])):\(cell(item["line"])):\(cell(item["column"])): \(cell(item["code"])) \(cell(item["text"]?[own]))\(calls)\(fix)"
                )
            }
            print("\(cell(answer["errors"])) errors, \(cell(answer["warnings"])) warnings.")
        }
        if answer["errors"]?.integer ?? 0 > 0 { quit(1) }
    }
}
