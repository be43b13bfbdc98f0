// SPDX-License-Identifier: Apache-2.0
import CallModel
import Decisions
import RuleFiles
import StrictYAML

/// A promise is checked against all the tables of a moment together (RULES.md 4.12): is there a call that meets `when` and
/// gets what must never come?
struct PromiseCheck {
    let folder: RuleFolder

    /// Promises that can be broken (E07), each with a call that breaks it.
    func problems(_ programs: [Moment: MomentProgram]) -> [SourceProblem] {
        folder.promises.flatMap { promise in
            Moment.allCases.compactMap { moment in
                guard promise.moments?.contains(moment) != false, let program = programs[moment] else { return nil }
                return problem(promise, moment, program)
            }
        }
    }

    private func problem(_ promise: PromiseDeclaration, _ moment: Moment, _ tables: MomentProgram) -> SourceProblem? {
        let cells = Dictionary(promise.when.map { ($0.fact, folder.resolved($0)) }) { first, _ in first }
        let rule = Rule(name: promise.name, cells: cells, outcome: Outcome())
        let program = Program(
            facts: folder.factsForTables, lists: folder.memberships, giving: tables.givingTables,
            chains: [tables.chain, [Table(name: promise.name, role: .decides, policy: .first, rules: [rule])]])
        let search = program.findCall { hits in hits[1] != nil && isBroken(promise, by: hits[0], moment) }
        guard case .found(let call, let hits) = search else { return nil }
        let rules = hits[0].map { hit in
            let table = program.tables[hit.table]
            return "\"\(hit.rule < table.rules.count ? table.rules[hit.rule].name : "otherwise")\" of \(table.name)"
        }
        let facts = CallWording(folder: folder).text(call)
        return SourceProblem(
            file: promise.place.file, line: promise.place.line, column: promise.place.column, code: "E07",
            message: "promise \"\(promise.name)\" is broken at \(moment.rawValue) by \(rules ?? "the service's default") for a call with \(facts)",
            fix: "put a rule that keeps it above, or change the promise")
    }

    private func isBroken(_ promise: PromiseDeclaration, by hit: Program.Hit?, _ moment: Moment) -> Bool {
        let said = promise.outputs.map { output in matches(output, word(output.output, hit, moment)) }
        return promise.isNever ? said.allSatisfy { $0 } : said.contains(false)
    }

    /// An absent output equals no word.
    private func matches(_ promised: PromisedOutput, _ word: String?) -> Bool {
        let isNamed = word.map { word in promised.words.contains { folded($0) == folded(word) } } ?? false
        return isNamed != promised.isNegated
    }

    private func word(_ output: Output, _ hit: Program.Hit?, _ moment: Moment) -> String? {
        guard let hit else {
            let verdict = RuleSet.defaultVerdict(moment)
            return output == .then ? verdict.then?.rawValue : output == .reason ? verdict.reason?.code : nil
        }
        guard case .word(let number) = hit.outcome[output] else { return nil }
        return output == .then ? Lexicon.action(number).rawValue : folder.lexicon.word(number)
    }
}

/// Calls that an analysis found, in words.
struct CallWording {
    let folder: RuleFolder

    /// `service: site, budget: 0 RUB, decider: unknown`; facts in the order of facts.yaml.
    func text(_ call: [Int: Sample]) -> String {
        let parts = call.keys.sorted().compactMap { fact -> String? in
            guard fact < folder.facts.count, let sample = call[fact] else { return nil }
            return "\(folder.facts[fact].name): \(text(sample, folder.facts[fact]))"
        }
        return parts.isEmpty ? "any facts" : parts.joined(separator: ", ")
    }

    private func text(_ sample: Sample, _ fact: FactDeclaration) -> String {
        switch sample {
        case .unknown: return "unknown"
        case .declined: return "declined"
        case .text(let text, let listed): return "\"\(text)\"" + lists(listed)
        case .tags(let bits): return CellWording(fact: fact, language: .en).value(Int64(bitPattern: bits))
        case .values(let values, let listed):
            let wording = CellWording(fact: fact, language: .en)
            guard let range = values.ranges.first else { return "" }
            if fact.type == .phone { return (range == DigitKey.domain ? "any number" : wording.value(range.lowerBound)) + lists(listed) }
            return wording.value(range.lowerBound) + lists(listed)
        }
    }

    private func lists(_ listed: [Int: Bool]) -> String {
        listed.sorted { $0.key < $1.key }.filter { $0.key < folder.lists.count }.map {
            " \($0.value ? "in" : "not in") list \(folder.lists[$0.key].name)"
        }
        .joined(separator: " and")
    }
}
