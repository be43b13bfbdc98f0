// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CallModel
import CallsieveService
import Foundation
import RuleFiles
import WebServer
import WireFormats

/// A folder, or a version on record, that a person wants live or tried.
private struct Draft {
    let configuration: Configuration
    let isJSON: Bool
    let set: String?
    let act: ActOptions
    let version: Int?
    let folder: String?

    /// Checks the draft here first, so that what is wrong is said with its places, then asks for the act.
    /// - Returns: the version, and the folder if there is one.
    func perform(_ what: RuleChange.Act, _ sentence: String) async -> (JSON, RulesFolder?) {
        let source = folder.map { RulesFolder($0, name: set) }
        _ = source?.load(json: isJSON)
        let name = set ?? source?.name ?? ""
        let body: JSON = .object(
            present: [("files", source?.json), ("version", version.map { JSON($0) }), ("note", .string(act.why))])
        let answer = await RulesAccess.ask(configuration, "POST", RulesAccess.path(name, what.rawValue), body, by: act.by) {
            try await $0.change(RuleChange(what, files: source?.files, version: version, note: act.why, actor: act.by), of: name)
        }
        print(isJSON ? answer.text : "\(cell(answer["set"])) version \(cell(answer["version"])) \(sentence)")
        return (answer, source)
    }
}

/// `callsieve rules publish`: a draft goes live.
struct RulesPublish: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish", abstract: "Make a draft live, as a whole and at once; a draft with mistakes is refused.",
        discussion: "The files of the draft then also replace those of the set's folder under rules/, so that the next edit begins with what is live."
    )
    @OptionGroup var common: CommonOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var set: SetOption
    @OptionGroup var act: ActOptions
    @Flag(help: "Leave the files of the set's folder as they are.") var keepFiles = false
    @Option(help: "A version on record, by its number, in place of a folder; needs --set.") var version: Int?
    @Argument(help: "The folder of the draft.") var folder: String?

    func validate() throws {
        guard (folder == nil) != (version == nil) else { throw ValidationError("name a folder, or a --version with its --set") }
        guard folder != nil || set.name != nil else { throw ValidationError("--version needs --set") }
    }

    func run() async {
        let configuration = common.load()
        let draft = Draft(configuration: configuration, isJSON: output.json, set: set.name, act: act, version: version, folder: folder)
        let (answer, source) = await draft.perform(.publish, "is live")
        guard let source, !keepFiles, let name = answer["set"]?.string else { return }
        do {
            let changed = try RuleFiling.replace(source.files, set: name, in: configuration.rulesFolder)
            if !changed.isEmpty, !output.json { print("in \(configuration.rulesFolder)/\(name): \(changed.joined(separator: ", "))") }
        } catch {
            writeError("the rules are live, but their folder could not be brought up to date: \(error)")
            quit(2)
        }
    }
}

/// `callsieve rules shadow`: a draft decides beside the live rules.
struct RulesShadow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shadow",
        abstract: "Let a draft decide beside the live rules; what it says is only recorded. Without a draft: what it has said so far.")
    @OptionGroup var common: CommonOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var language: LanguageOption
    @OptionGroup var set: SetOption
    @OptionGroup var act: ActOptions
    @Flag(help: "Show what the shadow of --set has said so far.") var report = false
    @Option(help: "A version on record, by its number, in place of a folder; needs --set.") var version: Int?
    @Argument(help: "The folder of the draft.") var folder: String?

    func validate() throws {
        if report {
            guard set.name != nil else { throw ValidationError("--report needs --set") }
        } else {
            guard (folder == nil) != (version == nil) else {
                throw ValidationError("name a folder, or a --version with its --set, or ask for the --report")
            }
        }
    }

    func run() async {
        guard report, let name = set.name else { return await begin() }
        let answer = await RulesAccess.ask(common.load(), "GET", RulesAccess.path(name, "shadow")) { try await $0.ruleShadow(of: name) }
        guard !output.json else { return print(answer.text) }
        guard answer["version"]?.members != nil else { return print("\(name) has no shadow.") }
        print(
            "\(name) version \(cell(answer["version"]?["version"])): \(cell(answer["compared"])) decisions compared, \(cell(answer["changed"])) would change."
        )
        for change in answer["changes"]?.array ?? [] { print("  " + cell(change["sentence"]?[language.language.rawValue])) }
    }

    private func begin() async {
        let draft = Draft(configuration: common.load(), isJSON: output.json, set: set.name, act: act, version: version, folder: folder)
        _ = await draft.perform(.shadow, "decides beside the live rules from now on")
    }
}

/// `callsieve rules retire`: a shadow or a draft is out of use.
struct RulesRetire: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "retire", abstract: "End a shadow, or put a draft out of use.")
    @OptionGroup var common: CommonOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var act: ActOptions
    @Option(help: "The version; without it, the shadow.") var version: Int?
    @Argument(help: "The set.") var set: String

    func run() async { await perform(.retire, "is retired", set, version, act, common, output) }
}

/// `callsieve rules rollback`: an earlier version is live again.
struct RulesRollback: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Make the version live again that was live before, or the one that --to names.",
        discussion:
            "The folder under rules/ keeps its files; they go live again with their next change. rules versions --export writes the live ones out.")
    @OptionGroup var common: CommonOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var act: ActOptions
    @Option(help: "The version.") var to: Int?
    @Argument(help: "The set.") var set: String

    func run() async { await perform(.rollback, "is live again", set, to, act, common, output) }
}

private func perform(
    _ what: RuleChange.Act, _ sentence: String, _ set: String, _ version: Int?, _ act: ActOptions, _ common: CommonOptions, _ output: OutputOptions
) async {
    let body: JSON = .object(present: [("version", version.map { JSON($0) }), ("note", .string(act.why))])
    let answer = await RulesAccess.ask(common.load(), "POST", RulesAccess.path(set, what.rawValue), body, by: act.by) {
        try await $0.change(RuleChange(what, version: version, note: act.why, actor: act.by), of: set)
    }
    print(output.json ? answer.text : "\(cell(answer["set"])) version \(cell(answer["version"])) \(sentence)")
}
