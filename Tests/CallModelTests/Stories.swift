// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials

/// A call as one PBX tells it: its events in the order in which they happened, and what must come out.
struct Story: Sendable, CustomStringConvertible {
    var name: String
    var events: [CallEvent]
    var outcome: CallOutcome?
    var talk: Duration?
    var description: String { name }
}

let noon = Instant(unixSeconds: 1_772_445_600)
let caller = Caller.number(PhoneNumber(e164: "+74950000042")!)

func event(_ kind: EventKind, _ second: Int64, _ change: (inout CallEvent) -> Void = { _ in }) -> CallEvent {
    var event = CallEvent(source: "demo", kind: kind, callID: "c-1", dedupeKey: "c-1:\(kind.rawValue):\(second)")
    event.at = noon + .seconds(second)
    change(&event)
    return event
}

let stories: [Story] = [
    Story(
        name: "answered, with a menu, a transfer and a late recording",
        events: [
            event(.incoming, 0) {
                $0.caller = caller
                $0.line = "+74950000101"
                $0.asks = true
            },
            event(.digits, 4) { $0.digits = "1" }, event(.ringing, 6) { $0.agent = "12" }, event(.answered, 9) { $0.agent = "12" },
            event(.transferred, 60) { $0.agent = "14" },
            event(.ended, 129) {
                $0.talk = .seconds(120)
                $0.cause = .calleeHungUp
            },
        ], outcome: .answered, talk: .seconds(120)),
    Story(
        name: "nobody took it",
        events: [
            event(.incoming, 0) { $0.caller = caller }, event(.ringing, 1) { $0.agent = "12" }, event(.ringing, 20) { $0.agent = "14" },
            event(.missed, 40) { $0.cause = .noAnswer }, event(.ended, 41) { $0.talk = .seconds(26) },
        ], outcome: .missed, talk: .zero),
    Story(
        name: "gave up in the menu",
        events: [
            event(.incoming, 0) { $0.caller = .withheld }, event(.digits, 3) { $0.digits = "2" }, event(.digits, 4) { $0.digits = "2" },
            event(.ended, 12) { $0.cause = .callerHungUp },
        ], outcome: .abandoned, talk: .zero),
    Story(
        name: "gave up while it rang",
        events: [
            event(.incoming, 0) { $0.caller = caller }, event(.ringing, 0), event(.missed, 7) { $0.cause = .callerHungUp },
        ], outcome: .missed, talk: .zero),
    Story(
        name: "busy", events: [event(.incoming, 0) { $0.caller = caller }, event(.missed, 1) { $0.cause = .busy }], outcome: .busy, talk: .zero),
    Story(
        name: "a talk shorter than a whole second",
        events: [
            event(.incoming, 0) { $0.caller = caller }, event(.ringing, 0), event(.answered, 1),
            event(.ended, 2) { $0.talk = .zero },
        ], outcome: .answered, talk: .seconds(1)),
    Story(
        name: "answered by the menu alone",
        events: [
            event(.incoming, 0) { $0.caller = caller }, event(.answered, 0), event(.digits, 5) { $0.digits = "9" },
            event(.ended, 30) {
                $0.talk = .zero
                $0.cause = .callerHungUp
            },
        ], outcome: .abandoned, talk: .zero),
    Story(
        name: "into voicemail",
        events: [
            event(.incoming, 0) { $0.caller = caller }, event(.ringing, 1), event(.answered, 20),
            event(.ended, 50) { $0.cause = .voicemail }, event(.recording, 70) { $0.recording = "rec-7" },
        ], outcome: .voicemail, talk: .zero),
    Story(
        name: "sequences and legs",
        events: [
            event(.incoming, 0) {
                $0.sequence = 1
                $0.legID = "a"
                $0.caller = .unreadable("sip:anna")
            },
            event(.ringing, 0) {
                $0.sequence = 2
                $0.legID = "a"
                $0.links = ["x-7", "x-2"]
            },
            event(.answered, 0) {
                $0.sequence = 3
                $0.legID = "a"
                $0.agent = "12"
                $0.caller = caller
            },
            event(.ended, 0) {
                $0.sequence = 4
                $0.legID = "a"
                $0.talk = .seconds(3)
            },
        ], outcome: .answered, talk: .seconds(3)),
]

func fold(_ events: [CallEvent]) -> Call {
    var call = Call(events[0], arrivedAt: noon)
    for event in events.dropFirst() { call.apply(event, arrivedAt: noon) }
    return call
}

/// All orders of `list`, by Heap's algorithm.
func permutations<Element>(of list: [Element]) -> [[Element]] {
    var list = list
    var all: [[Element]] = []
    func permute(_ count: Int) {
        if count <= 1 { return all.append(list) }
        for index in 0..<count {
            permute(count - 1)
            list.swapAt(count.isMultiple(of: 2) ? index : 0, count - 1)
        }
    }
    permute(list.count)
    return all
}
