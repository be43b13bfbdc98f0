// SPDX-License-Identifier: Apache-2.0
public import RuleFiles

/// A large table whose first column is nearly a key: one or two rules a value, and some rules for any value at the end.
public enum KeyedTable {
    /// - Parameter rows: rules; a tenth of them repeats the key of the rule before, and half of these can never win.
    public static func files(rows: Int) -> [RuleSource] {
        var dice = Dice(seed: 7)
        var csv = "rule,start,service,decider,then,group\n"
        var key = 0
        for row in 0..<rows {
            let isRepeated = row % 10 == 9
            if !isRepeated { key += 1 }
            let service = isRepeated ? (row % 20 == 19 ? "site" : "") : (row % 10 == 8 ? "site" : "")
            csv += "r\(row),\(key),\(service),\(isRepeated && service.isEmpty ? "yes" : ""),qualify,team \(dice.below(40))\n"
        }
        let rules = """
            format: 1
            rules: Keyed
            zone: Europe/Moscow
            tables:
              - table: brief
                decides: brief
                hits: first
                file: tables/keyed.csv
                otherwise:
                  then: callback
                  reason: MISSED

            """
        let facts = "format: 1\nfacts:\n" + CorpusFact.all.map(\.declaration).joined()
        return [
            RuleSource(path: "facts.yaml", text: facts), RuleSource(path: "rules.yaml", text: rules), RuleSource(path: "tables/keyed.csv", text: csv),
        ]
    }
}
