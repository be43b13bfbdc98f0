// SPDX-License-Identifier: Apache-2.0
public import CallModel
import Decisions
import RuleFiles

extension RuleSet {
    /// Every table that these facts meet, every rule tried, every cell that held or failed. A moment without a table has an empty one.
    public func trace(_ input: ScreeningInput, language: Language) -> Trace {
        guard let moment = programs[input.moment] else { return Trace(tables: [], unknown: [], facts: []) }
        var loaded = load(input, for: moment)
        let verdict = decide(loaded, input, moment, language)
        _ = moment.program.decide(&loaded.facts)
        let facts = loaded.facts
        let deciding = moment.chainPlaces.first { folder.tables[moment.tables[$0]].name == verdict.table }
        let tables = moment.tables.indices.map { place in
            let isAsked = place <= deciding ?? .max
            return table(folder.tables[moment.tables[place]], hit: place == deciding ? verdict.rule : nil, isAsked, facts, language)
        }
        let used = Set(moment.tables.flatMap { folder.tables[$0].rules.flatMap { $0.cells.map(\.fact) } })
        let unknown = used.sorted().filter { facts.states[$0] == .unknown || facts.states[$0] == .open }
        let known = folder.facts.indices.filter { facts.states[$0] == .known || facts.states[$0] == .declined }
        return Trace(
            tables: tables, unknown: unknown.map { folder.facts[$0].name },
            facts: known.map { (folder.facts[$0].name, value(of: $0, facts, language)) })
    }

    private func table(_ table: TableDeclaration, hit: String?, _ isAsked: Bool, _ facts: FactVector, _ language: Language) -> Trace.Table {
        let isInForce = table.inForce?.contains(facts.day) != false
        let rows = isAsked ? table.rules.indices.map { row(table, $0, hit, isInForce, facts, language) } : []
        return Trace.Table(
            table: table.name, hits: table.policy, decides: table.moment, gives: table.givenFact.map { folder.facts[$0].name },
            value: isAsked ? table.givenFact.map { value(of: $0, facts, language) } : nil,
            hit: table.moment == nil ? rows.first { $0.fate == .hit && table.policy.isSingleHit }?.rule : hit, isAsked: isAsked, rows: rows)
    }

    private func row(
        _ table: TableDeclaration, _ index: Int, _ hit: String?, _ isInForce: Bool, _ facts: FactVector, _ language: Language
    ) -> Trace.Row {
        let rule = table.rules[index]
        let tested = rule.cells.filter { $0.cell != .anything }
        let cells = tested.map { cell in
            let because = reason(cell, facts, language)
            return Trace.Cell(
                fact: because.fact, label: because.label, value: because.value, test: because.test, truth: truth(of: cell, facts))
        }
        var fate = Trace.Fate.holds
        if cells.contains(where: { $0.truth == .unknown }) { fate = .unknown }
        if cells.contains(where: { $0.truth == .no }) { fate = .failed }
        if !isInForce || rule.inForce?.contains(facts.day) == false { fate = .outOfForce }
        if fate == .holds, decides(table, index, hit, facts) { fate = .hit }
        let wording = table.givenFact.map { CellWording(fact: folder.facts[$0], language: language) }
        return Trace.Row(rule: rule.name, number: index + 1, fate: fate, cells: cells, gives: rule.outcome.number.flatMap { wording?.value($0) })
    }

    /// Whether a rule that holds is one that made the table's result.
    private func decides(_ table: TableDeclaration, _ index: Int, _ hit: String?, _ facts: FactVector) -> Bool {
        let rule = table.rules[index]
        guard let given = table.givenFact else { return rule.name == hit }
        switch table.policy {
        case .sum, .count, .all: return true
        case .min, .max, .best: return rule.outcome.number == facts.value(given)
        case .first, .onlyOne, .agree:
            return !table.rules[..<index].contains { earlier in
                earlier.inForce?.contains(facts.day) != false && earlier.cells.allSatisfy { truth(of: $0, facts) == .yes }
            }
        }
    }
}
