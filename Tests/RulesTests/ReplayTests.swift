// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import RuleFiles
import Screening
import Testing

@Suite struct ReplayTests {
    static func rules(_ limit: String) -> String {
        """
        format: 1
        rules: Replay
        zone: Europe/Moscow
        tables:
          - table: score
            gives: score
            hits: sum
            rules:
              - rule: big
                if:
                  budget: at least 1 000 000
                add: 40
          - table: brief
            decides: brief
            hits: first
            when unknown: ask
            rules:
              - rule: client
                if:
                  caller is: client
                then: not a lead
                reason: EXISTING_CLIENT
              - rule: small
                if:
                  budget: under \(limit)
                then: drop
                reason: BUDGET_LOW
                tags: partner
              - rule: late
                if:
                  start: over 90
                then: defer
                reason: BAD_TIMING
                within: 30 d before start
              - rule: night
                if:
                  time: 20:00 to 09:00
                then: callback
                reason: MISSED
            otherwise:
              then: qualify
              group: sales
          - table: ring
            decides: ring
            hits: first
            rules:
              - rule: text
                if:
                  note: contains spam
                then: voicemail
                reason: SPAM
            otherwise:
              then: answer

        """
    }

    static func calls(_ count: Int, seed: UInt64) -> RecordedCalls {
        var random = SplitMix(state: seed)
        var calls = RecordedCalls()
        for row in 0..<count {
            var facts: [String: FactInput] = [:]
            if Bool.random(using: &random) { facts["budget"] = .integer(Int64.random(in: 0...20, using: &random) * 100_000) }
            if Bool.random(using: &random) { facts["caller is"] = .text(["client", "stranger", "nobody"].randomElement(using: &random) ?? "") }
            if Bool.random(using: &random) {
                facts["start"] = Bool.random(using: &random) ? .declined : .integer(.random(in: 0...120, using: &random))
            }
            if Bool.random(using: &random) { facts["note"] = .text(["Spam!", "hello", "no SPAM"].randomElement(using: &random) ?? "") }
            let at = RuleTexts.noon + .seconds(Int64.random(in: 0...500_000, using: &random))
            let input = ScreeningInput(
                moment: [Moment.ring, .brief, .hangup].randomElement(using: &random) ?? .brief, at: at,
                zone: [nil, "Asia/Novosibirsk", "Europe/Moscow"].randomElement(using: &random) ?? nil,
                closed: Int.random(in: 0..<8, using: &random) > 0,
                facts: facts)
            calls.append(input, id: Int64(row) * 3)
        }
        return calls
    }

    @Test func everyCallGetsWhatDecidingItAloneGives() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("replay: seed \(seed), 3000 calls")
        let set = try RuleTexts.set(Self.rules("300 000"))
        let calls = Self.calls(3000, seed: seed)
        let replayed = Replay.verdicts(of: set, over: calls)
        #expect(replayed.count == calls.count)
        for row in 0..<calls.count {
            var alone = set.decide(calls[row])
            alone.unreadable = []
            try #require(replayed[row] == alone, "seed \(seed), row \(row), \(calls[row])")
        }
        #expect(replayed.hits().values.reduce(0, +) == calls.count)
        #expect(Set(replayed.verdicts).count == replayed.verdicts.count)
    }

    @Test func theDifferenceIsExactlyTheCallsThatChange() throws {
        let (live, draft) = (try RuleTexts.set(Self.rules("300 000")), try RuleTexts.set(Self.rules("500 000")))
        let calls = Self.calls(2000, seed: 7)
        let difference = Replay.difference(from: live, to: draft, over: calls)
        var expected: Set<Int> = []
        for row in 0..<calls.count where !Verdict.haveSameOutcome(live.decide(calls[row]), draft.decide(calls[row])) { expected.insert(row) }
        #expect(!expected.isEmpty)
        #expect(Set(difference.changes.flatMap(\.rows)) == expected)
        #expect(difference.changed == expected.count)
        #expect(difference.compared == 2000)
        #expect(difference.changes.allSatisfy { change in change.to.tags == ["partner"] || change.rows.allSatisfy { !calls[$0].closed } })
        #expect(difference.changes.map(\.rows.count) == difference.changes.map(\.rows.count).sorted(by: >))
        #expect(calls.id(expected.min() ?? 0) == Int64(expected.min() ?? 0) * 3)
    }

    @Test func aSetComparedWithWhatWasRecordedChangesNothing() throws {
        let set = try RuleTexts.set(Self.rules("300 000"))
        let calls = Self.calls(500, seed: 11)
        let recorded = ReplayedVerdicts(recorded: (0..<calls.count).map { set.decide(calls[$0]) })
        #expect(ReplayDifference(recorded, Replay.verdicts(of: set, over: calls)).changed == 0)
        #expect(Replay.verdicts(of: set, over: RecordedCalls()).count == 0)
    }
}
