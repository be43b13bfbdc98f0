// SPDX-License-Identifier: Apache-2.0
internal import CallModel
internal import Essentials
public import Screening
public import Store
internal import WebServer
public import WireFormats

/// `rules replay`: a draft over the decisions of a period. Facts are those that were stored, so that the only thing that changes is the rules.
extension RuleHistory {
    /// Decisions named for each change.
    static let samples = 5

    /// Decisions of a period that can be made again, with what became of their leads.
    private struct Past {
        var calls = RecordedCalls()
        var decided: [DecidedCall] = []
        var erased = 0
        var overridden = 0

        mutating func add(_ call: DecidedCall) {
            if call.decision.erased {
                erased += 1
            } else if call.decision.overriddenBy != nil {
                overridden += 1
            } else {
                calls.append(call.decision.input, id: call.decision.id.value)
                decided.append(call)
            }
        }
    }

    /// - Parameters:
    ///   - draft: decides again what the set of `span` decided.
    ///   - span: names the set and the period.
    public func replay(_ draft: RuleSet, over span: DecisionSpan) async throws -> JSON {
        var past = Past()
        try await each(span) { past.add($0) }
        let (before, after) = (ReplayedVerdicts(recorded: past.decided.lazy.map(\.decision.verdict)), Replay.verdicts(of: draft, over: past.calls))
        let difference = ReplayDifference(before, after)
        return [
            "set": JSON(span.ruleSet), "draft": .string(draft.hash), "from": .string(span.from.rfc3339), "to": .string(span.to.rfc3339),
            "compared": JSON(difference.compared), "changed": JSON(difference.changed), "erased": JSON(past.erased),
            "overridden": JSON(past.overridden), "changes": .array(difference.changes.map { Self.change($0, past.decided) }),
            "rules": Self.rules(before, after),
        ]
    }

    static func change(_ change: ReplayDifference.Change, _ decided: [DecidedCall]) -> JSON {
        var value = LeadValue()
        for row in change.rows { value.add(decided[row]) }
        let moments = Set(change.rows.map { decided[$0].decision.input.moment.rawValue }).sorted()
        return [
            "calls": JSON(change.rows.count), "at": .array(moments.map { .string($0) }), "from": .object(change.from.outputs),
            "to": .object(change.to.outputs), "became": value.json,
            "decisions": .array(change.rows.prefix(samples).map { .string(decided[$0].decision.ulid.description) }),
            "sentence": ["en": .string(sentence(change, value, .en)), "ru": .string(sentence(change, value, .ru))],
        ]
    }

    private static func sentence(_ change: ReplayDifference.Change, _ value: LeadValue, _ language: Language) -> String {
        let (from, to) = (words(change.from, language), words(change.to, language))
        let became = value.words(language)
        let count = change.rows.count
        if language == .ru { return "Звонков: \(count) - было: \(from), станет: \(to)" + (became.isEmpty ? "." : "; \(became).") }
        return "\(count) call\(count == 1 ? "" : "s"): \(from) before, \(to) with the draft" + (became.isEmpty ? "." : "; \(became).")
    }

    /// "drop BUDGET_LOW by 'too small'".
    private static func words(_ verdict: Verdict, _ language: Language) -> String {
        let parts = [verdict.then?.rawValue, verdict.reason?.code, verdict.group, verdict.to].compactMap { $0 }
        let what = parts.isEmpty ? "?" : parts.joined(separator: " ")
        guard let rule = verdict.rule else { return what }
        return language == .ru ? "\(what) («\(rule)»)" : "\(what) by '\(rule)'"
    }

    /// How many calls each rule decides before and after, the largest difference first.
    private static func rules(_ before: ReplayedVerdicts, _ after: ReplayedVerdicts) -> JSON {
        let (old, new) = (before.hits(), after.hits())
        let rows = Set(old.keys).union(new.keys).map { (hit: $0, before: old[$0] ?? 0, after: new[$0] ?? 0) }
        let sorted = rows.sorted { left, right in
            let (first, second) = (abs(left.after - left.before), abs(right.after - right.before))
            return first != second ? first > second : (left.hit.table ?? "", left.hit.rule ?? "") < (right.hit.table ?? "", right.hit.rule ?? "")
        }
        return .array(
            sorted.map { ["table": JSON($0.hit.table), "rule": JSON($0.hit.rule), "before": JSON($0.before), "after": JSON($0.after)] })
    }
}
