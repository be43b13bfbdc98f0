// SPDX-License-Identifier: Apache-2.0
import Essentials

/// How long a failed order waits: doubling from `first` to `longest`, spread by jitter so that orders that failed together
/// do not come back together.
public struct Backoff: Sendable, Hashable {
    /// Wait after the first failure.
    public var first: Duration
    /// No wait is longer (R17).
    public var longest: Duration
    /// Counted failures after which an order is given up: with the standard values, about twelve hours.
    public var attemptsMax: Int64

    public init(first: Duration = .seconds(5), longest: Duration = .seconds(3600), attemptsMax: Int64 = 20) {
        self.first = first
        self.longest = longest
        self.attemptsMax = attemptsMax
    }

    /// The wait after the `attempt`-th failure (from 1), between half and the whole of its step.
    /// - Parameter jitter: 0..<1, drawn anew for each wait.
    public func wait(attempt: Int64, jitter: Double) -> Duration {
        let doublings = min(max(attempt - 1, 0), 30)
        let full = min(first.milliseconds << doublings, longest.milliseconds)
        return .milliseconds(full / 2 + Int64(Double(full - full / 2) * min(max(jitter, 0), 1)))
    }
}
