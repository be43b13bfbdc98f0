// SPDX-License-Identifier: Apache-2.0
import CRM
import Essentials
import WireFormats

extension AccountGate {
    /// What a restart must know: whether the account is down or has shut us out, until when it asked us to wait, who paused it, and
    /// what of its budget is spent (R14: restarts give nothing on top).
    var saved: JSON { .object(present: standing + budget) }

    private var standing: [(String, JSON?)] {
        let common: [(String, JSON?)] = [
            ("paused_until", pausedUntil.map { JSON($0.unixMilliseconds) }), ("paused_by", pausedBy.map { .string($0) }),
        ]
        switch health {
        case .up: return [("health", "up"), ("failures", JSON(failures))] + common
        case .down(let since, let probeAt):
            return [("health", "down"), ("since", JSON(since.unixMilliseconds)), ("probe_at", JSON(probeAt.unixMilliseconds))] + common
        case .stopped(let why, let since, let probeAt):
            return [
                ("health", "stopped"), ("why", .string(why)), ("since", JSON(since.unixMilliseconds)),
                ("probe_at", JSON(probeAt.unixMilliseconds)),
            ] + common
        }
    }

    /// Tokens in millionths: no binary fraction in a text.
    private var budget: [(String, JSON?)] {
        guard isLimited else { return [] }
        return [
            ("tokens_e6", JSON(Int64((tokens * 1e6).rounded(.down)))), ("refilled_at", refilledAt.map { JSON($0.unixMilliseconds) }),
            ("windows", windows.isEmpty ? nil : .array(windows.map(\.saved))),
        ]
    }

    /// The gate as it was saved. A stopped account is probed at once: the restart may be the repair.
    init(_ pace: Pace, saved: JSON, now: Instant) {
        self.init(pace, spokenToBefore: now)
        let instant = { (name: String) in saved[name]?.integer.map(Instant.init(unixMilliseconds:)) }
        if isLimited, let millionths = saved["tokens_e6"]?.integer, let refilled = instant("refilled_at"), refilled <= now {
            tokens = min(Double(max(pace.burst, 1)), Double(millionths) / 1e6)
            refilledAt = refilled
        }
        for index in windows.indices { windows[index].restore(saved["windows"]?[index]) }
        pausedBy = saved["paused_by"]?.string
        pausedUntil = instant("paused_until")
        failures = Int(saved["failures"]?.integer ?? 0)
        switch saved["health"]?.string {
        case "down": health = .down(since: instant("since") ?? now, probeAt: instant("probe_at") ?? now)
        case "stopped": health = .stopped(why: saved["why"]?.string ?? "", since: instant("since") ?? now, probeAt: now)
        default: health = .up
        }
    }
}
