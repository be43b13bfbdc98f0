// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CallsieveService
import Essentials
import WebServer
import WireFormats

/// `callsieve rules hits`: how often each rule decided.
struct RulesHits: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hits", abstract: "How often each rule decided, whether that grows, and what its leads became; 90 days unless told.")
    @OptionGroup var common: CommonOptions
    @OptionGroup var output: OutputOptions
    @Option(help: "Not before this day or time.") var from: String?
    @Option(help: "Before this day or time.") var to: String?
    @Argument(help: "The set.") var set: String

    func run() async {
        let (from, to) = (RulesAccess.instant(from, "--from"), RulesAccess.instant(to, "--to"))
        let query = [("from", from), ("to", to)].compactMap { name, value in value.map { "\(name)=\(percentEncoded($0.rfc3339))" } }
        let answer = await RulesAccess.ask(common.load(), "GET", RulesAccess.path(set, "hits?" + query.joined(separator: "&"))) {
            try await $0.ruleHits(of: set, from: from, to: to)
        }
        guard !output.json else { return print(answer.text) }
        var table = Table(["AT", "RULE", "CALLS", "BEFORE", "TREND", "QUALIFIED", "WON", "PAID"])
        for row in answer["items"]?.array ?? [] {
            let became = row["became"]
            let paid = (became?["paid"]?.members ?? []).map { "\(cell($0.value)) \($0.name)" }.joined(separator: ", ")
            let rule = cell(row["rule"]) + (row["live"] == .bool(true) ? "" : " (not in the live rules)")
            table.add(
                [
                    cell(row["at"]), rule, cell(row["calls"]), cell(row["before"]), Self.line(row["trend"]), cell(became?["qualified"]),
                    cell(became?["won"]), paid,
                ])
        }
        table.printOut()
    }

    /// Twelve parts of the period as bars.
    private static func line(_ trend: JSON?) -> String {
        let counts = (trend?.array ?? []).map { Int($0.integer ?? 0) }
        let bars = Array("▁▂▃▄▅▆▇█")
        let highest = max(1, counts.max() ?? 1)
        return String(counts.map { $0 == 0 ? "·" : bars[min(bars.count - 1, $0 * (bars.count - 1) / highest)] })
    }
}
