// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CallsieveService
import Foundation
import RuleFiles
import StrictYAML
import WireFormats

/// `callsieve rules fmt`: canonical form.
struct RulesFormat: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fmt",
        abstract: "Put the files of a set into their canonical form: indents, words for symbols, thousands; comments and order stay.",
        discussion: "What the rules mean never changes: hash and examples are compared. Exit status 1 with --check: a file would change.")
    @OptionGroup var output: OutputOptions
    @Flag(help: "Change nothing; name the files that would change.") var check = false
    @Argument(help: "The folder of the set.") var folder: String

    func run() {
        let source = RulesFolder(folder)
        let changes = source.or(output.json) { () throws(SourceProblems) in try RuleFormatter(source.files, name: source.name) }.changes(source.files)
        for change in changes where !check { write(change.text, to: folder + "/" + change.path) }
        if output.json {
            print((["changed": .array(changes.map { .string($0.path) }), "written": .bool(!check)] as JSON).text)
        } else {
            for change in changes { print((check ? "would change: " : "formatted: ") + change.path) }
            if changes.isEmpty { print("Nothing to format.") }
        }
        if check, !changes.isEmpty { quit(1) }
    }
}

/// Replaces a file as a whole, or ends the program with status 2.
func write(_ text: String, to path: String) {
    do {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
        writeError("\(path) can't be written: \(error.localizedDescription)")
        quit(2)
    }
}
