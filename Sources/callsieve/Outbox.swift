// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CallsieveService
import WireFormats

/// `callsieve outbox`: what is owed to CRMs.
struct Outbox: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What is owed to CRMs: list it, look into it, correct it, send it again, give it up.",
        subcommands: [
            List.self, Show.self, Correct.self, Retry.self, Redrive.self, Discard.self, Pause.self, Resume.self,
        ], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Orders, newest first.")
        @OptionGroup var common: CommonOptions
        @OptionGroup var output: OutputOptions
        @Option(help: "Only this state: waiting, sending, delivered, held or dead.") var state: String?
        @Option(help: "At most this many.") var limit = 100

        func run() async {
            await ServiceAccess.with(common.load()) { client in
                let items = try await client.all("/outbox" + (state.map { "?state=\(percentEncoded($0))" } ?? ""), limit: max(1, limit))
                guard !output.json else { return print(JSON.array(items).text) }
                var table = Table(["ORDER", "LEAD", "ACCOUNT", "KIND", "STATE", "ATTEMPTS", "NEXT", "REMOTE", "ERROR"])
                for order in items {
                    table.add(["id", "lead", "account", "kind", "state", "attempts", "next_at", "remote_id", "error"].map { cell(order[$0]) })
                }
                if table.isEmpty { print("Nothing is owed.") } else { table.printOut() }
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "One order with its steps and attempts.")
        @OptionGroup var common: CommonOptions
        @Argument(help: "The order's id.") var order: String

        func run() async {
            await ServiceAccess.with(common.load()) { client in
                let answer = try await client.api("GET", "/outbox/\(percentEncoded(order))")
                for member in answer.members ?? [] where !["steps", "history", "fields"].contains(member.name) {
                    print("\(member.name): \(member.value.scalarText ?? "-")")
                }
                for step in answer["steps"]?.array ?? [] { print("step \(cell(step["name"])): \(cell(step["state"])) \(cell(step["result"]))") }
                for line in answer["history"]?.array ?? [] { print("attempt \(cell(line))") }
                for field in answer["fields"]?.members ?? [] { print("    \(field.name)=\(field.value.scalarText ?? field.value.text)") }
            }
        }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Send a held or dead order again, from its first open step.")
        @OptionGroup var common: CommonOptions
        @Argument(help: "The order's id.") var order: String
        func run() async { await Outbox.act("retry", on: order, [:], common.load()) }
    }

    struct Discard: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Give an order up; it stays on record.")
        @OptionGroup var common: CommonOptions
        @Argument(help: "The order's id.") var order: String
        func run() async { await Outbox.act("discard", on: order, [:], common.load()) }
    }

    static func act(_ verb: String, on order: String, _ body: JSON, _ configuration: Configuration) async {
        await ServiceAccess.with(configuration) { client in
            let answer = try await client.api("POST", "/outbox/\(percentEncoded(order))/\(verb)", body, person: "command line")
            print("\(cell(answer["id"])): \(cell(answer["state"]))")
        }
    }
}
