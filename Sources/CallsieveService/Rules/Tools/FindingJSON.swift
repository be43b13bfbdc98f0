// SPDX-License-Identifier: Apache-2.0
internal import CallModel
internal import RuleFiles
public import Screening
public import WireFormats

/// Findings, differences and proposed examples as JSON of docs/rules-cli.md.
extension RuleReports {
    /// `rules lint`: every finding, and how many are errors.
    public static func findings(_ findings: [Finding], set name: String) -> JSON {
        let errors = findings.filter { $0.severity == .error }.count
        let warnings = findings.filter { $0.severity == .warning }.count
        return ["set": .string(name), "errors": JSON(errors), "warnings": JSON(warnings), "items": .array(findings.map(finding))]
    }

    static func finding(_ finding: Finding) -> JSON {
        [
            "code": .string(finding.code), "severity": .string(finding.severity.rawValue), "file": .string(finding.place.file),
            "line": JSON(finding.place.line), "column": JSON(finding.place.column), "table": JSON(finding.table), "rule": JSON(finding.rule),
            "text": both(finding.text), "fix": finding.fix.map { ["text": both($0.text), "edits": .array($0.edits.map(edit))] } ?? .null,
            "certainty": JSON(finding.certainty?.rawValue), "call": call(finding.call), "calls": finding.calls.map { JSON($0) } ?? .null,
        ]
    }

    static func both(_ wording: Wording) -> JSON { ["en": .string(wording.text(.en)), "ru": .string(wording.text(.ru))] }

    private static func edit(_ edit: TextEdit) -> JSON {
        [
            "file": .string(edit.file), "start": ["line": JSON(edit.start.line), "column": JSON(edit.start.column)],
            "end": ["line": JSON(edit.end.line), "column": JSON(edit.end.column)], "replacement": .string(edit.replacement),
        ]
    }

    private static func call(_ facts: [String: String]) -> JSON {
        .object(facts.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .string($0.value)) })
    }

    /// `rules diff`: exactly the calls that two versions treat differently.
    public static func difference(_ difference: Difference, from old: RuleSet, to new: RuleSet) -> JSON {
        let changes = difference.changes.map { change -> JSON in
            [
                "at": .string(change.moment.rawValue), "before": hit(change.before), "after": hit(change.after), "sentence": both(change.sentence),
                "calls": both(change.calls), "was": both(change.was), "becomes": both(change.becomes), "example": call(change.example),
            ]
        }
        return [
            "from": .string(old.hash), "to": .string(new.hash), "same": .bool(difference.isEmpty),
            "certainty": .string(difference.certainty.rawValue), "searched": .array(difference.searched.map(\.rawValue).sorted().map { .string($0) }),
            "cut": .bool(difference.isCut), "changes": .array(changes),
        ]
    }

    private static func hit(_ hit: (table: String, rule: String)?) -> JSON {
        hit.map { ["table": .string($0.table), "rule": .string($0.rule)] } ?? .null
    }
}

extension RuleReports {
    /// `rules new-examples`.
    public static func proposals(_ examples: [ProposedExample], without: [String]) -> JSON {
        let items = examples.map { example -> JSON in
            [
                "example": .string(example.name), "at": .string(example.moment.rawValue), "table": .string(example.table),
                "rule": .string(example.rule), "closed": .bool(example.closed), "facts": stated(example.facts), "expect": stated(example.expect),
                "yaml": .string(example.yaml),
            ]
        }
        return ["items": .array(items), "without": .array(without.map { .string($0) })]
    }

    private static func stated(_ stated: [ProposedExample.Stated]) -> JSON {
        .object(stated.map { JSON.Member($0.name, .string($0.text)) })
    }
}
