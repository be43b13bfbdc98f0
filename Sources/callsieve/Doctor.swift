// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CallsieveService
import WireFormats

/// `callsieve doctor`: what is wrong, and what to do.
struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say in plain words what is wrong with this installation, and what to do.",
        discussion: "Exit status 0: nothing is wrong; 1: something is.")
    @OptionGroup var common: CommonOptions
    @OptionGroup var output: OutputOptions

    func run() async {
        let configuration = common.load()
        var report = DoctorReport(configuration)
        await ServiceAccess.with(configuration) { client in await report.ask(client) }
        if output.json {
            print(report.json.text)
        } else {
            for finding in report.findings { print("\(finding.isProblem ? "PROBLEM" : "ok     ")  \(finding.text)" + (finding.remedy.map { " — \($0)" } ?? "")) }
        }
        if report.findings.contains(where: \.isProblem) { quit(1) }
    }
}
