// SPDX-License-Identifier: Apache-2.0

/// The latest moment at which a wait on the outside may still go on.
///
/// Measured on the monotonic clock, so that a step of the wall clock neither cuts a wait short nor makes it
/// endless (RELIABILITY: "Every wait has a deadline").
public struct Deadline: Hashable, Comparable, Sendable {
    public let instant: ContinuousClock.Instant

    public init(_ instant: ContinuousClock.Instant) { self.instant = instant }

    /// A deadline `duration` from now.
    public static func after(_ duration: Duration) -> Deadline { Deadline(.now + duration) }

    public var hasPassed: Bool { ContinuousClock.now >= instant }

    /// What is left, never negative.
    public var remaining: Duration { max(.zero, ContinuousClock.now.duration(to: instant)) }

    public static func < (left: Deadline, right: Deadline) -> Bool { left.instant < right.instant }
}
