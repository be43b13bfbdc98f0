// SPDX-License-Identifier: Apache-2.0
import Decisions
import Foundation
import RuleCorpus
import RuleFiles
import Screening

/// How long an analysis takes, how much of it is proved, what of seeded mistakes it finds, and whether differences hold.
struct AnalysisBench {
    let edits: Int
    let calls: Int
    let clients: Int
    let rules: String
    /// One part only; empty: all.
    let only: String
    private static let seed: UInt64 = 20_260_302

    func run() throws {
        if isWanted("speed") {
            try speed()
            try keyed()
        }
        if isWanted("corpus") { try corpus() }
        if isWanted("interview") { try interviews() }
        if isWanted("edits") { try differences() }
    }

    private func isWanted(_ part: String) -> Bool { only.isEmpty || only == part }

    /// The next question until it is decided, against all questions of the set; the clients are those of `Clients`.
    private func interviews() throws {
        for (name, profile) in [("agency", Clients.agency), ("dental", Clients.dental), ("equipment", Clients.equipment)] {
            let set = try RuleSet.load(folder: rules + "/" + name)
            var dice = Dice(seed: Self.seed)
            let result = InterviewTrial(set: set, profile: profile).run(clients: clients, dice: &dice)
            bench("interview_\(name)_clients", result.clients, "clients")
            bench("interview_\(name)_differences", result.differences + result.stuck, "clients")
            bench("interview_\(name)_questions", rounded(Double(result.asked) / Double(result.clients)), "of \(set.questions.count)")
            bench("interview_\(name)_fewer", rounded(result.saved * 100), "%")
        }
    }

    private func bench(_ name: String, _ value: some CustomStringConvertible, _ unit: String) {
        print("bench analysis \(name) \(value) \(unit)")
        fflush(nil)
    }

    private func milliseconds(_ work: () -> Void) -> Double {
        let took = ContinuousClock().measure(work)
        return Double(took.components.seconds) * 1000 + Double(took.components.attoseconds) / 1e15
    }

    private func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }

    private func program(_ set: RuleSet) -> Program {
        Program(facts: set.folder.factsForTables, lists: set.folder.memberships, giving: [], chains: [set.folder.compiled])
    }

    /// Tables as people write them: 8 columns, each rule names 2 to 4.
    private func speed() throws {
        for rows in [30, 60, 100] {
            var dice = Dice(seed: Self.seed)
            var (times, proved, steps) = ([Double](), 0, [Int]())
            for _ in 0..<40 {
                let set = try RuleSet.read(files: CorpusTable.sales(rows: rows, columns: 8, dice: &dice).files, name: "sales")
                let program = program(set)
                times.append(
                    milliseconds {
                        if let survey = program.survey() {
                            proved += 1
                            steps.append(survey.steps)
                        }
                    })
            }
            times.sort()
            steps.sort()
            bench("exact_\(rows)x8", rounded(times[20]), "ms")
            bench("exact_\(rows)x8_slowest", rounded(times[39]), "ms")
            bench("proved_\(rows)x8", rounded(Double(proved) / 40 * 100), "%")
        }
    }

    /// 10,000 rows of which the first column is nearly a key.
    private func keyed() throws {
        let files = KeyedTable.files(rows: 10_000)
        let set = try RuleSet.read(files: files, name: "keyed")
        let program = program(set)
        var survey: Survey?
        bench("keyed_10000", rounded(milliseconds { survey = program.survey() }), "ms")
        bench("keyed_10000_proved", survey == nil ? 0 : 1, "of 1")
        bench("keyed_10000_never_win", 10_000 - (survey?.reach.rules[0]?.subtracting([10_000]).count ?? 0), "rules")
        bench("keyed_10000_overlaps", rounded(milliseconds { _ = program.overlaps(in: 0) }), "ms")
    }

    private func corpus() throws {
        var dice = Dice(seed: Self.seed)
        var (alarms, put, found, proved, tables) = (0, 0, 0, 0, 0)
        for number in 0..<400 {
            let rows = number % 10 == 0 ? 60 + dice.below(41) : 5 + dice.below(56)
            let table = CorpusTable.sound(rows: rows, columns: 2 + dice.below(7), dice: &dice)
            if !Analysis.run(files: table.files, name: "sound").isEmpty { alarms += 1 }
            tables += 1
            if program(try RuleSet.read(files: table.files, name: "sound")).survey() != nil { proved += 1 }
            var (kind, count) = (number, 0)
            while count < 5 {
                let wanted = SeededFault.Kind.allCases[kind % SeededFault.Kind.allCases.count]
                kind += 1
                guard let fault = SeededFault.put(wanted, into: table, dice: &dice) else { continue }
                count += 1
                put += 1
                let findings = Analysis.run(files: fault.table.files, name: "fault")
                if findings.contains(where: { fault.codes.contains($0.code) && (fault.rule == nil || $0.rule == fault.rule) }) { found += 1 }
            }
        }
        bench("sound_tables", tables, "tables")
        bench("false_alarms", alarms, "tables")
        bench("faults_put", put, "faults")
        bench("faults_found", found, "faults")
        bench("proved_corpus", rounded(Double(proved) / Double(tables) * 100), "%")
    }

    private func differences() throws {
        var dice = Dice(seed: Self.seed)
        var (misses, extras, changed, proved) = (0, 0, 0, 0)
        for _ in 0..<edits {
            let result = try EditTrial(dice: &dice).run(calls: calls, dice: &dice)
            misses += result.misses
            extras += result.extras
            changed += result.changed
            proved += result.isProved ? 1 : 0
        }
        bench("edits", edits, "edits")
        bench("calls_an_edit", calls, "calls")
        bench("edits_proved", proved, "edits")
        bench("changed_calls", changed, "calls")
        bench("difference_misses", misses, "calls")
        bench("difference_extras", extras, "calls")
    }
}
