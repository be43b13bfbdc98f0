// SPDX-License-Identifier: Apache-2.0
public import Essentials

/// When an event happened: what the PBX said, what we saw, and which of the two is used.
///
/// A PBX's clock is believed within ten minutes of ours (DECISIONS.md, "Which time"); both are kept, so that a
/// trace can name the one that was used.
public struct CallTime: Hashable, Sendable {
    /// Which clock gave `used`.
    public enum Clock: String, Sendable { case pbx, arrival }

    /// How far the PBX's clock may be from ours, either way, to be believed.
    public static let tolerance: Duration = .seconds(600)

    /// The PBX's own time of the event; `nil` when it sends none.
    public let own: Instant?
    /// When the request that carried the event arrived here.
    public let arrived: Instant

    public init(own: Instant?, arrived: Instant) {
        self.own = own
        self.arrived = arrived
    }

    public var clock: Clock {
        guard let own else { return .arrival }
        let distance = own - arrived
        return distance <= Self.tolerance && distance >= .zero - Self.tolerance ? .pbx : .arrival
    }

    /// The time that everything else reckons with.
    public var used: Instant { clock == .pbx ? own ?? arrived : arrived }

    /// A further time stated in the same event (a start, an answer, an end), on the clock that is used.
    ///
    /// Where the PBX's clock is not believed, the stated time is moved by as much as the event's own was, so that
    /// distances between times stay. Without an own time to move by, a stated time is taken if it is less than a day
    /// old and not in the future; else `nil`.
    public func corrected(_ stated: Instant) -> Instant? {
        if let own { return clock == .pbx ? stated : stated + (arrived - own) }
        let age = arrived - stated
        return age >= .zero - Self.tolerance && age < .seconds(86_400) ? stated : nil
    }
}
