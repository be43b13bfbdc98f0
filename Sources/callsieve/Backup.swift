// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CallsieveService
import Foundation
import WireFormats

/// `callsieve backup`: one consistent copy while the service runs.
struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write one consistent copy of the store, also while the service runs.",
        discussion: "The master key is not in it: keep that file apart, or the copy opens nothing.")
    @OptionGroup var common: CommonOptions
    @Argument(help: "The file to write; it must not exist.") var path: String

    func run() async {
        let configuration = common.load()
        let absolute = URL(fileURLWithPath: path).path
        let result = await AdminAccess.post(configuration, "/backup", ["path": .string(absolute)]) {
            try await $0.backup(to: absolute, by: "command line")
        }
        print("\(cell(result["path"])): \(cell(result["bytes"])) bytes. Keep \(configuration.masterKeyPath) with it, in another place.")
    }
}
