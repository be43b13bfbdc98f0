// SPDX-License-Identifier: Apache-2.0
import CRM
import Essentials
import HTTPTransfer
import Logging
import SQLEngine
import Store
import Synchronization
import WireFormats

extension DeliveryEngine {
    /// Claims what is due and fits into the accounts' room. Empty: nothing to do now.
    func claim() async throws -> [Work] {
        let now = time.now()
        let reserved = desk.reserve(now: now, atMost: settings.claimsMax)
        guard !reserved.isEmpty else { return [] }
        var used: [String: Int] = [:]
        defer { for (account, count) in reserved { desk.settle(account, reserved: count, used: used[account] ?? 0, now: now) } }
        let due = try await dueAccounts(Set(reserved.keys), now: now)
        guard !due.isEmpty else { return [] }
        let work = try await store.write(.completion) { [self] tx in
            let fence = try tx.nextFence()
            var work: [Work] = []
            for account in due.sorted() {
                let orders = try tx.claimOrders(
                    account: account, fence: fence, now: now, lease: now + settings.lease, limit: reserved[account] ?? 0)
                let taken = try orders.compactMap { try takeUp($0, now: now, tx) }
                if !taken.isEmpty, let budget = desk.budget(account) { try tx.saveAccountState(budget, of: account) }
                work += taken
            }
            return work
        }
        for one in work {
            used[one.entry.order.account, default: 0] += 1
            carrying.withLock { _ = $0.insert(one.entry.order.id) }
        }
        backlogged.withLock { backlogged in
            for account in due { if used[account] == reserved[account] { backlogged.insert(account) } else { backlogged.remove(account) } }
        }
        return work
    }

    /// Those of the accounts that have something due. One whose last claim was filled has more, most likely: it is not asked.
    private func dueAccounts(_ accounts: Set<String>, now: Instant) async throws -> [String] {
        let sure = backlogged.withLock { accounts.intersection($0) }
        let others = accounts.subtracting(sure)
        guard !others.isEmpty else { return Array(sure) }
        return try await store.read { snapshot in
            try others.filter { try snapshot.nextDue(account: $0).map { $0 <= now } ?? false }
        } + sure
    }

    /// Lays the order's next request down as an intent; `nil`: it came to rest without one.
    func takeUp(_ order: OrderRecord, now: Instant, _ tx: Transaction) throws -> Work? {
        guard let account = desk.accounts[order.account] else { return nil }
        guard let recipe = try recipe(of: order, tx) else {
            try giveUp(order, now: now, tx)
            return nil
        }
        var entry = OutboxEntry(order, recipe: recipe, backoff: settings.backoff)
        let remotes = try tx.remotes(lead: order.lead, account: order.account)
        let action = entry.proceed(now: now, account: account.fields, mapping: account.mapping, remotes: remotes)
        return try store(entry, action, remotes, now: now, tx)
    }

    /// Writes the entry and, where a request follows, its attempt.
    func store(
        _ entry: OutboxEntry, _ action: OutboxEntry.Action, _ remotes: [String: JSON], now: Instant, _ tx: Transaction
    ) throws -> Work? {
        guard try tx.saveClaimed(entry.order) else { throw FencedOff() }
        guard case .send(let intent) = action else {
            try audit(entry.order, tx)
            return nil
        }
        let step = entry.order.steps[intent.step].name
        let attempt = try tx.beginAttempt(order: entry.order, step: step, operation: intent.operation, at: now)
        return Work(entry: entry, intent: intent, attempt: attempt, remotes: remotes)
    }
}
