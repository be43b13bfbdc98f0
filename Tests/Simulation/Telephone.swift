// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials

/// What the telephone system will post: calls told by events that come shuffled, doubled, days late or changed.
struct Telephone {
    struct Delivery {
        var event: CallEvent
        /// The bytes, as far as a repeat may differ in them.
        var content: String
        /// The same event was or will be posted with other contents.
        var isChanged: Bool
        var at: Int64
    }
    private(set) var deliveries: [Delivery] = []
    private(set) var calls = 0
    /// Distinct events, by key.
    private(set) var keys: Set<String> = []
    private(set) var changed = 0

    static let day: Int64 = 86_400_000

    init(_ dice: inout Dice, start: Instant) {
        let count = 2 + dice.below(4)
        for number in 1...count { add(call: number, start, &dice) }
        calls = count
    }

    private mutating func add(call number: Int, _ start: Instant, _ dice: inout Dice) {
        let begins = dice.between(0, 240_000)
        // Few numbers, so that people call again; the first is on the black list.
        let caller = PhoneNumber(e164: "+7495000000\(1 + dice.below(4))").map(Caller.number)
        let isAnswered = dice.percent(70)
        let shuffle: Int64 = dice.percent(30) ? 20_000 : 0
        let kinds: [(EventKind, Int64)] =
            isAnswered ? [(.incoming, 0), (.ringing, 2), (.answered, 9), (.ended, 60)] : [(.incoming, 0), (.ringing, 2), (.missed, 31)]
        for (kind, second) in kinds {
            var event = CallEvent(source: "demo", kind: kind, callID: "c-\(number)", dedupeKey: "c-\(number):\(kind.rawValue)")
            event.at = start + .milliseconds(begins + second * 1000)
            event.caller = caller
            event.asks = kind == .incoming
            event.line = "+74950000101"
            if kind == .ended { event.talk = .seconds(50) }
            if kind == .missed { event.cause = .noAnswer }
            post(event, at: begins + second * 1000 + dice.between(0, shuffle), &dice)
        }
    }

    private mutating func post(_ event: CallEvent, at: Int64, _ dice: inout Dice) {
        keys.insert(event.dedupeKey)
        deliveries.append(Delivery(event: event, content: "first", isChanged: false, at: at))
        if dice.percent(25) {
            // A burst: the PBX did not like to wait.
            for _ in 0...dice.below(4) { deliveries.append(Delivery(event: event, content: "first", isChanged: false, at: at + dice.between(0, 40))) }
        }
        if dice.percent(12) {
            let late = at + (1 + Int64(dice.below(30))) * Self.day
            deliveries.append(Delivery(event: event, content: "first", isChanged: false, at: late))
        }
        if dice.percent(8) {
            var other = event
            other.agent = "77"
            changed += 1
            deliveries.append(Delivery(event: other, content: "changed", isChanged: true, at: at + dice.between(400_000, 900_000)))
        }
    }
}
