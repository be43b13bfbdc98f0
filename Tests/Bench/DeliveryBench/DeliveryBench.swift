// SPDX-License-Identifier: Apache-2.0
import CRM
import CallModel
import Delivery
import Essentials
import Foundation
import HTTPTransfer
import Logging
import SQLEngine
import SQLiteDriver
import Store
import WireFormats

/// The delivery's part of the service alone, for the benchmarks B4 and B5: no intake, no console.
///
///     DeliveryBench fill FOLDER ORDERS            leads with one order each; every tenth has a second one behind it
///     DeliveryBench drain FOLDER PORT CONCURRENT  delivers them all to a sink on loopback, prints one line of JSON
@main
struct DeliveryBench {
    static func main() async throws {
        let words = CommandLine.arguments
        switch (words.dropFirst().first, words.count) {
        case ("fill", 4): try await Bench(folder: words[2]).fill(Int(words[3]) ?? 0)
        case ("drain", 5): try await Bench(folder: words[2]).drain(port: words[3], concurrent: Int(words[4]) ?? 64)
        default:
            FileHandle.standardError.write(Data("usage: DeliveryBench fill FOLDER ORDERS | drain FOLDER PORT CONCURRENT\n".utf8))
            exit(2)
        }
    }
}

struct Bench {
    let folder: String

    private func store() async throws -> (SQLiteDatabase, Store) {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let database = try SQLiteDatabase(folder: folder)
        guard let key = MasterKey(bytes: Array(1...32)) else { throw BenchProblem() }
        return (database, try await Store.open(database, key: key))
    }

    private func account(port: String, concurrent: Int) throws -> DeliveryAccount {
        guard let recipe = Recipe.shipped("generic-webhook"), let address = EgressAddress("127.0.0.1:\(port)") else { throw BenchProblem() }
        return DeliveryAccount(
            name: "sink", recipe: recipe,
            fields: [
                "url": Secret("http://127.0.0.1:\(port)/hook"), "secret": Secret("whsec_" + Data(repeating: 7, count: 32).base64EncodedString()),
            ],
            policy: try EgressPolicy(allowing: [address]), pace: Pace(concurrent: concurrent, timeout: .seconds(20)))
    }

    func fill(_ count: Int) async throws {
        let (database, store) = try await store()
        let account = try account(port: "9", concurrent: 1)
        let random = SystemRandom(), now = SystemTime().now(), step = 500
        for first in stride(from: 0, to: count, by: step) {
            try await store.write(.housekeeping) { tx in
                var lead: LeadRecord?
                for number in first..<min(first + step, count) {
                    let isSecond = number % 10 == 9
                    if !isSecond || lead == nil {
                        var new = LeadRecord(ulid: ULID(at: now, random: random), createdAt: now)
                        new.status = .qualified
                        try tx.save(&new)
                        lead = new
                    }
                    guard let lead else { continue }
                    try tx.enqueueOrder(
                        lead: lead.id, account: account.name, kind: isSecond ? .call : .deliver, payload: payload(lead, number),
                        recipe: (account.recipe.name, account.recipe.hash))
                }
            }
        }
        await database.close()
    }

    /// As many names as a briefed lead has.
    private func payload(_ lead: LeadRecord, _ number: Int) -> JSON {
        [
            "lead.key": .string(lead.key), "lead.title": "Call from Ivan Petrov about a site",
            "lead.phone": .string("+7916\(1_000_000 + number % 9_000_000)"),
            "lead.name": "Ivan Petrov", "lead.company": "Romashka", "lead.status": "QUALIFIED", "lead.verdict": "qualify", "lead.group": "sales",
            "lead.reason_text": "the budget is 300 000 or more and the region is ours", "lead.score": 70, "lead.priority": "high",
            "lead.source": "mango", "lead.channel": "ads", "lead.line": "ads", "lead.service": "site", "lead.amount": "300000.00",
            "lead.currency": "RUB", "lead.qualified_at": "2026-11-24T10:00:00.000Z", "lead.created_at": "2026-11-24T09:58:00.000Z",
            "lead.answers.budget": "300000", "lead.answers.service": "site", "call.id": "01JD0000000000000000000001", "call.direction": "in",
            "call.agent": "201", "call.outcome": "ANSWERED", "call.started_at": "2026-11-24T09:58:00.000Z",
            "call.ended_at": "2026-11-24T10:00:00.000Z", "call.talk_s": 118,
            "call.recording_url": "https://pbx.example.org/rec/01JD0000000000000000000001.mp3",
        ]
    }

    func drain(port: String, concurrent: Int) async throws {
        let (database, store) = try await store()
        let service = DeliveryService(
            store: store, accounts: [try account(port: port, concurrent: concurrent)], http: try HTTPTransfer(settings: settings(concurrent)),
            logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() })
        let start = ContinuousClock.now
        let running = Task { try await service.run() }
        while try await unfinished(store) > 0 { try await Task.sleep(for: .milliseconds(50)) }
        let took = ContinuousClock.now - start
        running.cancel()
        try await running.value
        let counts = try await store.read { try $0.outboxCounts() }
        let delivered = counts.filter { $0.state == .delivered }.reduce(0) { $0 + $1.count }
        await database.close()
        let seconds = Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18
        print("{\"seconds\": \(seconds), \"delivered\": \(delivered), \"peak_kb\": \(peakMemory())}")
    }

    private func settings(_ concurrent: Int) -> HTTPTransfer.Settings {
        var settings = HTTPTransfer.Settings()
        settings.transfersPerPolicyMax = max(settings.transfersPerPolicyMax, concurrent)
        settings.idleConnectionsMax = max(settings.idleConnectionsMax, concurrent)
        return settings
    }

    private func unfinished(_ store: Store) async throws -> Int {
        try await store.read {
            try $0.nextDue(account: "sink") == nil && $0.overdueClaims(now: .init(unixMilliseconds: .max), limit: 1).isEmpty ? 0 : 1
        }
    }

    /// Peak resident memory that no file backs is not told apart here; VmHWM of proc(5), kilobytes.
    private func peakMemory() -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
    }
}

/// What must be there is not; a bug of the benchmark.
struct BenchProblem: Error {}
