// SPDX-License-Identifier: Apache-2.0
import CallModel
import Decisions
import Essentials
import Foundation
import RuleFiles
import Screening
import StrictYAML
import Testing

/// Small rule folders for tests, written as their files would be.
enum RuleTexts {
    static let facts = """
        format: 1
        facts:
          caller:
            type: phone
          caller is:
            type: choice
            values: stranger, client, partner
          service:
            type: choice
            ask: Which service?
            values: site, shop, seo, other
            show:
              ru: сайт, магазин, продвижение, другое
            groups:
              site: sites
              shop: sites
              seo: promotion
            reasons:
              other: SERVICE_NOT_OFFERED
          region:
            type: choice
            values: Moscow, Saint Petersburg, Russia
          budget:
            type: money
            unit: RUB
            ask: What budget?
          decider:
            type: yes/no
            ask: Do you decide?
          repeats:
            type: count
          rating:
            type: number
          start:
            type: days
            ask: When?
          waited:
            type: duration
          time:
            type: time
          caller time:
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

    /// A file with one table at `ring`: the rule "it" answers first, all else is answered.
    static func oneRule(_ cells: String) -> String {
        """
        format: 1
        rules: Test
        zone: Europe/Moscow
        tables:
          - table: ring
            decides: ring
            hits: first
            rules:
              - rule: it
                if:
        \(cells.split(separator: "\n").map { "          \($0)" }.joined(separator: "\n"))
                then: answer first
            otherwise:
              then: answer

        """
    }

    static func set(_ rules: String, facts: String = facts, more: [RuleSource] = []) throws -> RuleSet {
        try RuleSet.load(files: [RuleSource(path: "facts.yaml", text: facts), RuleSource(path: "test.yaml", text: rules)] + more, name: "test")
    }

    /// What is wrong with a file of rules.
    static func problems(_ rules: String, facts: String = facts, more: [RuleSource] = []) -> [SourceProblem] {
        do {
            _ = try set(rules, facts: facts, more: more)
            return []
        } catch let problems as SourceProblems {
            return problems.problems
        } catch {
            Issue.record(error)
            return []
        }
    }

    static func input(_ facts: [String: FactInput], at moment: Moment = .ring, closed: Bool = false, on instant: Instant = noon) -> ScreeningInput {
        ScreeningInput(moment: moment, at: instant, closed: closed, facts: facts)
    }

    /// 2026-03-02 12:00 in Moscow, a Monday.
    static let noon = Instant(unixSeconds: 1_772_442_000)
}
