// SPDX-License-Identifier: Apache-2.0
import CallModel
import Decisions
import RuleFiles

/// A promise is checked against all the tables of a moment together (RULES.md 4.12): is there a call that meets `when` and
/// gets what must never come?
struct PromiseCheck {
    let folder: RuleFolder

    /// Promises that can be broken (E07), each with a call that breaks it.
    func findings(_ programs: [Moment: MomentProgram]) -> [Finding] {
        folder.promises.flatMap { promise in
            Moment.allCases.compactMap { moment in
                guard promise.moments?.contains(moment) != false, let program = programs[moment] else { return nil }
                return finding(promise, moment, program)
            }
        }
    }

    private func finding(_ promise: PromiseDeclaration, _ moment: Moment, _ tables: MomentProgram) -> Finding? {
        let cells = Dictionary(promise.when.map { ($0.fact, folder.resolved($0)) }) { first, _ in first }
        let rule = Rule(name: promise.name, cells: cells, outcome: Outcome())
        let program = Program(
            facts: folder.factsForTables, lists: folder.memberships, giving: tables.givingTables,
            chains: [tables.chain, [Table(name: promise.name, role: .decides, policy: .first, rules: [rule])]])
        let promised = [(table: program.tables.count - 1, rule: 0)]
        let isBrokenByDefault = isBroken(promise, by: nil, moment)
        let among = isBrokenByDefault ? [promised] : [breaking(promise, moment, program, tables), promised]
        let search = program.findCall(among: among) { hits in
            hits[1] != nil && isBroken(promise, by: hits[0]?.outcome, moment)
        }
        if search == .gaveUp { return unproved(promise, moment) }
        guard case .found(let call, let hits) = search else { return nil }
        let (en, ru): (String, String) =
            hits[0].map { hit in
                let table = program.tables[hit.table]
                let name = hit.rule < table.rules.count ? table.rules[hit.rule].name : "otherwise"
                return ("\"\(name)\" of \(table.name)", "«\(name)» таблицы \(table.name)")
            } ?? ("the service's default", "решение службы по умолчанию")
        let regions = RegionWording(folder)
        let facts = regions.text(call)
        var finding = Finding(
            code: "E07", severity: .error, place: promise.place,
            text: Wording([
                .en: "promise \"\(promise.name)\" is broken at \(moment.rawValue) by \(en) for a call with \(facts)",
                .ru: "обещание «\(promise.name)» нарушает при \(moment.rawValue) правило \(ru) для звонка: \(facts)",
            ]),
            fix: Finding.Fix(
                text: Wording([
                    .en: "put a rule that keeps it above, or change the promise",
                    .ru: "поставьте выше правило, которое его держит, или измените обещание",
                ])))
        finding.rule = promise.name
        finding.certainty = .proved
        finding.call = regions.call(call)
        return finding
    }

    /// Too many calls to look at all of them, and none was found that breaks the promise.
    private func unproved(_ promise: PromiseDeclaration, _ moment: Moment) -> Finding {
        var finding = Finding(
            code: "E07", severity: .information, place: promise.place,
            text: Wording([
                .en: "no call was found that breaks promise \"\(promise.name)\" at \(moment.rawValue), but not all could be looked at (searched)",
                .ru: "звонка, нарушающего обещание «\(promise.name)» при \(moment.rawValue), не нашлось, но просмотрены не все (поиск)",
            ]))
        finding.rule = promise.name
        finding.certainty = .searched
        return finding
    }

    /// Rules of the moment that say what the promise excludes; `by <fact>` may come to anything.
    private func breaking(_ promise: PromiseDeclaration, _ moment: Moment, _ program: Program, _ tables: MomentProgram) -> [(table: Int, rule: Int)] {
        tables.chainPlaces.flatMap { place -> [(table: Int, rule: Int)] in
            let table = program.tables[place]
            return (table.rules.map(\.outcome) + (table.otherwise.map { [$0] } ?? [])).enumerated().filter { _, outcome in
                let isOpen = promise.outputs.contains { if case .by = outcome[$0.output] { true } else { false } }
                return isOpen || isBroken(promise, by: outcome, moment)
            }.map { (place, $0.offset) }
        }
    }

    private func isBroken(_ promise: PromiseDeclaration, by said: Outcome?, _ moment: Moment) -> Bool {
        let said = promise.outputs.map { output in matches(output, word(output.output, said, moment)) }
        return promise.isNever ? said.allSatisfy { $0 } : said.contains(false)
    }

    /// An absent output equals no word.
    private func matches(_ promised: PromisedOutput, _ word: String?) -> Bool {
        let isNamed = word.map { word in promised.words.contains { folded($0) == folded(word) } } ?? false
        return isNamed != promised.isNegated
    }

    private func word(_ output: Output, _ said: Outcome?, _ moment: Moment) -> String? {
        guard let said else {
            let verdict = RuleSet.defaultVerdict(moment)
            return output == .then ? verdict.then?.rawValue : output == .reason ? verdict.reason?.code : nil
        }
        guard case .word(let number) = said[output] else { return nil }
        return output == .then ? Lexicon.action(number).rawValue : folder.lexicon.word(number)
    }
}
