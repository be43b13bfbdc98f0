// SPDX-License-Identifier: Apache-2.0
import PBX

/// Limits and counts of one source. The set of sources is closed: what is not configured shares the gate "unknown".
final class HookGate: Sendable {
    let limits: HookLimits
    private let inHand: Counter
    private let shed: Counter
    private let answers: StatusCounters
    private let time: Histogram

    init(name: String, limits: HookLimits, metrics: Metrics) {
        self.limits = limits
        let labels = [(name: "source", value: name)]
        inHand = metrics.level("callsieve_hooks_in_hand", "Webhooks being worked on", labels: labels)
        shed = metrics.counter("callsieve_hooks_shed_total", "Webhooks refused at once because too many were in hand", labels: labels)
        answers = StatusCounters(metrics, "callsieve_hook_answers_total", "Webhooks by the status of the answer", labels: labels)
        time = metrics.histogram("callsieve_hook_seconds", "From the whole webhook read to its answer, synced", labels: labels)
    }

    /// Takes one place in hand, to be given back by `leave` with what this returns; `nil` at once when there is none.
    func enter() -> ContinuousClock.Instant? {
        guard inHand.value < limits.inHandMax else {
            shed.add()
            return nil
        }
        inHand.add()
        return .now
    }

    func leave(_ entered: ContinuousClock.Instant) {
        time.record(ContinuousClock.now - entered)
        inHand.add(-1)
    }

    /// Lends one place in hand; `nil` and no wait when there is none.
    func withPlace(_ work: () async -> HookReply) async -> HookReply? {
        guard let entered = enter() else { return nil }
        let reply = await work()
        leave(entered)
        return reply
    }

    func count(_ status: Int) { answers.count(status) }
}
