// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Testing

@Suite("What became of a call")
struct CallOutcomeTests {
    struct Row: Sendable, CustomStringConvertible {
        var answer: Action
        var reason: ReasonCode? = nil
        var obeyed = true
        var events: [CallEvent]
        var outcome: CallOutcome
        var description: String { "\(answer.rawValue)\(obeyed ? "" : " watched") \(outcome.rawValue)" }
    }

    static let rows: [Row] = [
        Row(answer: .reject, reason: "SPAM", events: [event(.incoming, 0), event(.missed, 1) { $0.cause = .rejected }], outcome: .blocked),
        Row(answer: .reject, events: [event(.incoming, 0), event(.answered, 2), event(.ended, 9) { $0.talk = .seconds(7) }], outcome: .answered),
        Row(answer: .reject, obeyed: false, events: [event(.incoming, 0), event(.missed, 9) { $0.cause = .noAnswer }], outcome: .missed),
        Row(answer: .divert, events: [event(.incoming, 0), event(.answered, 2), event(.ended, 9) { $0.talk = .seconds(7) }], outcome: .diverted),
        Row(answer: .voicemail, reason: "AFTER_HOURS", events: [event(.incoming, 0), event(.ended, 9)], outcome: .afterHours),
        Row(answer: .voicemail, reason: "MISSED", events: [event(.incoming, 0), event(.ended, 9)], outcome: .voicemail),
        Row(
            answer: .menu,
            events: [event(.incoming, 0), event(.answered, 1), event(.digits, 3) { $0.digits = "1" }, event(.ended, 9) { $0.talk = .seconds(8) }],
            outcome: .abandoned),
        Row(
            answer: .menu, events: [event(.incoming, 0), event(.answered, 1) { $0.agent = "12" }, event(.ended, 9) { $0.talk = .seconds(8) }],
            outcome: .answered),
        Row(answer: .answer, events: [event(.incoming, 0), event(.missed, 9) { $0.cause = .queueTimeout }], outcome: .abandoned),
        Row(answer: .answer, events: [event(.incoming, 0), event(.missed, 9) { $0.cause = .afterHours }], outcome: .afterHours),
        Row(answer: .answer, events: [event(.incoming, 0), event(.missed, 9) { $0.cause = .unreachable }], outcome: .failed),
        Row(answer: .answer, events: [event(.incoming, 0), event(.missed, 9) { $0.cause = .redirected }], outcome: .diverted),
    ]

    @Test("by cause, talk and our own answer", arguments: rows)
    func outcome(_ row: Row) {
        var call = fold(row.events)
        call.decided(Call.RingAnswer(then: row.answer, reason: row.reason, isObeyed: row.obeyed))
        #expect(call.outcome == row.outcome)
    }

    @Test("a call that is not over has none")
    func live() { #expect(fold([event(.incoming, 0), event(.answered, 4)]).outcome == nil) }

    @Test("the first obeyed answer stays; advice gives way to it")
    func firstAnswerStays() {
        var call = fold([event(.incoming, 0)])
        call.decided(Call.RingAnswer(then: .answer, reason: nil, isObeyed: false))
        call.decided(Call.RingAnswer(then: .reject, reason: "SPAM", isObeyed: true))
        call.decided(Call.RingAnswer(then: .answer, reason: nil, isObeyed: true))
        #expect(call.ring?.then == .reject)
        #expect(call.ring?.endsCall == true)
    }

    @Test("a hole in a leg's sequence is named, and so is an end that never came")
    func gaps() {
        let first = event(.incoming, 0) { $0.sequence = 1 }
        let third = event(.answered, 5) { $0.sequence = 3 }
        #expect(fold([first, third]).incomplete(at: noon) == [.sequence])
        #expect(fold([third, first]).incomplete(at: noon + .seconds(13 * 3600)) == [.sequence, .end])
    }
}

@Suite("Which time is used")
struct CallTimeTests {
    @Test(
        "the PBX's within ten minutes of the arrival, else the arrival",
        arguments: [
            (0, true), (600, true), (-600, true), (601, false), (-601, false), (-86_400, false),
        ] as [(Int64, Bool)])
    func tolerance(_ offset: Int64, isBelieved: Bool) {
        let own = noon + .seconds(offset)
        let time = CallTime(own: own, arrived: noon)
        #expect(time.clock == (isBelieved ? .pbx : .arrival))
        #expect(time.used == (isBelieved ? own : noon))
        #expect(time.own == own)
    }

    @Test("stated times move with a clock that is not believed, so that durations stay")
    func corrected() {
        let wrong = CallTime(own: noon + .seconds(7200), arrived: noon)
        #expect(wrong.corrected(noon + .seconds(7190)) == noon - .seconds(10))
        #expect(CallTime(own: nil, arrived: noon).corrected(noon - .seconds(90)) == noon - .seconds(90))
        #expect(CallTime(own: nil, arrived: noon).corrected(noon + .seconds(3600)) == nil)
        #expect(CallTime(own: nil, arrived: noon).corrected(Instant(unixSeconds: 0)) == nil)
        #expect(CallTime(own: nil, arrived: noon).clock == .arrival)
    }
}

@Suite("A PBX uses a call id again")
struct CallGenerationTests {
    let over = fold([event(.incoming, 0), event(.ended, 60)])
    let hours: Int64 = 3600

    @Test("the same key is a duplicate, days later too, unless its own time is 12 h after the end")
    func repeats() {
        #expect(over.belonging(of: event(.incoming, 0), arrivedAt: noon + .seconds(30 * 86_400), isRepeat: true) == .sameCall)
        let again = event(.incoming, 60 + 13 * hours)
        #expect(over.belonging(of: again, arrivedAt: noon + .seconds(13 * hours), isRepeat: true) == .newGeneration)
        let timeless = event(.incoming, 0) { $0.at = nil }
        #expect(over.belonging(of: timeless, arrivedAt: noon + .seconds(30 * 86_400), isRepeat: true) == .sameCall)
    }

    @Test("a further event is of a new call from 12 h after the end")
    func further() {
        #expect(over.belonging(of: event(.incoming, 60 + 12 * hours), arrivedAt: noon, isRepeat: false) == .sameCall)
        #expect(over.belonging(of: event(.incoming, 61 + 12 * hours), arrivedAt: noon, isRepeat: false) == .newGeneration)
        let timeless = event(.incoming, 0) { $0.at = nil }
        #expect(over.belonging(of: timeless, arrivedAt: noon + .seconds(13 * hours), isRepeat: false) == .newGeneration)
        let recording = event(.recording, 0) { $0.at = nil }
        #expect(over.belonging(of: recording, arrivedAt: noon + .seconds(13 * hours), isRepeat: false) == .sameCall)
    }

    @Test("a PBX whose clock is a day ahead does not make new calls of its repeats")
    func wrongClock() {
        let ahead = event(.ended, 86_400)
        var call = Call(event(.incoming, 86_340), arrivedAt: noon)
        call.apply(ahead, arrivedAt: noon + .seconds(60))
        #expect(call.endedAt == noon + .seconds(60))
        #expect(call.belonging(of: ahead, arrivedAt: noon + .seconds(70), isRepeat: true) == .sameCall)
    }

    @Test("a call whose end was lost counts as over with its last event")
    func lostEnd() {
        let open = fold([event(.incoming, 0), event(.answered, 9)])
        #expect(open.belonging(of: event(.incoming, 13 * hours), arrivedAt: noon, isRepeat: false) == .newGeneration)
    }
}
