// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
public import Screening

/// Interviews made-up callers with the next question until the call is decided, and compares with the full form.
public struct InterviewTrial {
    public struct Result: Sendable {
        public var clients = 0
        /// Verdict, reason or group differ from those of the full form.
        public var differences = 0
        /// Interviews that asked twice, or ended neither decided nor with a question.
        public var stuck = 0
        public var asked = 0
        /// All questions of the set, for every client.
        public var ofAll = 0

        /// Share of questions that were not needed.
        public var saved: Double { ofAll == 0 ? 0 : 1 - Double(asked) / Double(ofAll) }
    }

    private let set: RuleSet
    private let profile: Clients.Profile
    private static let at = Instant(unixSeconds: 1_772_442_000)

    public init(set: RuleSet, profile: Clients.Profile) {
        (self.set, self.profile) = (set, profile)
    }

    /// Where an interview stands after some answers: the same answers always lead to the same question.
    private final class Place {
        let next: String?
        let verdict: Verdict
        var after: [String: Place] = [:]

        init(_ verdict: Verdict) { (next, self.verdict) = (verdict.need.first, verdict) }
    }

    public func run(clients: Int, dice: inout Dice) -> Result {
        var result = Result()
        var starts: [[String: String]: Place] = [:]
        for _ in 0..<clients {
            let known = draw(profile.known, &dice)
            let answers = draw(profile.answers, &dice)
            let start = starts[known] ?? Place(decide(known, closed: false))
            starts[known] = start
            let (end, asked) = interview(from: start, known, answers)
            let full = decide(known.merging(answers) { $1 }, closed: true)
            result.clients += 1
            result.asked += asked
            result.ofAll += set.questions.count
            guard let end, end.decided else {
                result.stuck += 1
                continue
            }
            if end.then != full.then || end.reason != full.reason || end.group != full.group { result.differences += 1 }
        }
        return result
    }

    private func interview(from start: Place, _ known: [String: String], _ answers: [String: String]) -> (Verdict?, asked: Int) {
        var (place, facts, asked) = (start, known, 0)
        while let next = place.next {
            guard facts[next] == nil, asked < set.questions.count else { return (nil, asked) }
            let answer = answers[next] ?? "declined"
            facts[next] = answer
            asked += 1
            if let after = place.after[answer] {
                place = after
            } else {
                let after = Place(decide(facts, closed: false))
                place.after[answer] = after
                place = after
            }
        }
        return (place.verdict, asked)
    }

    private func decide(_ facts: [String: String], closed: Bool) -> Verdict {
        let inputs = facts.mapValues { $0 == "declined" ? FactInput.declined : .text($0) }
        return set.decide(ScreeningInput(moment: .brief, at: Self.at, closed: closed, facts: inputs))
    }

    /// One value a fact; an empty one leaves the fact unknown.
    private func draw(_ distribution: Clients.Distribution, _ dice: inout Dice) -> [String: String] {
        var facts: [String: String] = [:]
        for (fact, values) in distribution {
            var place = dice.below(values.reduce(0) { $0 + $1.weight })
            for (weight, value) in values {
                place -= weight
                guard place < 0 else { continue }
                if !value.isEmpty { facts[fact] = value }
                break
            }
        }
        return facts
    }
}
