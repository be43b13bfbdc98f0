// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// What intake has done since the process started, for `/metrics`.
public struct IntakeCounts: Hashable, Sendable {
    /// Requests that reached intake.
    public var requests: Int64 = 0
    /// Requests whose events were committed and synced.
    public var stored: Int64 = 0
    /// Requests that were not believed.
    public var refused: Int64 = 0
    /// Authenticated requests that no dialect could read; they are stored.
    public var unreadable: Int64 = 0
    /// Requests answered with 503: nothing was promised.
    public var unavailable: Int64 = 0
    /// Call-time answers that came too late, so that the caller was let through.
    public var failedOpen: Int64 = 0
    /// Of these, the ones answered with the dialect's preset answer instead of a 503.
    public var presetAnswers: Int64 = 0
    /// Requests found in hand after a stop and taken up again.
    public var takenUp: Int64 = 0

    public init() {}
}

final class IntakeCounters: Sendable {
    private let counts = Mutex(IntakeCounts())
    var now: IntakeCounts { counts.withLock { $0 } }
    func add(_ change: (inout IntakeCounts) -> Void) { counts.withLock { change(&$0) } }
}
