// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CallsieveService
import WireFormats

/// `callsieve leads`: who called, what was decided and why.
struct Leads: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Leads and calls of a running service: what was decided, on which facts, and how good the leads are.",
        subcommands: [List.self, Show.self, Quality.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Leads, newest first, each with its status and reason.")
        @OptionGroup var common: CommonOptions
        @OptionGroup var output: OutputOptions
        @Option(help: "Only these statuses, separated by commas (QUALIFIED,NOT_QUALIFIED).") var status: String?
        @Option(help: "Only this reason code.") var reason: String?
        @Option(help: "Only this line, by name or number.") var line: String?
        @Option(help: "At most this many.") var limit = 100

        func run() async {
            let filters = [("status", status), ("reason", reason), ("line", line)].compactMap { name, value in
                value.map { "\(name)=\(percentEncoded($0))" }
            }
            await ServiceAccess.with(common.load()) { client in
                let items = try await client.all("/leads?" + filters.joined(separator: "&"), limit: max(1, limit))
                guard !output.json else { return print(JSON.array(items).text) }
                var table = Table(["LEAD", "CREATED", "NUMBER", "LINE", "STATUS", "REASON", "GROUP", "RULE", "CRM"])
                for lead in items {
                    let crm = lead["remote"]?["state"]
                    table.add(["id", "created_at", "number", "line", "status", "reason", "group", "rule"].map { cell(lead[$0]) } + [cell(crm)])
                }
                if table.isEmpty { print("No leads yet.") } else { table.printOut() }
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "One lead: calls, decisions with their facts and reasons, deliveries.")
        @OptionGroup var common: CommonOptions
        @OptionGroup var output: OutputOptions
        @Argument(help: "The lead's id, with or without cs-.") var lead: String

        func run() async {
            let id = lead.hasPrefix("cs-") ? String(lead.dropFirst(3)) : lead
            await ServiceAccess.with(common.load()) { client in
                let lead = try await client.api("GET", "/leads/\(percentEncoded(id))")
                guard !output.json else { return print(lead.text) }
                for name in ["id", "number", "name", "status", "reason", "group", "line", "owner", "rule", "say", "act_by", "callback_at"] {
                    print("\(name): \(cell(lead[name]))")
                }
                for call in lead["call_details"]?.array ?? [] {
                    print("call \(cell(call["started_at"])) \(cell(call["outcome"])) talk \(cell(call["talk_s"])) s, agent \(cell(call["agent"]))")
                }
                for decision in lead["decisions"]?.array ?? [] { Self.show(decision) }
                for delivery in lead["deliveries"]?.array ?? [] {
                    print("delivery \(cell(delivery["id"])) to \(cell(delivery["account"])): \(cell(delivery["state"])) \(cell(delivery["error"]))")
                }
            }
        }

        static func show(_ decision: JSON) {
            print("decision \(cell(decision["id"])) at \(cell(decision["moment"])): \(cell(decision["explanation"]?["sentence"]))")
            for fact in decision["facts"]?.members ?? [] { print("    \(fact.name): \(fact.value.scalarText ?? fact.value.text)") }
        }
    }

    struct Quality: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Quality of the leads by line, rule or reason: counts, returned share, time to first contact.")
        @OptionGroup var common: CommonOptions
        @OptionGroup var output: OutputOptions
        @Option(help: "line, rule or reason.") var by = "line"
        @Option(help: "First contact not before (2026-03-01T00:00:00Z).") var from: String?
        @Option(help: "First contact before.") var to: String?

        func run() async {
            let filters = [("by", by), ("from", from), ("to", to)].compactMap { name, value in value.map { "\(name)=\(percentEncoded($0))" } }
            await ServiceAccess.with(common.load()) { client in
                let answer = try await client.api("GET", "/quality?" + filters.joined(separator: "&"))
                guard !output.json else { return print(answer.text) }
                var table = Table([by.uppercased(), "CALLS", "LEADS", "QUALIFIED", "RETURNED", "WON", "RETURNED SHARE", "FIRST CONTACT, S"])
                for row in answer["items"]?.array ?? [] {
                    table.add(["key", "calls", "leads", "qualified", "returned", "won", "returned_share", "first_contact_s"].map { cell(row[$0]) })
                }
                table.printOut()
            }
        }
    }
}
