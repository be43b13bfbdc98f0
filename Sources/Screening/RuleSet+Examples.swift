// SPDX-License-Identifier: Apache-2.0
import CallModel
import Decisions
import Essentials
import RuleFiles

extension RuleSet {
    /// Noon of a Monday, for examples that name no time: rules and list entries with dates are compared with it, facts of the
    /// clock stay unknown.
    private static let timeless = Instant(unixMilliseconds: CivilDate.days(year: 2026, month: 1, day: 5) * 86_400_000 + 43_200_000)

    /// What an example's decision says differently from what it expects (E06), each with its place.
    func failingExamples() -> [Finding] { folder.examples.flatMap(failures) }

    func failures(of example: ExampleDeclaration) -> [Finding] {
        let verdict = decide(example)
        return example.expect.compactMap { expected in
            guard let actual = difference(expected, verdict, example) else { return nil }
            var finding = Finding(
                code: "E06", severity: .error, place: expected.place,
                text: Wording([
                    .en: "example \"\(example.name)\" expects \(expected.name): \(expected.text) and gets \(actual)",
                    .ru: "пример «\(example.name)» ждёт \(expected.name): \(expected.text), а выходит \(actual)",
                ]),
                fix: Finding.Fix(
                    text: Wording([
                        .en: "change the rules, or expect \(expected.name): \(actual)",
                        .ru: "измените правила или ждите \(expected.name): \(actual)",
                    ])))
            finding.rule = example.name
            return finding
        }
    }

    func decide(_ example: ExampleDeclaration) -> Verdict {
        var input = ScreeningInput(moment: example.moment, at: instant(of: example), closed: example.closed)
        for fact in example.facts { if let value = stated(fact) { input.facts[fact.name] = value } }
        guard let moment = programs[example.moment] else { return Self.defaultVerdict(example.moment) }
        return decide(load(input, for: moment, hasTime: example.when != nil), input, moment, .en)
    }

    /// The instant of an example; a wall clock is read in the set's zone.
    private func instant(of example: ExampleDeclaration) -> Instant { instant(of: example.when) }

    func instant(of when: WallClock?) -> Instant {
        guard let when else { return Self.timeless }
        let wall = when.day * 86_400_000 + when.millisecond
        if let offset = when.offset { return Instant(unixMilliseconds: wall - offset) }
        return clock.instant(wallMilliseconds: wall, in: zone) ?? Instant(unixMilliseconds: wall)
    }

    private func stated(_ fact: ExampleDeclaration.Stated) -> FactInput? {
        switch folded(fact.text) {
        case "declined", "отказ": return .declined
        case "unknown", "неизвестно": return nil
        default: break
        }
        guard let index = folder.factIndex(of: fact.name), folder.facts[index].type == .phone,
            let key = try? ValueReader(fact: folder.facts[index]).read(fact.text), let number = PhoneNumber(e164: "+" + DigitKey.digits(key))
        else { return .text(fact.text) }
        return .phone(number)
    }

    /// - Returns: what the verdict says instead, or `nil` when it agrees.
    private func difference(_ expected: ExampleDeclaration.Stated, _ verdict: Verdict, _ example: ExampleDeclaration) -> String? {
        let actual: String?
        switch expected.name {
        case "then": actual = verdict.then?.rawValue ?? "need"
        case "rule": actual = verdict.rule
        case "table": actual = verdict.table
        case "reason": actual = verdict.reason?.code
        case "group": actual = verdict.group
        case "to": actual = verdict.to
        case "priority": actual = verdict.priority
        case "say": actual = verdict.say
        case "ask": actual = verdict.need.first
        case "score": actual = verdict.score.map { String($0) }
        case "decided": actual = verdict.decided ? "yes" : "no"
        case "tags":
            let wanted = Set(expected.text.split(separator: ",").map { folded($0) })
            return wanted == Set(verdict.tags) ? nil : verdict.tags.joined(separator: ", ")
        case "within":
            let wanted = WithinText.milliseconds(expected.text)
            return wanted == verdict.within?.milliseconds ? nil : verdict.within.map { WithinText.text($0.milliseconds) } ?? "none"
        default: return "no such output"
        }
        return folded(actual ?? "none") == folded(expected.text) ? nil : actual ?? "none"
    }
}
