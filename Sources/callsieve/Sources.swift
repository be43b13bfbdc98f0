// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CallModel
import CallsieveService
import WireFormats

/// `callsieve sources`: whether each PBX is heard, and if not, why.
struct Sources: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Sources of a running service: the last webhook of each, what was refused and why, who is silent.",
        discussion: "Exit status 0: all are heard or wait for their first webhook; 1: one is silent in working hours or was refused.")
    @OptionGroup var common: CommonOptions
    @OptionGroup var output: OutputOptions

    func run() async {
        let configuration = common.load()
        await ServiceAccess.with(configuration) { client in
            let sources = try await client.api("GET", "/admin/sources")["items"]?.array ?? []
            if output.json {
                print(JSON.array(sources).text)
            } else {
                var table = Table(["SOURCE", "DIALECT", "STATE", "LAST WEBHOOK", "KIND", "LAST REFUSED", "REASON"])
                for source in sources {
                    table.add(["name", "dialect", "state", "seen_at", "seen_kind", "refused_at", "refused_reason"].map { cell(source[$0]) })
                }
                if table.isEmpty { print("No sources are configured.") } else { table.printOut() }
                for source in sources where source["state"]?.string != "heard" { print(cell(source["say"]?[configuration.language.rawValue])) }
            }
            if sources.contains(where: { ["silent", "refused"].contains($0["state"]?.string) }) { quit(1) }
        }
    }
}
