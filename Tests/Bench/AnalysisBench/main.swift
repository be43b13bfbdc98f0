// SPDX-License-Identifier: Apache-2.0
import Foundation

// Figures of the analysis of rules, one line each: `bench analysis <name> <value> <unit>`.
// AnalysisBench [--quick] [--long] [--edits N] [--calls N] [--clients N] [--rules FOLDER] [--only speed|corpus|edits|interview]

let arguments = Array(CommandLine.arguments.dropFirst())

func text(_ name: String, _ standard: String) -> String {
    guard let place = arguments.firstIndex(of: "--" + name), place + 1 < arguments.count else { return standard }
    return arguments[place + 1]
}

func number(_ name: String, quick: Int, usual: Int, long: Int) -> Int {
    let standard = arguments.contains("--quick") ? quick : arguments.contains("--long") ? long : usual
    return Int(text(name, "")) ?? standard
}

let bench = AnalysisBench(
    edits: number("edits", quick: 20, usual: 1000, long: 10_000), calls: number("calls", quick: 1000, usual: 10_000, long: 100_000),
    clients: number("clients", quick: 10_000, usual: 100_000, long: 1_000_000), rules: text("rules", "rules"), only: text("only", ""))
try bench.run()
