// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CallsieveService
import WireFormats

extension Outbox {
    struct Correct: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change what a refused order says of its lead, and send it.",
            discussion: "callsieve outbox correct ORDER lead.phone=+79161234567 lead.email=   (an empty value takes the field out)")
        @OptionGroup var common: CommonOptions
        @Argument(help: "The order's id.") var order: String
        @Argument(help: "Names of the lead dictionary with their new values: lead.phone=+79161234567") var changes: [String]
        @Option(help: "Why, for the record.") var note = ""

        func run() async {
            var fields: [JSON.Member] = []
            for change in changes {
                guard let cut = change.firstIndex(of: "="), cut > change.startIndex else {
                    writeError("\"\(change)\" is no correction: write field=value, such as lead.phone=+79161234567")
                    quit(2)
                }
                fields.append(JSON.Member(String(change[..<cut]), .string(String(change[change.index(after: cut)...]))))
            }
            await Outbox.act("correct", on: order, ["fields": .object(fields), "note": .string(note)], common.load())
        }
    }

    struct Redrive: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send again what was given up since a time; doing it twice sends once.")
        @OptionGroup var common: CommonOptions
        @Option(help: "Orders that were given up at this time or later (2026-11-23T10:00:00Z).") var since: String
        @Option(help: "Only those of this account.") var account: String?
        @Option(help: "dead or held.") var state = "dead"

        func run() async {
            let body = JSON.object(present: [("since", .string(since)), ("account", account.map { .string($0) }), ("state", .string(state))])
            await ServiceAccess.with(common.load()) { client in
                let answer = try await client.api("POST", "/redrive", body, person: "command line")
                print("\(cell(answer["count"])) orders are sent again.")
            }
        }
    }

    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Send an account nothing more until it is resumed; orders wait.")
        @OptionGroup var common: CommonOptions
        @Argument(help: "The account's name in the configuration.") var account: String
        @Option(help: "Why, for the record.") var note = ""
        func run() async { await Outbox.act(account, "pause", ["note": .string(note)], common.load()) }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Send to an account again that is paused, down or has refused us.")
        @OptionGroup var common: CommonOptions
        @Argument(help: "The account's name in the configuration.") var account: String
        func run() async { await Outbox.act(account, "resume", [:], common.load()) }
    }

    private static func act(_ account: String, _ verb: String, _ body: JSON, _ configuration: Configuration) async {
        await ServiceAccess.with(configuration) { client in
            let answer = try await client.api("POST", "/accounts/\(percentEncoded(account))/\(verb)", body, person: "command line")
            print("\(cell(answer["name"])): \(cell(answer["state"]))")
        }
    }
}
