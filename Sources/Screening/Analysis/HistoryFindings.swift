// SPDX-License-Identifier: Apache-2.0
import CallModel
import Decisions
import RuleFiles

/// W04: rules that no example and no call of the history hits; W05: rules that hang on a fact that is mostly unknown.
struct HistoryFindings {
    let set: RuleSet
    private var folder: RuleFolder { self.set.folder }

    private struct Name: Hashable {
        let table: String
        let rule: String
    }

    func findings(_ history: [ScreeningInput]) -> [Finding] {
        let byExample = Set(folder.examples.compactMap { name(set.decide($0)) })
        var byCall: [Name: Int] = [:]
        for call in history {
            var call = call
            call.closed = true
            if let name = name(set.decide(call)) { byCall[name, default: 0] += 1 }
        }
        let moments = Set(history.map(\.moment))
        return folder.tables.flatMap { table -> [Finding] in
            guard let moment = table.moment else { return [] }
            return table.rules.flatMap { rule -> [Finding] in
                let name = Name(table: table.name, rule: rule.name)
                var findings: [Finding] = []
                if !folder.examples.isEmpty, !byExample.contains(name) { findings.append(withoutExample(rule, table)) }
                if moments.contains(moment), byCall[name] == nil { findings.append(withoutCall(rule, table, history.count { $0.moment == moment })) }
                return findings + hanging(rule, table, history.filter { $0.moment == moment })
            }
        }
    }

    private func name(_ verdict: Verdict) -> Name? {
        guard let table = verdict.table, let rule = verdict.rule else { return nil }
        return Name(table: table, rule: rule)
    }

    private func finding(_ code: String, _ rule: RuleDeclaration, _ table: TableDeclaration, _ en: String, _ ru: String, _ fix: (String, String))
        -> Finding
    {
        var finding = Finding(
            code: code, severity: .warning, place: rule.place, text: Wording([.en: en, .ru: ru]),
            fix: Finding.Fix(text: Wording([.en: fix.0, .ru: fix.1])))
        finding.rule = rule.name
        finding.table = table.name
        return finding
    }

    private func withoutExample(_ rule: RuleDeclaration, _ table: TableDeclaration) -> Finding {
        finding(
            "W04", rule, table, "no example hits rule \"\(rule.name)\"", "ни один пример не попадает в правило «\(rule.name)»",
            ("add an example", "добавьте пример"))
    }

    private func withoutCall(_ rule: RuleDeclaration, _ table: TableDeclaration, _ count: Int) -> Finding {
        var found = finding(
            "W04", rule, table, "none of \(count) calls hit rule \"\(rule.name)\"", "ни один из звонков (\(count)) не попал в правило «\(rule.name)»",
            ("see whether it is still needed", "проверьте, нужно ли оно ещё"))
        found.calls = 0
        return found
    }

    private func hanging(_ rule: RuleDeclaration, _ table: TableDeclaration, _ history: [ScreeningInput]) -> [Finding] {
        guard !history.isEmpty else { return [] }
        return rule.cells.compactMap { cell in
            let fact = folder.facts[cell.fact]
            guard cell.cell != .anything, fact.ask != nil else { return nil }
            let known = history.count { $0.facts[fact.name] != nil }
            guard known * 2 < history.count else { return nil }
            var found = finding(
                "W05", rule, table, "rule \"\(rule.name)\" hangs on \(fact.name), which is asked in \(known) of \(history.count) calls",
                "правило «\(rule.name)» держится на \(fact.name), а его спросили в \(known) из \(history.count) звонков",
                ("ask for it earlier, or do without it", "спрашивайте раньше или обойдитесь без него"))
            found.calls = known
            return found
        }
    }
}

/// W07: entries of lists that have ended, and entries that another one covers.
struct ListFindings {
    let folder: RuleFolder
    private static let rowsMax = 1_000_000

    func findings(today: Int64?) -> [Finding] {
        folder.lists.flatMap { list -> [Finding] in
            guard list.rows.count <= Self.rowsMax else { return [] }
            let ended = today.map { today in list.rows.filter { $0.until < today }.map { self.ended($0, list) } } ?? []
            return ended + covered(list)
        }
    }

    private func finding(_ row: ListDeclaration.Row, _ list: ListDeclaration, _ en: String, _ ru: String) -> Finding {
        Finding(
            code: "W07", severity: .warning, place: SourcePlace(file: list.file, line: Int(row.line), column: 1),
            text: Wording([.en: en, .ru: ru]), fix: Finding.Fix(text: Wording([.en: "delete the line", .ru: "удалите строку"])))
    }

    private func ended(_ row: ListDeclaration.Row, _ list: ListDeclaration) -> Finding {
        let day = CivilDate.text(row.until)
        return finding(row, list, "the entry \(row.key) of \(list.name) ended on \(day)", "запись \(row.key) списка \(list.name) закончилась \(day)")
    }

    /// Entries that say nothing beside a shorter one that lasts as long.
    private func covered(_ list: ListDeclaration) -> [Finding] {
        switch list.holds {
        case .phone: return coveredNumbers(list)
        case .phonePrefix: return []
        case .date, .word:
            var seen: [String: ListDeclaration.Row] = [:]
            return list.rows.compactMap { row in
                let key = list.holds == .word ? folded(row.key) : "\(row.value)"
                defer { if seen[key] == nil { seen[key] = row } }
                return seen[key].flatMap { other in
                    other.until < row.until
                        ? nil : finding(row, list, "\(row.key) stands in \(list.name) twice", "\(row.key) стоит в списке \(list.name) дважды")
                }
            }
        }
    }

    private func coveredNumbers(_ list: ListDeclaration) -> [Finding] {
        var byKey: [String: ListDeclaration.Row] = [:]
        for row in list.rows {
            let digits = DigitKey.digits(row.value)
            if let other = byKey[digits], other.until >= row.until { continue }
            byKey[digits] = row
        }
        return list.rows.compactMap { row in
            let digits = DigitKey.digits(row.value)
            for length in stride(from: digits.count, to: 0, by: -1) {
                guard let other = byKey[String(digits.prefix(length))], other.line != row.line, other.until >= row.until else { continue }
                return finding(
                    row, list, "the entry \(row.key) of \(list.name) is covered by \(other.key)",
                    "запись \(row.key) списка \(list.name) уже есть: её покрывает \(other.key)")
            }
            return nil
        }
    }
}

/// I01: what a draft changes of the live version.
struct ChangeFindings {
    let live: RuleSet
    let draft: RuleSet

    func findings(_ history: [ScreeningInput]) -> [Finding] {
        let difference = Difference.between(live, draft)
        let changed = history.count { difference.contains($0) == true }
        return difference.changes.map { change in
            let table = draft.folder.tables.first { $0.name == change.after?.table }
            let rule = table?.rules.first { $0.name == change.after?.rule }
            var finding = Finding(
                code: "I01", severity: .information,
                place: rule?.place ?? table?.place ?? SourcePlace(file: draft.folder.tables.first?.place.file ?? "", line: 0, column: 0),
                text: change.sentence)
            finding.rule = change.after?.rule
            finding.table = change.after?.table
            finding.certainty = difference.searched.contains(change.moment) ? .searched : .proved
            finding.call = change.example
            if !history.isEmpty { finding.calls = changed }
            return finding
        }
    }
}
