// SPDX-License-Identifier: Apache-2.0
import CRM
import Essentials
import WireFormats

extension AccountGate {
    /// What a restart must know: whether the account is down or has shut us out, and until when it asked us to wait.
    var saved: JSON {
        let pause = pausedUntil.map { JSON($0.unixMilliseconds) }
        switch health {
        case .up: return .object(present: [("health", "up"), ("failures", JSON(failures)), ("paused_until", pause)])
        case .down(let since, let probeAt):
            return .object(present: [
                ("health", "down"), ("since", JSON(since.unixMilliseconds)), ("probe_at", JSON(probeAt.unixMilliseconds)), ("paused_until", pause),
            ])
        case .stopped(let why, let since, let probeAt):
            return .object(present: [
                ("health", "stopped"), ("why", .string(why)), ("since", JSON(since.unixMilliseconds)),
                ("probe_at", JSON(probeAt.unixMilliseconds)), ("paused_until", pause),
            ])
        }
    }

    /// The gate as it was saved. A stopped account is probed at once: the restart may be the repair.
    init(_ pace: Pace, saved: JSON, now: Instant) {
        self.init(pace, spokenToBefore: now)
        let instant = { (name: String) in saved[name]?.integer.map(Instant.init(unixMilliseconds:)) }
        pausedUntil = instant("paused_until")
        failures = Int(saved["failures"]?.integer ?? 0)
        switch saved["health"]?.string {
        case "down": health = .down(since: instant("since") ?? now, probeAt: instant("probe_at") ?? now)
        case "stopped": health = .stopped(why: saved["why"]?.string ?? "", since: instant("since") ?? now, probeAt: now)
        default: health = .up
        }
    }
}
