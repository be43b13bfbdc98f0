// SPDX-License-Identifier: Apache-2.0
import CRM
public import Essentials
import Store

extension OutboxEntry {
    /// Gives a claim back that nobody works on any more: its lease passed, or the process that had it is gone.
    ///
    /// What was being sent may have arrived, so its step becomes unknown; everything else is as if it had not been claimed.
    /// - Parameter why: for people.
    public mutating func recover(_ why: String, now: Instant) {
        order.state = .waiting
        order.dueAt = now
        order.updatedAt = now
        for index in order.steps.indices where order.steps[index].state == .sending {
            order.steps[index].state = .unknown
            order.steps[index].looks = 0
            order.steps[index].lastResult = why
            order.lastError = why
            // It may have been sent a moment ago: the CRM's search is given its time.
            if case .lookUp(let look)? = onUnknown(index) { order.dueAt = now + look.after }
        }
    }

    /// Gives a claim back before its next request, to go on at `due`: there is no room at the CRM now.
    public mutating func pause(until due: Instant, now: Instant) {
        order.state = .waiting
        order.dueAt = due
        order.updatedAt = now
    }

    /// A person says: try again. Attempts start anew.
    ///
    /// A step whose outcome nobody can look up is sent again, since that is what the person decided; one that can be looked
    /// up is looked up first.
    /// - Returns: `false`, with nothing changed, unless the order is dead or held.
    public mutating func retry(now: Instant) -> Bool {
        guard order.state == .dead || order.state == .held else { return false }
        for index in order.steps.indices where order.steps[index].state == .unknown {
            guard case .lookUp(let look)? = onUnknown(index) else {
                order.steps[index].state = .open
                continue
            }
            let looksWanted: Int64 = look.again == nil ? 1 : 2
            if order.steps[index].looks >= looksWanted { order.steps[index].state = .open }
        }
        order.state = .waiting
        order.attempts = 0
        order.dueAt = now
        order.updatedAt = now
        return true
    }

    /// How an unknown outcome of a step is left; `nil` for a step that the plan does not have.
    func onUnknown(_ index: Int) -> OnUnknown? {
        plan.indices.contains(index) ? recipe.operations[plan[index].operation]?.onUnknown : nil
    }
}

extension OrderRecord {
    /// A person says: never mind. What waited behind it goes on.
    /// - Returns: `false`, with nothing changed, while it is being sent or when it is finished.
    mutating func discard(_ why: String, now: Instant) -> Bool {
        guard state == .waiting || state == .dead || state == .held else { return false }
        state = .discarded
        lastError = why
        updatedAt = now
        return true
    }
}
