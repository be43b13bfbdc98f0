// SPDX-License-Identifier: Apache-2.0
public import Essentials
import Store

extension OutboxEntry {
    /// Gives a claim back that nobody works on any more: its lease passed, or the process that had it is gone.
    ///
    /// What was being sent may have arrived, so its step becomes unknown; everything else is as if it had not been claimed.
    /// - Parameter why: for people.
    public mutating func recover(_ why: String, now: Instant) {
        for index in order.steps.indices where order.steps[index].state == .sending {
            order.steps[index].state = .unknown
            order.steps[index].looks = 0
            order.steps[index].lastResult = why
            order.lastError = why
        }
        order.state = .waiting
        order.dueAt = now
        order.updatedAt = now
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
            guard case .lookUp(let look)? = recipe.operations[plan[index].operation]?.onUnknown else {
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

    /// A person says: never mind. What waited behind it goes on.
    /// - Returns: `false`, with nothing changed, while it is being sent or when it is finished.
    public mutating func discard(_ why: String, now: Instant) -> Bool {
        guard order.state == .waiting || order.state == .dead || order.state == .held else { return false }
        order.state = .discarded
        order.lastError = why
        order.updatedAt = now
        return true
    }
}
