// SPDX-License-Identifier: Apache-2.0
import CallModel
import Decisions
import RuleFiles

/// E03: rules that all earlier rules together leave nothing.
struct ReachFindings {
    let folder: RuleFolder
    /// Steps for one rule, where a table is too large to look at all calls.
    private static let ruleBudget = 200_000

    func findings(_ moment: AnalysisPass.MomentAnalysis) -> [Finding] {
        let tables = moment.tables
        return tables.chainPlaces.flatMap { place -> [Finding] in
            let declared = folder.tables[tables.tables[place]]
            let never = unreachable(declared.rules.count, place, tables.program, moment.survey)
            return never.rules.map { finding(declared, $0) } + (never.open > 0 ? [unproved(declared, never.open)] : [])
        }
    }

    /// Tables that give a fact by one rule's value.
    func findingsOfGivingTables() -> [Finding] {
        folder.giving.flatMap { index -> [Finding] in
            let table = folder.tables[index]
            guard table.policy.isSingleHit else { return [] }
            let program = folder.program(deciding: folder.compiled[index], before: index)
            let never = unreachable(table.rules.count, program.tables.count - 1, program, program.survey())
            return never.rules.map { finding(table, $0) } + (never.open > 0 ? [unproved(table, never.open)] : [])
        }
    }

    /// Rules that no call hits, and how many could not be told: where a table is too large to look at all its calls, each
    /// rule is looked at by itself.
    private func unreachable(_ count: Int, _ place: Int, _ program: Program, _ survey: Survey?) -> (rules: [Int], open: Int) {
        if let survey { return ((0..<count).filter { survey.reach.rules[place]?.contains($0) != true }, 0) }
        let found = (0..<count).map { program.findCall(hitting: $0, of: place, budget: Self.ruleBudget) }
        return (found.indices.filter { found[$0] == .none }, found.count { $0 == .gaveUp })
    }

    private func unproved(_ table: TableDeclaration, _ count: Int) -> Finding {
        var finding = Finding(
            code: "E03", severity: .information, place: table.place,
            text: Wording([
                .en: "for \(count) rules of \(table.name) it could not be told whether they can win: there are too many calls to look at (searched)",
                .ru: "про \(count) правил таблицы \(table.name) не удалось узнать, могут ли они сработать: звонков слишком много (поиск)",
            ]))
        finding.table = table.name
        finding.certainty = .searched
        return finding
    }

    private func finding(_ table: TableDeclaration, _ index: Int) -> Finding {
        let rule = table.rules[index]
        var finding = Finding(
            code: "E03", severity: .error, place: rule.place,
            text: Wording([
                .en: "rule \"\(rule.name)\" can never win: every call it holds for is decided before it (proved)",
                .ru: "правило «\(rule.name)» никогда не сработает: все его звонки решены раньше (доказано)",
            ]))
        let above = table.rules[..<index].first { covers($0, rule) } ?? table.rules[..<index].first
        finding.fix = Finding.Fix(
            text: above.map {
                Wording([
                    .en: "move it above \"\($0.name)\", or delete it", .ru: "поставьте его выше «\($0.name)» или удалите",
                ])
            } ?? Wording([.en: "delete it", .ru: "удалите его"]))
        finding.rule = rule.name
        finding.table = table.name
        finding.certainty = .proved
        return finding
    }

    /// Whether one rule alone holds for all that another holds for.
    func covers(_ rule: RuleDeclaration, _ other: RuleDeclaration) -> Bool {
        rule.inForce == nil
            && rule.cells.allSatisfy { cell in
                if cell.cell == .anything { return true }
                guard let same = other.cells.first(where: { $0.fact == cell.fact }) else { return false }
                switch (cell.cell, same.cell) {
                case (.values(let wide), .values(let narrow)): return wide.intersection(narrow) == narrow
                case (.known, .values), (.known, .test), (.unknown, .declined): return true
                default: return cell.cell == same.cell
                }
            }
    }
}

extension RuleFolder {
    /// One table as if it decided, behind the giving tables that come before it.
    func program(deciding table: Table, before index: Int?) -> Program {
        let place = index.flatMap { giving.firstIndex(of: $0) } ?? giving.count
        return Program(
            facts: factsForTables, lists: memberships, giving: giving[..<place].map { compiled[$0] }, chains: [[table]])
    }
}

/// E02: cells that no value of the giving table meets.
struct CellFindings {
    let folder: RuleFolder

    func findings() -> [Finding] {
        var givers: [Int: Int] = [:]
        for index in folder.giving { if let fact = folder.tables[index].givenFact { givers[fact] = index } }
        var known: [CellDeclaration: Bool] = [:]
        return folder.tables.flatMap { table in
            table.rules.flatMap { rule in
                rule.cells.compactMap { cell -> Finding? in
                    guard givers[cell.fact] != nil, cell.cell != .anything else { return nil }
                    var key = cell
                    key.place = SourcePlace(file: "", line: 0, column: 0)
                    let isMet = known[key] ?? self.isMet(cell)
                    known[key] = isMet
                    return isMet ? nil : finding(cell, rule, table)
                }
            }
        }
    }

    private func isMet(_ cell: CellDeclaration) -> Bool {
        let rule = Rule(name: "", cells: [cell.fact: folder.resolved(cell)], outcome: Outcome())
        let table = Table(name: "", role: .decides, policy: .first, rules: [rule])
        let program = folder.program(deciding: table, before: nil)
        return program.findCall(hitting: 0, of: program.tables.count - 1) != .none
    }

    private func finding(_ cell: CellDeclaration, _ rule: RuleDeclaration, _ table: TableDeclaration) -> Finding {
        let fact = folder.facts[cell.fact].name
        var finding = Finding(
            code: "E02", severity: .error, place: cell.place,
            text: Wording([
                .en: "rule \"\(rule.name)\": \(fact) is never \"\(cell.text)\": no rule of the table that gives it comes to that",
                .ru: "правило «\(rule.name)»: \(fact) не бывает «\(cell.text)»: таблица, которая его даёт, к такому не приходит",
            ]),
            fix: Finding.Fix(text: Wording([.en: "choose another bound, or delete the rule", .ru: "возьмите другую границу или удалите правило"])))
        finding.rule = rule.name
        finding.table = table.name
        finding.certainty = .proved
        return finding
    }
}

/// E04: rows of `only one` that overlap, and rows of `agree` that overlap and say different things.
struct ConflictFindings {
    let folder: RuleFolder

    func findings(table index: Int) -> [Finding] {
        let declared = folder.tables[index]
        guard declared.policy == .onlyOne || declared.policy == .agree else { return [] }
        let giver = folder.giving.contains(index) ? index : nil
        let program = folder.program(deciding: folder.compiled[index], before: giver)
        let overlaps = program.overlaps(in: program.tables.count - 1)
        return overlaps.pairs.compactMap { first, second in
            let (left, right) = (declared.rules[first], declared.rules[second])
            guard declared.policy == .onlyOne || !agree(left.outcome, right.outcome), !hangsOnList(left, right) else { return nil }
            var finding = Finding(
                code: "E04", severity: .error, place: right.place,
                text: Wording([
                    .en:
                        "rules \"\(left.name)\" and \"\(right.name)\" can hold for one call, and \(declared.name) hits by \"\(declared.policy.rawValue)\"",
                    .ru:
                        "правила «\(left.name)» и «\(right.name)» могут подойти к одному звонку, а таблица \(declared.name) — «\(declared.policy.rawValue)»",
                ]),
                fix: Finding.Fix(
                    text: Wording([.en: "narrow one of them, or write hits: first", .ru: "сузьте одно из них или напишите hits: first"])))
            finding.rule = right.name
            finding.table = declared.name
            finding.certainty = overlaps.isComplete ? .proved : .searched
            return finding
        }
    }

    /// Lists change, so that such an overlap can't be excluded; the decision then says `conflict`.
    private func hangsOnList(_ left: RuleDeclaration, _ right: RuleDeclaration) -> Bool {
        (left.cells + right.cells).contains { cell in
            guard case .test(let test) = cell.cell else { return false }
            return test.atoms.contains { if case .list = $0 { true } else { false } }
        }
    }

    private func agree(_ left: OutcomeDeclaration, _ right: OutcomeDeclaration) -> Bool {
        left.then == right.then && left.reason == right.reason && left.group == right.group && left.to == right.to
            && left.within == right.within && left.priority == right.priority && left.number == right.number
    }
}
