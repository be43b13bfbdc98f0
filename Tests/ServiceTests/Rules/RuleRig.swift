// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Foundation
import Logging
import RuleFiles
import SQLiteDriver
import Screening
import Store

@testable import CallsieveService

/// A folder of rules on the disk with one set `one`, and a store beside it.
final class RuleRig {
    let root: URL
    let time = ManualTime(Instant(unixSeconds: 1_772_445_600))
    static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    var logger: Logger { Self.silent }

    init() throws {
        root = FileManager.default.temporaryDirectory.appending(path: "rules-\(UUID().uuidString)")
        try write(Self.files())
    }

    deinit { try? FileManager.default.removeItem(at: root) }

    var rules: String { root.appending(path: "rules").path }

    func write(_ files: [RuleSource]) throws {
        for file in files {
            let url = root.appending(path: "rules/one/\(file.path)")
            try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(file.text.utf8).write(to: url)
        }
    }

    /// Drops briefings with a budget below `limit` roubles.
    static func files(limit: String = "300 000", rule: String = "small", blocked: String = "+74950001122") -> [RuleSource] {
        [
            RuleSource(
                path: "facts.yaml",
                text: """
                    format: 1
                    facts:
                      caller:
                        type: phone
                      budget:
                        type: money
                        unit: RUB
                        label:
                          en: Budget
                          ru: Бюджет
                        ask:
                          en: What budget?
                          ru: Какой бюджет?

                    """),
            RuleSource(
                path: "main.yaml",
                text: """
                    format: 1
                    rules: One
                    zone: Europe/Moscow
                    lists:
                      - list: blacklist
                        file: lists/blacklist.csv
                        holds: phone
                    tables:
                      - table: ring
                        decides: ring
                        hits: first
                        rules:
                          - rule: blocked
                            if:
                              caller: in list blacklist
                            then: reject
                            reason: SPAM
                        otherwise:
                          then: answer
                      - table: score
                        gives: score
                        hits: sum
                        rules:
                          - rule: named
                            if:
                              budget: known
                            add: 5
                      - table: brief
                        decides: brief
                        hits: first
                        when unknown: ask
                        rules:
                          - rule: \(rule)
                            if:
                              budget: under \(limit)
                            then: drop
                            reason: BUDGET_LOW
                        otherwise:
                          then: qualify
                          group: sales

                    """),
            RuleSource(path: "lists/blacklist.csv", text: "number\n\(blocked)\n"),
        ]
    }

    func withStore(_ body: (Store) async throws -> Void) async throws {
        let database = try SQLiteDatabase(folder: root.appending(path: "data").path)
        let key = try MasterKey.load(path: root.appending(path: "key").path, mayCreate: true)
        do {
            try await body(try await Store.open(database, key: key, time: time))
        } catch {
            await database.close()
            throw error
        }
        await database.close()
    }

    func withLibrary(_ body: (RuleLibrary, Store) async throws -> Void) async throws {
        try await withStore { store in
            try await body(try await RuleLibrary.open(folder: rules, defaultName: nil, store: store, time: time, logger: logger), store)
        }
    }

    /// Stores what the live rules say to a closed briefing with this budget, as intake does, with a lead that became `outcome`.
    @discardableResult
    func brief(
        _ budget: String?, by library: RuleLibrary, _ store: Store, after seconds: Int64 = 0, outcome: LeadStatus? = nil, paid: String? = nil,
        overriddenBy: String? = nil
    ) async throws -> DecisionRecord {
        let at = time.now() + .seconds(seconds)
        let facts = budget.map { ["budget": FactInput.text($0)] } ?? [:]
        return try await decide(ScreeningInput(moment: .brief, at: at, closed: true, facts: facts), library, store, outcome, paid, overriddenBy)
    }

    func ring(_ number: PhoneNumber, by library: RuleLibrary, _ store: Store) async throws -> DecisionRecord {
        try await decide(
            ScreeningInput(moment: .ring, at: time.now(), closed: true, facts: ["caller": .phone(number)]), library, store, nil, nil, nil)
    }

    private func decide(
        _ input: ScreeningInput, _ library: RuleLibrary, _ store: Store, _ outcome: LeadStatus?, _ paid: String?, _ overriddenBy: String?
    ) async throws -> DecisionRecord {
        let set = library.ruleSet(named: "one")
        let now = time.now()
        return try await store.write { tx in
            var record = DecisionRecord(
                ulid: ULID(at: now, random: SystemRandom()), input: input, ruleSet: set.name, ruleSetHash: set.hash,
                listVersions: set.listVersions, verdict: set.decide(input), storedAt: now)
            record.overriddenBy = overriddenBy
            if input.moment == .brief {
                var lead = LeadRecord(ulid: ULID(at: now, random: SystemRandom()), createdAt: now)
                lead.status = record.verdict.then?.status ?? .new
                (lead.outcomeStatus, lead.outcomePaid, lead.outcomeCurrency) = (outcome, paid, paid == nil ? nil : "RUB")
                try tx.save(&lead)
                record.lead = lead.id
            }
            try tx.insert(&record)
            return record
        }
    }
}
