// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CallModel
import CallsieveService
import Essentials
import RuleFiles
import WebServer
import WireFormats

/// `callsieve rules replay`: a draft over the past.
struct RulesReplay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "A draft over the stored decisions of a period: what changes, by rule, and what those leads became; 90 days unless told.")
    @OptionGroup var common: CommonOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var language: LanguageOption
    @OptionGroup var set: SetOption
    @Option(help: "Not before this day or time.") var from: String?
    @Option(help: "Before this day or time.") var to: String?
    @Option(help: "A version on record, by its number, in place of a folder; needs --set.") var version: Int?
    @Argument(help: "The folder of the draft.") var folder: String?

    func validate() throws {
        guard (folder == nil) != (version == nil) else { throw ValidationError("name a folder, or a --version with its --set") }
        guard folder != nil || set.name != nil else { throw ValidationError("--version needs --set") }
    }

    func run() async {
        let (from, to) = (RulesAccess.instant(from, "--from"), RulesAccess.instant(to, "--to"))
        let source = folder.map { RulesFolder($0, name: set.name) }
        _ = source?.read(json: output.json)
        let name = set.name ?? source?.name ?? ""
        let body: JSON = .object(
            present: [
                ("files", source?.json), ("version", version.map { JSON($0) }), ("from", from.map { .string($0.rfc3339) }),
                ("to", to.map { .string($0.rfc3339) }),
            ])
        let answer = await RulesAccess.ask(common.load(), "POST", RulesAccess.path(name, "replay"), body) {
            try await $0.replay(source?.files, version: version, of: name, from: from, to: to)
        }
        if output.json { print(answer.text) } else { show(answer) }
    }

    private func show(_ answer: JSON) {
        print("\(cell(answer["compared"])) decisions compared, \(cell(answer["changed"])) would change.")
        for (name, text) in [("overridden", "were made by people and stay as they are"), ("erased", "belong to people who were erased")] {
            if let count = answer[name]?.integer, count > 0 { print("\(count) more \(text).") }
        }
        for change in answer["changes"]?.array ?? [] {
            print("  " + cell(change["sentence"]?[language.language.rawValue]))
            print("    such as " + (change["decisions"]?.array ?? []).map { cell($0) }.joined(separator: " "))
        }
        var table = Table(["RULE", "BEFORE", "WITH THE DRAFT"])
        for row in answer["rules"]?.array ?? [] where row["before"] != row["after"] {
            table.add([cell(row["rule"]), cell(row["before"]), cell(row["after"])])
        }
        if !table.isEmpty { table.printOut() }
    }
}
