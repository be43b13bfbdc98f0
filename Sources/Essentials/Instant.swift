// SPDX-License-Identifier: Apache-2.0

/// A moment of the wall clock, in whole milliseconds since 1970-01-01T00:00:00Z.
///
/// The product's one type for "when": it is compared, stored and sent as it is. Durations between two
/// instants are `Duration`; a time-out that must not feel clock jumps is a `Deadline`.
public struct Instant: Hashable, Comparable, Sendable, Codable {
    /// Milliseconds since the Unix epoch; negative before 1970.
    public let unixMilliseconds: Int64

    public init(unixMilliseconds: Int64) { self.unixMilliseconds = unixMilliseconds }

    public init(unixSeconds: Int64) { self.unixMilliseconds = unixSeconds.multipliedReportingOverflow(by: 1000).partialValue }

    /// Whole seconds since the Unix epoch, rounded down.
    public var unixSeconds: Int64 { unixMilliseconds >= 0 ? unixMilliseconds / 1000 : (unixMilliseconds - 999) / 1000 }

    public static func < (left: Instant, right: Instant) -> Bool { left.unixMilliseconds < right.unixMilliseconds }

    /// The instant `duration` later; stays at the end of the range instead of overflowing.
    public static func + (instant: Instant, duration: Duration) -> Instant {
        let (sum, overflow) = instant.unixMilliseconds.addingReportingOverflow(duration.milliseconds)
        return Instant(unixMilliseconds: overflow ? (duration < .zero ? .min : .max) : sum)
    }

    public static func - (instant: Instant, duration: Duration) -> Instant { instant + (.zero - duration) }

    /// The time from `right` to `left`; negative when `left` is earlier.
    public static func - (left: Instant, right: Instant) -> Duration {
        let (difference, overflow) = left.unixMilliseconds.subtractingReportingOverflow(right.unixMilliseconds)
        return .milliseconds(overflow ? (left > right ? .max / 2 : .min / 2) : difference)
    }
}

extension Duration {
    /// Whole milliseconds, rounded toward zero; clamped to what `Int64` holds.
    public var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        if overflow { return seconds < 0 ? .min : .max }
        return scaled.addingReportingOverflow(attoseconds / 1_000_000_000_000_000).partialValue
    }
}
