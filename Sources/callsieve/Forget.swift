// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CallsieveService
import WireFormats

/// `callsieve forget`: erases a person.
struct Forget: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Erase a person: calls, leads and answers become stubs, the person's key is destroyed, the act is put on record.",
        discussion: "Copies outside the service (CRMs, backups made before) are not touched: erase there too.")
    @OptionGroup var common: CommonOptions
    @OptionGroup var output: OutputOptions
    @Option(help: "Who asked for it, and when.") var reason: String
    @Argument(help: "The number, with + and country code.") var number: String

    func run() async {
        let configuration = common.load()
        let result = await AdminAccess.post(configuration, "/forget", ["number": .string(number), "reason": .string(reason)]) {
            try await $0.forget(number, region: configuration.country, reason: reason, by: "command line")
        }
        guard !output.json else { return print(result.text) }
        guard result["known"]?.bool == true else { return print("The number was not known. The request is on record.") }
        for member in result.members ?? [] where member.name != "known" { print("\(member.name): \(member.value.scalarText ?? member.value.text)") }
    }
}
