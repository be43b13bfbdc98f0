// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CallModel
import CallsieveService
import Screening
import WireFormats

/// `callsieve rules diff`: exactly which calls change.
struct RulesDiff: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Exactly the calls that two versions of a set treat differently, as sentences.")
    @OptionGroup var output: OutputOptions
    @OptionGroup var language: LanguageOption
    @Argument(help: "The folder of the rules as they are.") var old: String
    @Argument(help: "The folder of the draft.") var new: String

    func run() {
        let (before, after) = (RulesFolder(old).read(json: output.json), RulesFolder(new).read(json: output.json))
        let difference = Difference.between(before, after)
        guard !output.json else { return print(RuleReports.difference(difference, from: before, to: after).text) }
        for change in difference.changes { print("\(change.moment.rawValue): \(change.sentence.text(language.language))") }
        if difference.isCut { print("There are more; the first \(difference.changes.count) are shown.") }
        let searched = difference.searched.map(\.rawValue).sorted().joined(separator: ", ")
        if !searched.isEmpty { print("Too large to look at all calls of \(searched): what is shown was searched for.") }
        if difference.isEmpty { print("No call is treated differently (proved).") }
    }
}
