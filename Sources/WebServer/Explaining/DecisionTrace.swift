// SPDX-License-Identifier: Apache-2.0
public import CallModel
import Essentials
import Screening
public import Store
public import WireFormats

/// A stored decision, computed again from its facts and the rules that made it: the trace of RULES.md 4.9 in both languages.
public struct DecisionTrace: Sendable {
    let record: DecisionRecord
    let rules: StoredRules.Found?

    public init(_ record: DecisionRecord, rules: StoredRules.Found?) {
        self.record = record
        self.rules = rules
    }

    /// Whether the rules say the same again, and why not where they don't; both `nil`: they can't be asked.
    public var recomputes: (same: Bool?, why: String?) {
        if record.erased { return (nil, "the person was erased, and the facts with them") }
        guard let rules else {
            return (nil, "\(record.ruleSet)@\(record.ruleSetHash.prefix(8)) is not on record, or a file of it was too large to be kept")
        }
        if let deviation = rules.deviation { return (false, deviation) }
        if let person = record.overriddenBy { return (nil, "\(person) decided otherwise than the rules: \(record.note ?? "")") }
        let again = rules.set.decide(record.input)
        let same = Self.outputs(again) == Self.outputs(record.verdict)
        return (same, same ? nil : "the rules say \(again.then?.rawValue ?? "nothing") by \"\(again.rule ?? "none")\" now")
    }

    /// Everything but the sentence, which depends on the language that was spoken.
    private static func outputs(_ verdict: Verdict) -> Verdict {
        var verdict = verdict
        verdict.say = nil
        return verdict
    }

    /// - Parameter language: of labels, values and cells; sentences come in both.
    public func json(_ language: Language) -> JSON {
        let (same, why) = recomputes
        var members: [JSON.Member] = [
            JSON.Member("decision", .string(record.ulid.description)), JSON.Member("at", .string(record.input.moment.rawValue)),
            JSON.Member("set", .string("\(record.ruleSet)@\(record.ruleSetHash.prefix(8))")), JSON.Member("hash", .string(record.ruleSetHash)),
            JSON.Member("version", rules.map { JSON($0.version.number) } ?? .null), JSON.Member("lists", pairs(record.listVersions)),
            JSON.Member("instant", .string(record.input.at.rfc3339)), JSON.Member("zone", JSON(record.input.zone ?? rules?.set.zone)),
            JSON.Member("recomputes", ["same": same.map { .bool($0) } ?? .null, "why": JSON(why)]),
            JSON.Member("watch", .bool(record.watch)), JSON.Member("overridden_by", JSON(record.overriddenBy)),
            JSON.Member("result", .object(record.verdict.outputs)),
        ]
        if let set = rules?.set, !record.erased { members += explained(by: set, language) }
        return .object(members)
    }

    private func pairs(_ pairs: [String: String]) -> JSON {
        .object(pairs.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .string($0.value)) })
    }

    private func explained(by set: RuleSet, _ language: Language) -> [JSON.Member] {
        let trace = set.trace(record.input, language: language)
        let (en, ru) = (set.explain(record.input, language: .en), set.explain(record.input, language: .ru))
        let own = language == .ru ? ru : en
        let change: JSON = en.counterfactual.map { ["en": .string($0), "ru": .string(ru.counterfactual ?? $0)] } ?? .null
        return [
            JSON.Member("sentence", ["en": .string(en.sentence), "ru": .string(ru.sentence)]), JSON.Member("counterfactual", change),
            JSON.Member("facts", .object(trace.facts.map { JSON.Member($0.name, .string($0.value)) })),
            JSON.Member("unknown", .array(trace.unknown.map { .string($0) })),
            JSON.Member(
                "because", .array(own.because.map { ["fact": .string($0.fact), "value": .string($0.value), "test": .string($0.test)] })),
            JSON.Member(
                "near",
                .array(
                    own.near.map {
                        ["rule": .string($0.rule), "would_need": ["fact": .string($0.fact), "now": .string($0.now), "test": .string($0.test)]]
                    })),
            JSON.Member("tables", trace.json),
        ]
    }
}
