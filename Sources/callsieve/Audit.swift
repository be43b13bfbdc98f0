// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CallsieveService
import WireFormats

/// `callsieve audit`: the tamper-evident log of who did what.
struct Audit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The audit log.", subcommands: [Verify.self, Show.self])

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read the whole chain; name the first record that was changed, removed, added or moved.",
            discussion: "Note the head that it prints and give it as --checkpoint later: then a tail that was cut off is found too.")
        @OptionGroup var common: CommonOptions
        @OptionGroup var output: OutputOptions
        @Option(help: "A head printed earlier: the log must contain it.") var checkpoint: String?

        func run() async {
            let query = checkpoint.map { "?checkpoint=\(percentEncoded($0))" } ?? ""
            let result = await AdminAccess.get(common.load(), "/audit/verify" + query) { try await $0.verifyAudit(checkpoint: checkpoint) }
            if output.json {
                print(result.text)
            } else if let fault = result["fault"]?.string {
                print("NOT INTACT: \(fault)")
            } else {
                print("Intact: \(cell(result["records"])) records. Head: \(cell(result["head"]))")
            }
            if result["fault"]?.string != nil { quit(1) }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The latest records, oldest first.")
        @OptionGroup var common: CommonOptions
        @OptionGroup var output: OutputOptions
        @Option(help: "How many, at most 1000.") var last = 50

        func run() async {
            let result = await AdminAccess.get(common.load(), "/audit?last=\(last)") { try await $0.audit(last: last) }
            guard !output.json else { return print(result.text) }
            var table = Table(["NO", "AT", "ACTOR", "ACTION", "OBJECT", "OUTCOME", "REASON", "DETAILS"])
            for record in result["items"]?.array ?? [] {
                let names = ["sequence", "at", "actor", "action", "object", "outcome", "reason"]
                let details = record["details"]?.members?.map { "\($0.name)=\($0.value.scalarText ?? "")" }.joined(separator: " ")
                table.add(names.map { cell(record[$0]) } + [details ?? ""])
            }
            table.printOut()
        }
    }
}
