// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import RuleFiles
import Screening
import StrictYAML

extension FuzzTarget {
    static let ruleTargets = [
        // One rule file; a set that it gives by chance must decide, too.
        FuzzTarget("yaml", sizeBytesMax: 4096) { bytes in
            decideOnce([RuleSource(path: "rules.yaml", text: String(decoding: bytes, as: UTF8.self))])
        },
        // One table and one list as CSV.
        FuzzTarget("csv", sizeBytesMax: 2048) { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            _ = try? CSVTable.rows(text, file: "table.csv")
            decideOnce([
                RuleSource(path: "rules.yaml", text: listRules), RuleSource(path: "list.csv", text: text), RuleSource(path: "table.csv", text: text),
            ])
        },
        // The first byte chooses the fact, the rest is the cell as people type it; answers are read from the same text.
        FuzzTarget("cell", sizeBytesMax: 128) { bytes in
            guard let first = bytes.first else { return }
            let fact = factNames[Int(first) % factNames.count]
            let text = String(decoding: bytes.dropFirst(), as: UTF8.self)
            let quoted = "\"" + text.replacing("\"", with: "\"\"") + "\""
            decideOnce([
                RuleSource(path: "rules.yaml", text: cellRules),
                RuleSource(path: "table.csv", text: "rule,\(fact),then\nit,\(quoted),answer first\n"),
            ])
            _ = FuzzTarget.answers?.validateAnswer(fact: fact, text: text)
        },
    ]

    private static let factNames = [
        "caller", "service", "decider", "repeats", "rating", "start", "budget", "waited", "time", "weekday", "date", "note", "marks",
    ]

    private static let facts = """
        format: 1
        facts:
          caller:
            type: phone
          service:
            type: choice
            ask: Which service?
            values: site, shop, seo, other
            show:
              ru: сайт, магазин, продвижение, другое
          decider:
            type: yes/no
          repeats:
            type: count
          rating:
            type: number
          start:
            type: days
          budget:
            type: money
          waited:
            type: duration
          time:
            type: time
          weekday:
            type: weekday
          date:
            type: date
          note:
            type: text
          marks:
            type: tags
            values: vip, debtor, press

        """

    private static let cellRules = """
        format: 1
        rules: Fuzz
        tables:
          - table: cells
            decides: ring
            before: ring
            hits: first
            file: table.csv
          - table: ring
            decides: ring
            hits: first
            rules:
              - rule: it
                then: answer
            otherwise:
              then: answer

        """

    private static let listRules = cellRules.replacing(
        "tables:\n",
        with: """
            lists:
              - list: numbers
                file: list.csv
                holds: phone prefix
                ends: until
                gives: service
              - list: words
                file: list.csv
                holds: word
              - list: days
                file: list.csv
                holds: date
            tables:

            """)

    private static let answers = try? RuleSet.load(
        files: [
            RuleSource(path: "facts.yaml", text: facts), RuleSource(path: "rules.yaml", text: cellRules),
            RuleSource(path: "table.csv", text: "rule,repeats,then\nmany,over 5,answer first\n"),
        ], name: "fuzz")

    private static func decideOnce(_ files: [RuleSource]) {
        guard let set = try? RuleSet.load(files: [RuleSource(path: "facts.yaml", text: facts)] + files, name: "fuzz") else { return }
        let facts: [String: FactInput] = ["caller": .text("+74950001122"), "service": .text("seo"), "budget": .integer(100)]
        for moment in Moment.allCases {
            let input = ScreeningInput(moment: moment, at: Instant(unixSeconds: 1_772_442_000), facts: facts)
            _ = set.decide(input)
            _ = set.explain(input, language: .ru)
        }
    }
}
