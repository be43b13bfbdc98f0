// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Testing

@Suite("A call is folded from its events")
struct CallFoldTests {
    @Test("every order of a story's events gives the same call", arguments: stories)
    func everyOrder(_ story: Story) {
        let expected = fold(story.events)
        #expect(expected.state == .ended)
        #expect(expected.outcome == story.outcome)
        #expect(expected.talk == story.talk)
        for order in permutations(of: story.events) {
            // The first event seen names call and source; the rest must not depend on which one that was.
            #expect(fold(order) == expected)
        }
    }

    @Test("events sent again change nothing, in any order", arguments: stories, [UInt64(1), 2, 3, 4, 5])
    func duplicates(_ story: Story, seed: UInt64) {
        var random = Dice(seed: seed)
        let expected = fold(story.events)
        for _ in 0..<40 {
            let repeated = story.events + (0..<6).map { _ in story.events[random.below(story.events.count)] }
            #expect(fold(random.shuffled(repeated)) == expected, "seed \(seed)")
        }
    }

    @Test("with events lost, the outcome is the same or the call names what it lacks", arguments: stories)
    func drops(_ story: Story) {
        let later = noon + .seconds(2 * 86_400)
        for dropped in 1..<(1 << story.events.count) - 1 {
            let left = story.events.enumerated().filter { dropped & 1 << $0.offset == 0 }.map(\.element)
            let call = fold(left)
            if call.outcome == story.outcome, call.talk == story.talk { continue }
            let isNamed = !call.incomplete(at: later).isEmpty
            #expect(isNamed, "lost \(story.events.count - left.count) of \(story.name): \(left.map(\.kind.rawValue))")
        }
    }

    @Test("the stored form gives the call back", arguments: stories)
    func stored(_ story: Story) {
        var call = fold(story.events)
        call.decided(Call.RingAnswer(then: .answerFirst, reason: "SPAM", isObeyed: false))
        let bytes = call.stored
        #expect(Call(stored: bytes) == call)
        #expect(Call(stored: bytes + [200, 2, 1, 1]) == call, "a field of a later version is skipped")
        #expect(bytes.count < 400)
        for cut in 0..<bytes.count { _ = Call(stored: Array(bytes.prefix(cut))) }
    }

    @Test("an ended call stays ended, and what comes after is late")
    func lateEvents() {
        var call = fold([event(.incoming, 0), event(.ended, 30) { $0.talk = .seconds(20) }])
        let effect = call.apply(event(.answered, 10) { $0.agent = "12" }, arrivedAt: noon)
        let ringing = call.apply(event(.ringing, 5), arrivedAt: noon)
        #expect(effect.isLate)
        #expect(effect.after == .ended)
        #expect(call.agent == "12")
        #expect(ringing.isLate)
        let recording = call.apply(event(.recording, 99) { $0.recording = "r" }, arrivedAt: noon)
        #expect(!recording.isLate)
        #expect(recording.hasChanged)
        #expect(call.recording == "r")
    }

    @Test("the event that answers and the event that ends are named, each once")
    func effects() {
        var call = Call(event(.incoming, 0), arrivedAt: noon)
        #expect(call.state == .ringing)
        let answers = [3, 3].map { call.apply(event(.answered, $0), arrivedAt: noon) }
        #expect(answers.map(\.isAnswer) == [true, false])
        #expect(answers.map(\.hasChanged) == [true, false])
        #expect(call.state == .talking)
        let ends = [9, 9].map { call.apply(event(.ended, $0), arrivedAt: noon) }
        #expect(ends.map(\.isEnd) == [true, false])
    }

    @Test("times follow from what is known")
    func times() {
        let call = fold(stories[0].events)
        #expect(call.startedAt == noon)
        #expect(call.answeredAt == noon + .seconds(9))
        #expect(call.endedAt == noon + .seconds(129))
        #expect(call.wait == .seconds(9))
        let endOnly = fold([
            event(.ended, 129) {
                $0.talk = .seconds(120)
                $0.wait = .seconds(9)
            }
        ])
        #expect(endOnly.startedAt == noon)
        #expect(endOnly.incomplete(at: noon) == [.beginning, .answer])
    }

    @Test("a number beats a name, a name beats a withheld number, whichever came first")
    func callerKnown() {
        let number = event(.ended, 9) { $0.caller = caller }
        let name = event(.ringing, 2) { $0.caller = .unreadable("Anna") }
        let withheld = event(.incoming, 0) { $0.caller = .withheld }
        #expect(fold([withheld]).caller == .withheld)
        #expect(fold([withheld, name]).caller == .unreadable("Anna"))
        #expect(fold([number, withheld, name]).caller == caller)
    }

    @Test("keys pressed at one time count each; the same webhook again does not")
    func digits() {
        let first = event(.digits, 4) {
            $0.digits = "5"
            $0.dedupeKey = "a"
        }
        let second = event(.digits, 4) {
            $0.digits = "5"
            $0.dedupeKey = "b"
        }
        #expect(fold([first, second, first]).digits == "55")
    }

    @Test("handshakes, results and tracking are no part of a call")
    func notOfACall() {
        #expect(EventKind.allCases.filter { !$0.belongsToCall } == [.handshake, .result, .source])
        var call = Call(event(.incoming, 0), arrivedAt: noon)
        let before = call
        call.apply(event(.result, 50) { $0.caller = caller }, arrivedAt: noon)
        #expect(call == before)
    }

    @Test("a PBX cannot fill a call without bound, and what stays does not depend on the order")
    func bounds() {
        let many = (0..<300).map { index in
            event(.digits, 1) {
                $0.digits = String(repeating: "7", count: 300)
                $0.dedupeKey = "\(index)"
                $0.links = ["link-\(index)"]
                $0.extra = ["name-\(index)": String(repeating: "x", count: 9000)]
                $0.legID = "leg-\(index)"
                $0.sequence = Int64(index)
            }
        }
        var dice = Dice(seed: 7)
        let call = fold(many)
        #expect(call.links.count == 32)
        #expect(call.extra.count == 64)
        #expect(fold(dice.shuffled(many)).extra == call.extra)
        #expect(fold(dice.shuffled(many)).links == call.links)
        #expect(call.stored.count < 200_000)
    }
}

/// Repeatable choices from a seed.
struct Dice {
    private let source: SeededRandom
    init(seed: UInt64) { source = SeededRandom(seed: seed) }
    mutating func below(_ count: Int) -> Int { Int(source.bytes(4).reduce(0) { $0 << 8 | UInt32($1) }) % count }
    mutating func shuffled<Element>(_ list: [Element]) -> [Element] {
        var list = list
        for index in stride(from: list.count - 1, to: 0, by: -1) { list.swapAt(index, below(index + 1)) }
        return list
    }
}
