// SPDX-License-Identifier: Apache-2.0
import CallModel
import Decisions
import RuleFiles

/// W01: calls with all facts known that only `otherwise` catches, the largest sets of them first.
struct GapFindings {
    let folder: RuleFolder
    private static let shownMax = 3
    private static let lookedAtMax = 500

    func findings(_ moment: AnalysisPass.MomentAnalysis) -> [Finding] {
        guard let place = moment.tables.chainPlaces.last else { return [] }
        let table = folder.tables[moment.tables.tables[place]]
        guard table.otherwise != nil, !table.rules.isEmpty else { return [] }
        let regions: [Region]
        var isCut = false
        if let survey = moment.survey {
            (regions, isCut) = survey.regions(hitting: table.rules.count, of: place, onlyKnown: true, limit: Self.lookedAtMax)
        } else {
            let search = moment.tables.program.findCall(hitting: table.rules.count, of: place)
            guard case .found(let call, _) = search else { return [] }
            regions = [Region(facts: call.mapValues { [$0] })]
            isCut = true
        }
        guard !regions.isEmpty else { return [] }
        let largest = regions.enumerated().sorted { (-size($0.element), $0.offset) < (-size($1.element), $1.offset) }.map(\.element)
        return [finding(table, Array(largest.prefix(Self.shownMax)), isMore: isCut || regions.count > Self.shownMax, moment)]
    }

    /// The share of all calls, were every value of a fact as likely as any other.
    private func size(_ region: Region) -> Double {
        region.facts.reduce(1) { size, fact in
            guard fact.key < folder.facts.count, case .scale(let domain) = folder.facts[fact.key].domain else { return size / 2 }
            let values = fact.value.reduce(0.0) { sum, sample in
                guard case .values(let set, let listed) = sample else { return sum }
                let share = set.ranges.reduce(0.0) {
                    $0 + (Double($1.upperBound) - Double($1.lowerBound) + 1) / (Double(domain.upperBound) - Double(domain.lowerBound) + 1)
                }
                return sum + share / Double(1 << listed.count)
            }
            return size * values
        }
    }

    private func finding(_ table: TableDeclaration, _ regions: [Region], isMore: Bool, _ moment: AnalysisPass.MomentAnalysis) -> Finding {
        let wording = RegionWording(folder)
        func list(_ language: Language) -> String {
            regions.map { "[\(wording.text($0, language))]" }.joined(separator: ", ")
                + (isMore ? (language == .ru ? " и другие" : " and others") : "")
        }
        var finding = Finding(
            code: "W01", severity: .warning, place: table.otherwisePlace ?? table.place,
            text: Wording([
                .en: "only otherwise of \(table.name) catches calls with \(list(.en))",
                .ru: "только otherwise таблицы \(table.name) ловит звонки, где \(list(.ru))",
            ]))
        finding.fix = Finding.Fix(
            text: Wording([.en: "add a rule for them if otherwise is not meant", .ru: "добавьте для них правило, если otherwise не подходит"]))
        finding.table = table.name
        finding.certainty = moment.certainty
        finding.call = regions.first.map { wording.call($0.example) } ?? [:]
        return finding
    }
}

/// W02: rules that overlap with later ones that say something else, so that their order decides.
struct OrderFindings {
    let set: RuleSet
    private static let namedMax = 5

    func findings(_ moment: AnalysisPass.MomentAnalysis, _ history: [ScreeningInput]) -> [Finding] {
        let calls = history.filter { $0.moment == moment.moment }.map { set.loaded($0) }
        return moment.tables.chainPlaces.flatMap { place -> [Finding] in
            let table = set.folder.tables[moment.tables.tables[place]]
            guard table.policy == .first else { return [] }
            let source = moment.tables.program.tables[place]
            let overlaps = moment.tables.program.overlaps(in: place)
            let others = Dictionary(grouping: overlaps.pairs.filter { differ(source.rules[$0.first], source.rules[$0.second]) }, by: \.first)
            let findings = others.sorted { $0.key < $1.key }.map { first, pairs in
                finding(table, first, pairs.map(\.second), overlaps.isComplete ? .proved : .searched, calls)
            }
            return calls.isEmpty ? findings : findings.sorted { ($0.calls ?? 0) > ($1.calls ?? 0) }
        }
    }

    private func differ(_ left: Rule, _ right: Rule) -> Bool {
        Program.comparedOutputs.contains { left.outcome[$0] != right.outcome[$0] }
    }

    private func finding(_ table: TableDeclaration, _ first: Int, _ later: [Int], _ certainty: Finding.Certainty, _ calls: [FactVector]) -> Finding {
        let rule = table.rules[first]
        let named = later.prefix(Self.namedMax).map { table.rules[$0].name }
        let more = later.count - named.count
        let (en, ru) = (named.map { "\"\($0)\"" }.joined(separator: ", "), named.map { "«\($0)»" }.joined(separator: ", "))
        var finding = Finding(
            code: "W02", severity: .warning, place: rule.place,
            text: Wording([
                .en:
                    "rule \"\(rule.name)\" comes before \(en)\(more > 0 ? " and \(more) more" : ""), which hold for some of its calls and say something else",
                .ru:
                    "правило «\(rule.name)» стоит раньше \(ru)\(more > 0 ? " и ещё \(more)" : ""): они подходят к части его звонков и говорят другое",
            ]))
        finding.rule = rule.name
        finding.table = table.name
        finding.certainty = certainty
        if !calls.isEmpty {
            finding.calls = calls.count { facts in holds(rule, facts) && later.contains { holds(table.rules[$0], facts) } }
        }
        return finding
    }

    private func holds(_ rule: RuleDeclaration, _ facts: FactVector) -> Bool {
        rule.inForce?.contains(facts.day) != false
            && rule.cells.allSatisfy { set.folder.resolved($0).truth(of: $0.fact, in: facts, lists: set.folder.memberships) == .yes }
    }
}
