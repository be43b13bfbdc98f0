// SPDX-License-Identifier: Apache-2.0
public import CallModel
internal import Essentials
public import WireFormats

/// Facts and verdicts as JSON: read back they are equal to what was written, so that a stored decision replays (R33).
///
/// A fact is an object of one member, whose name is its kind: `{"text": "300 000"}`, `{"declined": true}`.
public enum DecisionJSON {
    /// The facts in the order of their names.
    public static func facts(_ facts: [String: FactInput]) -> JSON {
        .object(facts.sorted { $0.key < $1.key }.map { JSON.Member($0.key, fact($0.value)) })
    }

    static func fact(_ input: FactInput) -> JSON {
        switch input {
        case .text(let text): ["text": .string(text)]
        case .integer(let number): ["integer": JSON(number)]
        case .decimal(let text): ["decimal": .string(text)]
        case .yesNo(let value): ["yesNo": .bool(value)]
        case .duration(let duration): ["duration": [JSON(duration.components.seconds), JSON(duration.components.attoseconds)]]
        case .phone(let number): ["phone": .string(number.e164)]
        case .words(let words): ["words": .array(words.map(JSON.string))]
        case .declined: ["declined": true]
        }
    }

    static func readFacts(_ json: JSON) throws(StoreError) -> [String: FactInput] {
        var facts: [String: FactInput] = [:]
        for member in json.members ?? [] {
            guard let kind = member.value.members?.first, let fact = readFact(kind.name, kind.value) else {
                throw StoreError(.damagedRow, "a stored fact is of a kind this program does not know: start the newer program")
            }
            facts[member.name] = fact
        }
        return facts
    }

    private static func readFact(_ kind: String, _ value: JSON) -> FactInput? {
        switch kind {
        case "text": value.string.map(FactInput.text)
        case "integer": value.integer.map(FactInput.integer)
        case "decimal": value.string.map(FactInput.decimal)
        case "yesNo": value.bool.map(FactInput.yesNo)
        case "duration": duration(value).map(FactInput.duration)
        case "phone": value.string.flatMap { PhoneNumber(e164: $0) }.map(FactInput.phone)
        case "words": value.array.map { .words($0.compactMap(\.string)) }
        case "declined": .declined
        default: nil
        }
    }

    private static func duration(_ value: JSON) -> Duration? {
        guard let seconds = value[0]?.integer, let attoseconds = value[1]?.integer else { return nil }
        return Duration(secondsComponent: seconds, attosecondsComponent: attoseconds)
    }

    /// A verdict; members that say nothing (`nil`, empty, false) are left out.
    public static func verdict(_ verdict: Verdict) -> JSON {
        .object(present: [
            ("then", verdict.then.map { .string($0.rawValue) }), ("rule", verdict.rule.map(JSON.string)),
            ("table", verdict.table.map(JSON.string)), ("reason", verdict.reason.map { .string($0.code) }),
            ("group", verdict.group.map(JSON.string)), ("to", verdict.to.map(JSON.string)),
            ("within_ms", verdict.within.map { JSON($0.milliseconds) }), ("priority", verdict.priority.map(JSON.string)),
            ("tags", words(verdict.tags)), ("say", verdict.say.map(JSON.string)), ("score", verdict.score.map { JSON($0) }),
            ("decided", verdict.decided ? true : nil), ("need", words(verdict.need)), ("conflict", verdict.conflict ? true : nil),
            ("unreadable", words(verdict.unreadable)),
        ])
    }

    private static func words(_ words: [String]) -> JSON? { words.isEmpty ? nil : .array(words.map(JSON.string)) }

    static func readVerdict(_ json: JSON) throws(StoreError) -> Verdict {
        var verdict = Verdict()
        if let word = json["then"]?.string {
            guard let action = Action(rawValue: word) else {
                throw StoreError(.damagedRow, "a stored verdict is a word this program does not know: start the newer program")
            }
            verdict.then = action
        }
        verdict.rule = json["rule"]?.string
        verdict.table = json["table"]?.string
        verdict.reason = json["reason"]?.string.map { ReasonCode($0) }
        verdict.group = json["group"]?.string
        verdict.to = json["to"]?.string
        verdict.within = json["within_ms"]?.integer.map { .milliseconds($0) }
        verdict.priority = json["priority"]?.string
        verdict.tags = json["tags"]?.array?.compactMap(\.string) ?? []
        verdict.say = json["say"]?.string
        verdict.score = json["score"]?.integer
        verdict.decided = json["decided"]?.bool ?? false
        verdict.need = json["need"]?.array?.compactMap(\.string) ?? []
        verdict.conflict = json["conflict"]?.bool ?? false
        verdict.unreadable = json["unreadable"]?.array?.compactMap(\.string) ?? []
        return verdict
    }
}
