// SPDX-License-Identifier: Apache-2.0
internal import CallModel
internal import Decisions
internal import RuleFiles
public import Screening
public import StrictYAML
internal import WebServer
public import WireFormats

/// What the commands about a folder of rules say, as JSON of docs/rules-cli.md.
public enum RuleReports {
    /// Every problem with its place.
    public static func problems(_ problems: [SourceProblem]) -> JSON { .array(problems.map(problem)) }

    static func problem(_ problem: SourceProblem) -> JSON {
        [
            "file": .string(problem.file), "line": JSON(problem.line), "column": JSON(problem.column), "code": JSON(problem.code),
            "message": .string(problem.message), "fix": JSON(problem.fix),
        ]
    }

    /// `rules test`: every example with what it got.
    public static func tests(_ set: RuleSet, _ results: [ExampleResult]) -> JSON {
        let failed = results.filter { !$0.passes }.count
        let items = results.map { result -> JSON in
            [
                "example": .string(result.example.name), "file": .string(result.example.place.file), "line": JSON(result.example.place.line),
                "at": .string(result.example.moment.rawValue), "passes": .bool(result.passes), "got": .object(result.verdict.outputs),
                "problems": problems(result.findings.map(\.problem)),
            ]
        }
        return [
            "set": .string(set.name), "hash": .string(set.hash), "examples": JSON(results.count), "failed": JSON(failed), "items": .array(items),
        ]
    }

    /// `rules questions`: what the operator may be asked, in the order of facts.yaml.
    public static func questions(_ set: RuleSet) -> JSON {
        let users = rulesByFact(set)
        let items = set.questions.map { question -> JSON in
            [
                "fact": .string(question.fact), "label": both(question.label), "ask": both(question.ask), "kind": .string(question.kind.name),
                "unit": JSON(unit(question.kind)), "choices": choices(question.kind), "private": .bool(question.isPrivate),
                "rules": .array((users[question.fact] ?? []).map { .string($0) }),
            ]
        }
        return ["set": .string(set.name), "hash": .string(set.hash), "items": .array(items)]
    }

    private static func both(_ text: (Language) -> String) -> JSON { ["en": .string(text(.en)), "ru": .string(text(.ru))] }

    private static func unit(_ kind: AnswerKind) -> String? {
        switch kind {
        case .money(let unit), .number(let unit): unit
        default: nil
        }
    }

    private static func choices(_ kind: AnswerKind) -> JSON {
        switch kind {
        case .choice(let choices), .tags(let choices): .array(choices.map { ["value": .string($0.value), "label": both($0.label)] })
        default: .null
        }
    }

    /// Names of the rules that test a fact, in the order of the files.
    private static func rulesByFact(_ set: RuleSet) -> [String: [String]] {
        var result: [String: [String]] = [:]
        for table in set.folder.tables {
            for rule in table.rules {
                for cell in rule.cells where cell.cell != .anything { result[set.folder.facts[cell.fact].name, default: []].append(rule.name) }
            }
        }
        return result
    }
}
