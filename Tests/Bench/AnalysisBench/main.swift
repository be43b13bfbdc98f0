// SPDX-License-Identifier: Apache-2.0
import Foundation

// Figures of the rules engine, one line each: `bench <id> <name> <value> <unit>`.
// RuleBench analysis [--long] [--edits N] [--calls N] [--clients N] [--rules FOLDER]

let arguments = Array(CommandLine.arguments.dropFirst())

func number(_ name: String, _ standard: Int) -> Int {
    guard let place = arguments.firstIndex(of: "--" + name), place + 1 < arguments.count else { return standard }
    return Int(arguments[place + 1]) ?? standard
}

func text(_ name: String, _ standard: String) -> String {
    guard let place = arguments.firstIndex(of: "--" + name), place + 1 < arguments.count else { return standard }
    return arguments[place + 1]
}

let isLong = arguments.contains("--long")
switch arguments.first {
case "analysis":
    try AnalysisBench(
        edits: number("edits", isLong ? 10_000 : 200), calls: number("calls", isLong ? 100_000 : 10_000),
        clients: number("clients", isLong ? 1_000_000 : 20_000), rules: text("rules", "rules")
    ).run()
default:
    FileHandle.standardError.write(Data("RuleBench analysis [--long] [--edits N] [--calls N] [--clients N] [--rules FOLDER]\n".utf8))
    exit(2)
}
