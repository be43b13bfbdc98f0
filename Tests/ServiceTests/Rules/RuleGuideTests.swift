// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Foundation
import Screening
import Store
import Testing

@testable import CallsieveService

/// Runs the commands of the guides exactly as they stand there, with the built program, in a folder with the shipped rules and a month of
/// decisions.
@Suite(.serialized) struct RuleGuideTests {
    static let repository = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardizedFileURL

    /// The text of all `sh` blocks, in order.
    static func commands(of page: String) throws -> [String] {
        let text = try String(contentsOf: repository.appending(path: page), encoding: .utf8)
        return text.components(separatedBy: "```sh\n").dropFirst().compactMap { $0.components(separatedBy: "```").first }
    }

    /// The folder of built products, where the test bundle lies, too.
    static var products: String { URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().path }

    @Test(arguments: ["docs/rules.md", "docs/rules.ru.md"])
    func theCommandsOfTheGuideDoWhatItSays(page: String) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "guide-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try FileManager.default.createDirectory(at: folder.appending(path: "rules"), withIntermediateDirectories: true)
        try FileManager.default.copyItem(at: Self.repository.appending(path: "rules/agency"), to: folder.appending(path: "rules/agency"))
        // Nothing listens at port 1: the commands must not find some other service of this machine.
        let configuration = "format: 1\nlisten: 127.0.0.1:1\ndata: \(folder.path)/data\nrules: \(folder.path)/rules\n"
        try Data(configuration.utf8).write(to: folder.appending(path: "callsieve.yaml"))
        try await Self.fillStore(folder)
        let blocks = try Self.commands(of: page)
        #expect(blocks.count >= 7)
        let script = "set -e\nexec 2>&1\ncd '\(folder.path)'\nexport PATH=\"\(Self.products):$PATH\"\n" + blocks.joined(separator: "\n")
        let (status, output) = try Self.run(script)
        #expect(status == 0, "\(output)")
        let isRussian = page.hasSuffix("ru.md")
        // The replay, the versions after publishing, and the roll-back.
        for words in ["1 would change", "is live", "agency version 2 decides beside", "agency version 1 is live again"] {
            #expect(output.contains(words), "\"\(words)\" in \(output)")
        }
        #expect(output.contains(isRussian ? "Звонков: 1" : "1 call:"))
        #expect(output.contains(isRussian ? "потеряли" : "promotion below 80 000") || isRussian)
        let live = try String(contentsOf: folder.appending(path: "rules/agency/agency.yaml"), encoding: .utf8)
        #expect(live.contains("budget_month: under 80 000"))
    }

    /// The shipped rules are live, and decided about two promotions of March 2026.
    private static func fillStore(_ folder: URL) async throws {
        let opened = try await OpenedStore(try Configuration.load(path: folder.path + "/callsieve.yaml"))
        let time = ManualTime(SystemTime().now())
        let rules = try await RuleLibrary.open(
            folder: folder.path + "/rules", defaultName: nil, store: opened.store, time: time, logger: RuleRig.silent)
        let set = rules.ruleSet(named: "agency")
        for budget in ["75 000", "120 000"] {
            let facts: [String: FactInput] = [
                "purpose": .text("project"), "service": .text("seo"), "budget_month": .text(budget), "region": .text("Moscow"), "tender": .text("no"),
                "start_in_days": .text("10"), "decision_maker": .text("yes"), "caller is": .text("stranger"), "channel": .text("site"),
            ]
            let input = ScreeningInput(moment: .brief, at: time.now(), closed: true, facts: facts)
            try await opened.store.write { tx in
                var record = DecisionRecord(
                    ulid: ULID(at: time.now(), random: SystemRandom()), input: input, ruleSet: set.name, ruleSetHash: set.hash,
                    listVersions: set.listVersions, verdict: set.decide(input), storedAt: time.now())
                try tx.insert(&record)
            }
        }
        time.advance(by: .seconds(1))
        await opened.shutDown()
    }

    static func run(_ script: String) throws -> (Int32, String) {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-c", script]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}
