// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CallModel
import CallsieveService
import Essentials
import WebServer
import WireFormats

/// `callsieve rules explain`: one stored decision, computed again.
struct RulesExplain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Why a stored decision is what it is: every rule tried, with the version of the rules that decided.")
    @OptionGroup var common: CommonOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var language: LanguageOption
    @Argument(help: "The decision's id.") var decision: String

    func run() async {
        guard let id = ULID(decision) else {
            writeError("\"\(decision)\" is no id of a decision; callsieve leads show prints them")
            quit(2)
        }
        let own = language.language
        let answer = await RulesAccess.ask(common.load(), "GET", "/decisions/\(id)?language=\(own.rawValue)") { console in
            ["trace": try await console.explain(id, language: own)]
        }
        let trace = answer["trace"] ?? .null
        if output.json { print(trace.text) } else { show(trace, own) }
    }

    private func show(_ trace: JSON, _ language: Language) {
        print("\(cell(trace["at"])) by \(cell(trace["set"])), version \(cell(trace["version"])), \(cell(trace["instant"]))")
        if let sentence = trace["sentence"]?[language.rawValue]?.string { print(sentence) }
        if let change = trace["counterfactual"]?[language.rawValue]?.string { print(change) }
        if let person = trace["overridden_by"]?.string { print("Decided against the rules by \(person).") }
        switch trace["recomputes"]?["same"]?.bool {
        case true: print("Computed again: the same.")
        case false: print("Computed again: NOT the same: \(cell(trace["recomputes"]?["why"])).")
        default: print("Not computed again: \(cell(trace["recomputes"]?["why"])).")
        }
        for fact in trace["facts"]?.members ?? [] { print("    \(fact.name): \(cell(fact.value))") }
        for table in trace["tables"]?.array ?? [] where table["asked"] == .bool(true) { show(table: table) }
    }

    private func show(table: JSON) {
        print("table \(cell(table["table"])), hits \(cell(table["hits"]))" + (table["value"]?.string.map { ": \($0)" } ?? ""))
        for row in table["rows"]?.array ?? [] {
            let cells = (row["cells"]?.array ?? []).filter { row["fate"] != "failed" || $0["holds"] != "yes" }
            let why = cells.map { "\(cell($0["label"])) \(cell($0["value"])) (\(cell($0["test"])))" }.joined(separator: "; ")
            print("  \(Self.mark(row["fate"])) \(cell(row["row"])) \(cell(row["rule"]))" + (why.isEmpty ? "" : ": \(why)"))
        }
        if table["hit"] == "otherwise" { print("  → otherwise") }
    }

    private static func mark(_ fate: JSON?) -> String {
        switch fate?.string {
        case "hit": "→"
        case "holds": "+"
        case "unknown": "?"
        default: "-"
        }
    }
}
