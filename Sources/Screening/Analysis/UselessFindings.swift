// SPDX-License-Identifier: Apache-2.0
import CallModel
import Decisions
import RuleFiles

/// W03: facts that rules ask for and that never change what is said, and neighbouring rules that can be one. Both are told
/// only where the table without them was compared with the table as it is, and proved to be the same.
struct UselessFindings {
    let folder: RuleFolder
    /// Larger tables are data rather than rules: people do not merge their lines by hand.
    private static let mergedMax = 300
    private static let comparisonBudget = 300_000

    func findings(_ moment: AnalysisPass.MomentAnalysis) -> [Finding] {
        guard let survey = moment.survey else { return [] }
        let idle = survey.idleFacts().sorted().compactMap { idleFact($0, moment) }
        return idle + moment.tables.chainPlaces.flatMap { merges($0, moment) }
    }

    // MARK: - Columns

    private func idleFact(_ fact: Int, _ moment: AnalysisPass.MomentAnalysis) -> Finding? {
        let tables = moment.tables
        guard fact < folder.facts.count else { return nil }
        let chain = tables.chain.map { table -> Table in
            var without = table
            without.rules = without.rules.map { rule in
                var rule = rule
                rule.cells[fact] = nil
                return rule
            }
            return without
        }
        let cells = tables.chainPlaces.flatMap { folder.tables[tables.tables[$0]].rules }.flatMap(\.cells).filter {
            $0.fact == fact && $0.cell != .anything
        }
        guard let first = cells.first, isSame(tables.chain, chain, tables) else { return nil }
        let name = folder.facts[fact].name
        var finding = Finding(
            code: "W03", severity: .warning, place: first.place,
            text: Wording([
                .en: "\(name) never changes what is said: the \(cells.count) cells that ask for it can go",
                .ru: "\(name) ни на что не влияет: ячейки, которые его спрашивают (\(cells.count)), можно убрать",
            ]), fix: Finding.Fix(text: Wording([.en: "delete these cells", .ru: "удалите эти ячейки"])))
        finding.certainty = .proved
        finding.call = ["": name]
        return finding
    }

    private func isSame(_ chain: [Table], _ other: [Table], _ tables: MomentProgram) -> Bool {
        let program = Program(
            facts: folder.factsForTables, lists: folder.memberships, giving: tables.givingTables, chains: [chain, other])
        return program.comparison(budget: Self.comparisonBudget)?.isEmpty == true
    }

    // MARK: - Rows

    private func merges(_ place: Int, _ moment: AnalysisPass.MomentAnalysis) -> [Finding] {
        let tables = moment.tables
        let declared = folder.tables[tables.tables[place]]
        guard declared.rules.count <= Self.mergedMax, declared.policy.isSingleHit, declared.policy != .best else { return [] }
        let index = place - tables.chainPlaces.lowerBound
        var findings: [Finding] = []
        for (first, second) in zip(declared.rules.indices, declared.rules.indices.dropFirst()) {
            guard let fact = joint(declared.rules[first], declared.rules[second]) else { continue }
            guard let cell = union(tables.chain[index].rules[first].cells[fact], tables.chain[index].rules[second].cells[fact], fact) else {
                continue
            }
            var chain = tables.chain
            chain[index].rules[first].cells[fact] = cell
            chain[index].rules.remove(at: second)
            guard isSame(tables.chain, chain, tables) else { continue }
            findings.append(finding(declared, first, second, fact, cell))
        }
        return findings
    }

    /// The one fact that two rules of the same outputs differ in.
    private func joint(_ first: RuleDeclaration, _ second: RuleDeclaration) -> Int? {
        guard first.outcome == second.outcome, first.inForce == second.inForce else { return nil }
        let (left, right) = (cells(first), cells(second))
        guard Set(left.keys) == Set(right.keys) else { return nil }
        let different = left.keys.filter { left[$0] != right[$0] }
        return different.count == 1 ? different.first : nil
    }

    private func cells(_ rule: RuleDeclaration) -> [Int: Cell] {
        Dictionary(rule.cells.filter { $0.cell != .anything }.map { ($0.fact, $0.cell) }) { first, _ in first }
    }

    private func union(_ first: Cell?, _ second: Cell?, _ fact: Int) -> Cell? {
        guard case .values(let left)? = first, case .values(let right)? = second, case .scale(let domain) = folder.facts[fact].domain else {
            return nil
        }
        let both = left.union(right)
        return both == IntervalSet([domain]) ? .known : .values(both)
    }

    private func finding(_ table: TableDeclaration, _ first: Int, _ second: Int, _ fact: Int, _ cell: Cell) -> Finding {
        let (left, right) = (table.rules[first], table.rules[second])
        var text = "known"
        if case .values(let set) = cell { text = CellWording(fact: folder.facts[fact].withoutUnit, language: .en).set(set) }
        var finding = Finding(
            code: "W03", severity: .warning, place: right.place,
            text: Wording([
                .en: "rules \"\(left.name)\" and \"\(right.name)\" can be one: \(folder.facts[fact].name): \(text)",
                .ru: "правила «\(left.name)» и «\(right.name)» можно слить в одно: \(folder.facts[fact].name): \(text)",
            ]), fix: Finding.Fix(text: Wording([.en: "make one rule of them", .ru: "сделайте из них одно правило"])))
        finding.rule = right.name
        finding.table = table.name
        finding.certainty = .proved
        return finding
    }
}

extension FactDeclaration {
    /// For texts of cells, which have no unit.
    var withoutUnit: FactDeclaration {
        var fact = self
        fact.unit = nil
        return fact
    }
}
