// SPDX-License-Identifier: Apache-2.0
import CRM
import Essentials
import HTTPTransfer
import Logging
import SQLEngine
import Store
import Synchronization
import WireFormats

/// Takes orders out of the store, carries each to a rest, and writes down every step before and after it is made.
///
///     claim ── one transaction: fence, first steps laid out, first intents ── synced ──▶ Work
///     carry ── send ── one transaction: ending, remote ids, audit, next intent ── synced ──▶ send … until rest
///
/// A crash between any two of these leaves either an order that waits, or one claimed with a step in `sending`; the next
/// start makes that step an unknown outcome (RELIABILITY.md, rule 4).
final class DeliveryEngine: Sendable {
    /// An order under a claim, with the request that its stored intent names.
    struct Work: Sendable {
        var entry: OutboxEntry
        var intent: OutboxEntry.Intent
        var attempt: AttemptRecord.ID
        /// Ids that earlier orders of the lead learned.
        var remotes: [String: JSON]
    }

    let store: Store
    let desk: AccountDesk
    let sessions: SessionDesk
    let http: any HTTPClient
    let time: any TimeSource
    let random: any RandomSource
    let logger: Logger
    let settings: DeliverySettings
    let carrying = Mutex<Set<OrderRecord.ID>>([])
    let recipes = Mutex<[String: Recipe]>([:])
    /// Accounts whose last claim took all it could: there is more.
    let backlogged = Mutex<Set<String>>([])

    init(
        store: Store, accounts: [DeliveryAccount], http: any HTTPClient, time: any TimeSource, random: any RandomSource, logger: Logger,
        settings: DeliverySettings
    ) {
        self.store = store
        desk = AccountDesk(accounts)
        sessions = SessionDesk(store: store, http: http, time: time)
        self.http = http
        self.time = time
        self.random = random
        self.logger = logger
        self.settings = settings
        recipes.withLock { known in for account in accounts { known[account.recipe.hash] = account.recipe } }
    }

    // MARK: Start

    /// Keeps the texts of the recipes in use, takes up what was known of the accounts, and gives back what a process that is gone had claimed.
    /// - Returns: how many orders were given back.
    func begin() async throws -> Int {
        let texts = desk.accounts.values.map(\.recipe)
        let known = try await store.write(.completion) { tx in
            for recipe in texts { try tx.saveRecipe(hash: recipe.hash, name: recipe.name, text: recipe.text) }
            return try tx.accountStates()
        }
        desk.restore(known, now: time.now())
        let states = desk.saved
        try await store.write(.completion) { tx in for (name, state) in states { try tx.saveAccountState(state, of: name) } }
        return try await recover(now: Instant(unixMilliseconds: .max))
    }

    /// Gives back claims whose lease passed at `now` and that this process does not carry.
    func recover(now: Instant) async throws -> Int {
        var count = 0
        while true {
            let time = time, carried = carrying.withLock { $0 }
            let (found, recovered) = try await store.write(.completion) { [self] tx in
                let orders = try tx.overdueClaims(now: now, limit: 200)
                let lost = orders.filter { !carried.contains($0.id) }
                for order in lost {
                    guard let recipe = try recipe(of: order, tx) else {
                        try giveUp(order, now: time.now(), tx)
                        continue
                    }
                    var entry = OutboxEntry(order, recipe: recipe, backoff: settings.backoff)
                    entry.recover("the service ended while it was being sent", now: time.now())
                    _ = try tx.saveClaimed(entry.order)
                }
                return (orders.count, lost.count)
            }
            count += recovered
            if found < 200 || recovered == 0 { return count }
        }
    }

    /// Brings due times that a clock jump moved away back into reach (R17).
    func clampDueTimes() async throws {
        let latest = time.now() + CRMAnswer.waitMax
        try await store.write(.housekeeping) { tx in try tx.clampDueTimes(latest: latest) }
    }

    // MARK: Recipes

    /// The recipe that an order is pinned to: of this configuration, or as it was kept; `nil`: there is none, or it can't be read.
    func recipe(of order: OrderRecord, _ tx: Transaction) throws -> Recipe? {
        if let known = recipes.withLock({ $0[order.recipeHash] }) { return known }
        guard let kept = try tx.recipeText(hash: order.recipeHash) else { return nil }
        let recipe: Recipe
        do {
            recipe = try Recipe.load(kept.text, file: "\(kept.name) as stored")
        } catch {
            logger.error("a stored recipe can't be read", metadata: ["recipe": "\(kept.name)", "error": "\(error)"])
            return nil
        }
        recipes.withLock { $0[order.recipeHash] = recipe }
        return recipe
    }

    /// One order without its recipe must not keep all others from being claimed.
    func giveUp(_ order: OrderRecord, now: Instant, _ tx: Transaction) throws {
        var dead = order
        dead.state = .dead
        dead.lastError = "the recipe \(order.recipeName) that it was written under is not there any more: discard it"
        dead.updatedAt = now
        guard try tx.saveClaimed(dead) else { throw FencedOff() }
        try audit(dead, tx)
    }

    /// The claim was given to another worker.
    struct FencedOff: Error {}
}
