// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CallModel
import CallsieveService
import Foundation
import RuleFiles
import Screening
import WireFormats

/// `callsieve rules new-examples`: calls that are worth an example.
struct RulesNewExamples: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new-examples",
        abstract: "Propose the missing examples: a call for each rule that none hits, and one just beyond each of its bounds.",
        discussion: "They say what the rules decide now. Read them: where that is not what you want, the rules are wrong.")
    @OptionGroup var output: OutputOptions
    @Flag(help: "For all rules, also those that an example hits.") var all = false
    @Flag(help: "Add them to examples/proposed.yaml of the folder.") var write = false
    @Argument(help: "The folder of the set.") var folder: String

    static let path = "examples/proposed.yaml"

    func run() {
        let source = RulesFolder(folder)
        let found = source.read(json: output.json).missingExamples(all: all)
        let blocks = found.examples.map(\.yaml).joined(separator: "\n")
        if write, !found.examples.isEmpty {
            let before = source.files.first { $0.path == Self.path }?.text ?? "format: 1\nexamples:\n"
            try? FileManager.default.createDirectory(atPath: folder + "/examples", withIntermediateDirectories: true)
            callsieve.write(before + (before.hasSuffix(":\n") ? "" : "\n") + blocks, to: folder + "/" + Self.path)
        }
        if output.json { return print(RuleReports.proposals(found.examples, without: found.without).text) }
        if write { print("\(found.examples.count) examples added to \(folder)/\(Self.path)") } else { print(blocks, terminator: "") }
        for rule in found.without { writeError("no call was found for rule \"\(rule)\"") }
        if found.examples.isEmpty, found.without.isEmpty { writeError("Every rule has its example.") }
    }
}
