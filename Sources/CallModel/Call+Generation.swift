// SPDX-License-Identifier: Apache-2.0
public import Essentials

/// To which call an event belongs that comes under the id of a known one.
public enum Belonging: Hashable, Sendable {
    /// The call that is known.
    case sameCall
    /// The PBX uses its id again: a new call, of the next generation.
    case newGeneration
}

extension Call {
    /// Whether an event under this call's id is still this call (DECISIONS.md, "Call identity").
    ///
    /// PBXs use ids again, after a restart or when a counter is full. An event more than twelve hours after the end is of a
    /// new call; a call whose end was lost counts as ended with its last event. Times are compared on one clock: the
    /// PBX's with the PBX's, even where it is far from ours.
    /// - Parameter isRepeat: the event's dedupe key is one that this call already has. Then only the event's own time can
    ///   say that it is not a duplicate: a webhook may be repeated days later.
    public func belonging(of event: CallEvent, arrivedAt: Instant, isRepeat: Bool) -> Belonging {
        let isOver = state == .ended
        if let own = event.at, let reference = isOver ? ownEnd ?? ownLast : ownLast {
            return own - reference > Self.silence ? .newGeneration : .sameCall
        }
        if isRepeat {
            guard let own = event.at else { return .sameCall }
            return own - (endedAt ?? lastSeen) > Self.silence ? .newGeneration : .sameCall
        }
        // A recording may come long after the end, and without a time of its own it says nothing of a new call.
        guard event.kind.state != nil else { return .sameCall }
        return arrivedAt - (endedAt ?? lastSeen) > Self.silence ? .newGeneration : .sameCall
    }
}
