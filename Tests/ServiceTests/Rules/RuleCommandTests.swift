// SPDX-License-Identifier: Apache-2.0
import Foundation
import RuleFiles
import Testing
import WireFormats

@testable import CallsieveService

/// The built program: exit statuses, and JSON that can be read.
@Suite(.serialized) struct RuleCommandTests {
    /// A command line behind `callsieve rules`, its exit status, and words of what it prints.
    static let commands: [(String, Int32, String)] = [
        ("test rules/one", 0, "0 examples, 0 failed"), ("test nowhere", 2, "no folder of rules"), ("test failing", 1, "E06"), ("test", 2, "Missing"),
        ("lint rules/one", 0, "0 errors"), ("lint broken", 1, "main.yaml:"), ("lint broken --json", 1, "\"errors\":1"),
        ("lint failing --language ru", 1, "пример"), ("fmt rules/one --check", 0, "Nothing to format"),
        ("fmt untidy --check", 1, "would change: main.yaml"),
        ("fmt broken", 1, "main.yaml"), ("questions rules/one --language ru", 0, "Какой бюджет?"),
        ("diff rules/one rules/one", 0, "No call is treated"),
        ("diff rules/one untidy", 0, "proved"), ("new-examples rules/one", 0, "example: hits small"), ("versions one", 1, "no rule set"),
        ("publish broken --set one", 1, "main.yaml"), ("replay rules/one --from yesterday", 2, "no date"), ("explain 7", 2, "no id"),
        ("decide broken --at ring", 2, "main.yaml"),
    ]

    @Test func commandsEndWithTheirStatusAndSayWhy() throws {
        let rig = try RuleRig()
        try Self.write("broken", RuleRig.files(limit: "many"), in: rig)
        var untidy = RuleRig.files()
        untidy[1].text = untidy[1].text.replacing("budget: under 300 000", with: "budget: \"< 300000\"")
        try Self.write("untidy", untidy, in: rig)
        let example = "format: 1\nexamples:\n  - example: a\n    at: brief\n    closed: yes\n    expect:\n      then: drop\n"
        try Self.write("failing", RuleRig.files() + [RuleSource(path: "examples/a.yaml", text: example)], in: rig)
        let configuration = "format: 1\nlisten: 127.0.0.1:1\ndata: \(rig.root.path)/data\nrules: \(rig.rules)\n"
        try Data(configuration.utf8).write(to: rig.root.appending(path: "callsieve.yaml"))
        for (command, status, words) in Self.commands {
            let result = try Self.run(command, in: rig)
            #expect(result.status == status && result.output.contains(words), "\(command): \(result.status), \(result.output)")
        }
    }

    @Test func linesAreDecidedInOrderAndABadOneEndsWithStatusOne() throws {
        let rig = try RuleRig()
        let lines = #"{"id": 1, "facts": {"budget": 1}}\n{"id": 2, "facts": 3}\n\n{"id": 4, "facts": {"budget": 400000}}\n"#
        let result = try Self.run("decide rules/one --at brief 2>errors", in: rig, input: lines)
        #expect(result.status == 1)
        let answers = try result.output.split(separator: "\n").map { try JSON.parse(String($0)) }
        #expect(answers.map { $0["id"]?.integer } == [1, 2, 4])
        #expect(answers[0]["rule"] == "small" && answers[1]["line"] == 2 && answers[2]["then"] == "qualify")
        let errors = try String(contentsOf: rig.root.appending(path: "errors"), encoding: .utf8)
        #expect(errors.hasPrefix("line 2: "), "\(errors)")
    }

    private static func write(_ name: String, _ files: [RuleSource], in rig: RuleRig) throws {
        for file in files {
            let url = rig.root.appending(path: "\(name)/\(file.path)")
            try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(file.text.utf8).write(to: url)
        }
    }

    private static func run(_ command: String, in rig: RuleRig, input: String = "") throws -> (status: Int32, output: String) {
        let script = "cd '\(rig.root.path)'\nexport PATH=\"\(RuleGuideTests.products):$PATH\"\nprintf '\(input)' | callsieve rules \(command)\n"
        let (status, output) = try RuleGuideTests.run(script)
        return (status, output)
    }
}
