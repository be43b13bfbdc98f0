// SPDX-License-Identifier: Apache-2.0
import CallModel
import Foundation
import RuleCorpus
import RuleFiles
import Screening
import Testing

/// Made-up tables: sound ones must raise no alarm, and each of the mistakes put into them must be found.
///
/// The short form takes 24 tables and 120 mistakes; `CALLSIEVE_LONG=1` all 400 and 2,000.
@Suite struct AnalysisCorpusTests {
    static let isLong = ProcessInfo.processInfo.environment["CALLSIEVE_LONG"] != nil
    static let tables = isLong ? 400 : 24
    static let faultsPerTable = 5
    static let seed: UInt64 = 20_260_302

    /// Sizes as people keep them: 10 to 60 rules, some up to 100; 2 to 8 columns.
    static func sound(_ number: Int, _ dice: inout Dice) -> CorpusTable {
        let rows = number % 10 == 0 ? 60 + dice.below(41) : 5 + dice.below(50)
        return CorpusTable.sound(rows: isLong ? rows : min(rows, 30), columns: 2 + dice.below(7), dice: &dice)
    }

    @Test func soundTablesRaiseNoAlarm() {
        var dice = Dice(seed: Self.seed)
        for number in 0..<Self.tables {
            let table = Self.sound(number, &dice)
            let findings = Analysis.run(files: table.files, name: "corpus")
            #expect(findings.isEmpty, "seed \(Self.seed), table \(number): \(findings.map { $0.line(.en) })")
        }
    }

    @Test func everySeededFaultIsFound() {
        var dice = Dice(seed: Self.seed)
        var (found, missed) = ([SeededFault.Kind: Int](), 0)
        for number in 0..<Self.tables {
            let table = Self.sound(number, &dice)
            var put = 0
            var kind = number
            while put < Self.faultsPerTable {
                let wanted = SeededFault.Kind.allCases[kind % SeededFault.Kind.allCases.count]
                kind += 1
                guard let fault = SeededFault.put(wanted, into: table, dice: &dice) else { continue }
                put += 1
                let findings = Analysis.run(files: fault.table.files, name: "corpus")
                let isFound = findings.contains { fault.codes.contains($0.code) && (fault.rule == nil || $0.rule == fault.rule) }
                if isFound { found[wanted, default: 0] += 1 } else { missed += 1 }
                #expect(isFound, "seed \(Self.seed), table \(number), \(wanted.rawValue): \(findings.map { $0.line(.en) })\n\(fault.table.text)")
            }
        }
        print(
            "analysis corpus: \(found.values.reduce(0, +)) of \(Self.tables * Self.faultsPerTable) faults found, \(missed) missed, seed \(Self.seed)")
    }
}
