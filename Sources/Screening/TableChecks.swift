// SPDX-License-Identifier: Apache-2.0
import CallModel
import Decisions
import RuleFiles
import StrictYAML

/// What no single line shows: rules that can never win (E03) and rules that contradict each other (E04).
struct TableChecks {
    let folder: RuleFolder

    func problems(_ programs: [Moment: MomentProgram]) -> [SourceProblem] {
        Moment.allCases.flatMap { moment in programs[moment].map { neverWinning($0) + conflicts($0) } ?? [] }
    }

    /// Rules that all earlier rules together leave nothing.
    private func neverWinning(_ tables: MomentProgram) -> [SourceProblem] {
        guard let reach = tables.program.reach() else { return [] }
        return tables.chainPlaces.flatMap { place -> [SourceProblem] in
            let declared = folder.tables[tables.tables[place]]
            return declared.rules.indices.filter { reach.rules[place]?.contains($0) != true }.map { index in
                let rule = declared.rules[index]
                return SourceProblem(
                    file: rule.place.file, line: rule.place.line, column: rule.place.column, code: "E03",
                    message: "rule \"\(rule.name)\" can never win: every call it holds for is decided before it (proved)",
                    fix: index > 0 ? "move it above \"\(declared.rules[0].name)\", or delete it" : "delete it")
            }
        }
    }

    /// Rows of `only one` that overlap, and rows of `agree` that overlap and say different things.
    private func conflicts(_ tables: MomentProgram) -> [SourceProblem] {
        tables.tables.indices.flatMap { place -> [SourceProblem] in
            let declared = folder.tables[tables.tables[place]]
            guard declared.policy == .onlyOne || declared.policy == .agree else { return [] }
            return tables.program.overlaps(in: place).compactMap { first, second in
                let (left, right) = (declared.rules[first], declared.rules[second])
                guard declared.policy == .onlyOne || !agree(left.outcome, right.outcome), !hangsOnList(left, right) else { return nil }
                return SourceProblem(
                    file: right.place.file, line: right.place.line, column: right.place.column, code: "E04",
                    message:
                        "rules \"\(left.name)\" and \"\(right.name)\" can hold for one call, and \(declared.name) hits by \"\(declared.policy.rawValue)\"",
                    fix: "narrow one of them, or write hits: first")
            }
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
