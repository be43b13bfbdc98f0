// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CallsieveService
import Foundation
import WireFormats

/// `callsieve rules versions`: what was live when, who put it there, and the text of each.
struct RulesVersions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "versions", abstract: "The versions of a set, the newest first; with --export, the files of one.")
    @OptionGroup var common: CommonOptions
    @OptionGroup var output: OutputOptions
    @Option(help: "Write the files of this version …") var export: Int?
    @Option(help: "… into this folder, which must not be there.") var to: String?
    @Argument(help: "The set.") var set: String

    func validate() throws {
        guard (export == nil) == (to == nil) else { throw ValidationError("--export and --to go together") }
    }

    func run() async {
        if let export, let to { return await write(export, to: to) }
        let answer = await RulesAccess.ask(common.load(), "GET", RulesAccess.path(set, "versions")) { try await $0.ruleVersions(of: set) }
        guard !output.json else { return print(answer.text) }
        var table = Table(["VERSION", "STATE", "SINCE", "BY", "HASH", "WHY"])
        for version in answer["items"]?.array ?? [] {
            let names = ["version", "state", "changed_at", "changed_by"]
            table.add(names.map { cell(version[$0]) } + [String(cell(version["hash"]).prefix(8)), cell(version["note"])])
        }
        table.printOut()
    }

    private func write(_ number: Int, to folder: String) async {
        guard !FileManager.default.fileExists(atPath: folder) else {
            writeError("\(folder) is already there: choose another name")
            quit(2)
        }
        let answer = await RulesAccess.ask(common.load(), "GET", RulesAccess.path(set, "versions/\(number)")) {
            try await $0.ruleVersion(number, of: set)
        }
        for file in answer["files"]?.array ?? [] {
            let path = folder + "/" + cell(file["path"])
            guard let text = file["text"]?.string else {
                writeError("\(cell(file["path"])) was too large to be kept; take it from a backup")
                continue
            }
            try? FileManager.default.createDirectory(atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            callsieve.write(text, to: path)
        }
        print("version \(number) of \(set) is in \(folder)")
    }
}
