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
    private let carrying = Mutex<Set<OrderRecord.ID>>([])
    private let recipes = Mutex<[String: Recipe]>([:])

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

    // MARK: Claim

    /// Claims what is due and fits into the accounts' room. Empty: nothing to do now.
    func claim() async throws -> [Work] {
        let now = time.now()
        let room = desk.room(now: now)
        guard !room.isEmpty else { return [] }
        let due = try await store.read { snapshot in
            try room.keys.filter { try snapshot.nextDue(account: $0).map { $0 <= now } ?? false }
        }
        guard !due.isEmpty else { return [] }
        let work = try await store.write(.completion) { [self] tx in
            let fence = try tx.nextFence()
            var work: [Work] = []
            for account in due.sorted() {
                let limit = min(room[account] ?? 0, settings.claimsMax)
                for order in try tx.claimOrders(account: account, fence: fence, now: now, lease: now + settings.lease, limit: limit) {
                    if let one = try takeUp(order, now: now, tx) { work.append(one) }
                }
            }
            return work
        }
        for one in work {
            desk.enter(one.entry.order.account, now: now, sending: true)
            carrying.withLock { _ = $0.insert(one.entry.order.id) }
        }
        return work
    }

    /// Lays the order's next request down as an intent; `nil`: it came to rest without one.
    private func takeUp(_ order: OrderRecord, now: Instant, _ tx: Transaction) throws -> Work? {
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
    private func store(
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

    // MARK: Carry

    /// Sends the request of `work` and those that follow from it, until the order rests. Never throws: an order whose ending
    /// can't be stored stays claimed, and is found again as an unknown outcome.
    func carry(_ first: Work) async {
        let account = first.entry.order.account, id = first.entry.order.id
        defer {
            desk.leave(account)
            carrying.withLock { _ = $0.remove(id) }
        }
        var next: Work? = first
        while let work = next { next = await carryOne(work) }
    }

    /// One request with its record; the request that follows is stored as an intent and not sent yet.
    func carryOne(_ work: Work) async -> Work? { await record(work, await send(work)) }

    /// How a request ended, and what else is known of it.
    private struct Heard {
        var ending: OutboxEntry.Ending
        var status: Int?
        /// We ended it ourselves: neither the order nor the account is to blame (R18).
        var wasStopped = false
    }

    private func send(_ work: Work) async -> Heard {
        guard let account = desk.accounts[work.entry.order.account] else { return Heard(ending: .notTried, wasStopped: true) }
        guard work.entry.recipe.needsSession(work.intent.operation, account: account.fields) else { return await send(work, account, held: nil) }
        switch await sessions.session(of: account, recipe: work.entry.recipe) {
        case .ending(let ending): return Heard(ending: ending)
        case .ready(let held):
            var heard = await send(work, account, held: held)
            // Another token is asked for, once for all who wait; neither the order nor the account is to blame.
            if case .answered(let answer) = heard.ending, answer.class == .authExpired {
                heard.wasStopped = await sessions.expired(held, account: account.name)
            }
            return heard
        }
    }

    private func send(_ work: Work, _ account: DeliveryAccount, held: SessionDesk.Held?) async -> Heard {
        var context = context(work, account)
        context.session = held?.session.values ?? [:]
        let request: CRMRequest
        do {
            request = try work.entry.recipe.request(work.intent.operation, context)
        } catch {
            return Heard(ending: .answered(CRMAnswer(class: .invalid, message: error.description)))
        }
        let transfer = TransferRequest(
            method: request.method, url: request.url, headers: request.headers.map { TransferHeader($0.name, $0.value) }, body: request.body,
            policy: account.policy)
        let pace = account.pace ?? work.entry.recipe.pace
        switch await http.send(transfer, deadline: .after(pace.timeout)) {
        case .response(let response):
            let answer = CRMResponse(
                status: response.status, headers: response.headers.map { CRMHeader($0.name, $0.value) }, body: response.body)
            return Heard(ending: .answered(work.entry.recipe.read(answer, to: work.intent.operation, context)), status: response.status)
        case .failedBeforeSend(let failure): return Heard(ending: DeliveryEngine.ending(failure), wasStopped: failure.isOurs)
        case .unknown(let failure): return Heard(ending: .unknown(failure.description), wasStopped: failure.isOurs)
        }
    }

    private func context(_ work: Work, _ account: DeliveryAccount) -> RecipeContext {
        work.entry.context(
            step: work.intent.step, account: account.fields, mapping: account.mapping, remotes: work.remotes, now: time.now())
    }

    /// A request that must not or can't leave is the account's fault: it stops, instead of failing each order in turn.
    private static func ending(_ failure: TransferFailure) -> OutboxEntry.Ending {
        switch failure.reason {
        case _ where failure.isOurs: .notTried
        case .egressRefused, .badRequest: .answered(CRMAnswer(class: .authInvalid, message: failure.description))
        default: .failedBeforeSend(failure.description)
        }
    }

    /// Stores how a request ended and what follows; `nil`: the order rests.
    private func record(_ work: Work, _ heard: Heard) async -> Work? {
        let now = time.now()
        let account = work.entry.order.account
        let ending = heard.ending
        let lesson = heard.wasStopped ? AccountDesk.Lesson(counts: false) : desk.learn(account, ending, now: now)
        if let changed = lesson.changedTo { report(account, changed) }
        let jitter = Double(random.bytes(2).reduce(0) { $0 << 8 | Int($1) }) / 65_536
        var finished = work.entry
        finished.finish(work.intent, ending, now: now, jitter: jitter, counts: lesson.counts)
        let (entry, action) = goOn(finished, work, now: now)
        // A full disk heals; until then the ending is kept here and nothing more is sent for this order.
        for pause in [0, 1, 2, 4, 8, 16, 30] {
            if pause > 0 { try? await Task.sleep(for: .seconds(pause)) }
            do {
                return try await store.write(.completion) { [self] tx in
                    if let saved = lesson.saved { try tx.saveAccountState(saved, of: account) }
                    return try write(entry, action, after: work, heard, now: now, tx)
                }
            } catch is FencedOff {
                logger.warning("claim was taken over", metadata: ["order": "\(entry.order.ulid)", "account": "\(account)"])
                return nil
            } catch {
                logger.error("delivery could not be recorded", metadata: ["order": "\(entry.order.ulid)", "error": "\(error)"])
            }
        }
        return nil
    }

    /// The next request, if the order is not at rest and its account has room for it now.
    private func goOn(_ entry: OutboxEntry, _ work: Work, now: Instant) -> (OutboxEntry, OutboxEntry.Action) {
        guard entry.order.state == .claimed, let account = desk.accounts[entry.order.account] else { return (entry, .rest) }
        var next = entry
        let action = next.proceed(now: now, account: account.fields, mapping: account.mapping, remotes: work.remotes)
        guard case .send = action else { return (next, action) }
        let permit = desk.permit(entry.order.account, now: now)
        guard !permit.granted else { return (next, action) }
        var paused = entry
        paused.pause(until: permit.at, now: now)
        return (paused, .rest)
    }

    private func write(
        _ entry: OutboxEntry, _ action: OutboxEntry.Action, after work: Work, _ heard: Heard, now: Instant, _ tx: Transaction
    ) throws -> Work? {
        let next = try store(entry, action, work.remotes, now: now, tx)
        try tx.endAttempt(work.attempt, result: heard.ending.name, status: heard.status, detail: heard.ending.detail, at: now)
        let step = entry.order.steps[work.intent.step]
        if step.state == .done, let members = step.taken.members, !members.isEmpty {
            let taken = Dictionary(members.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
            try tx.saveRemotes(taken, lead: entry.order.lead, account: entry.order.account, shown: entry.recipe.shownID)
        }
        return next
    }

    // MARK: Record

    private func audit(_ order: OrderRecord, _ tx: Transaction) throws {
        guard order.state == .delivered || order.state == .dead || order.state == .held else { return }
        try tx.audit(
            AuditEntry(
                actor: "service", action: "order.\(order.state.rawValue)", object: "order \(order.ulid)",
                outcome: order.state == .delivered ? "done" : "failed",
                reason: order.state == .delivered ? "" : order.steps.compactMap(\.lastResult).last ?? "",
                details: [
                    .plain("lead", order.leadKey), .plain("account", order.account), .plain("kind", order.kind.rawValue),
                    .plain("revision", String(order.revision)), .plain("attempts", String(order.attempts)),
                ]))
        guard order.state != .delivered else { return }
        logger.warning(
            "order needs a person", metadata: ["order": "\(order.ulid)", "account": "\(order.account)", "state": "\(order.state.rawValue)"])
    }

    private func report(_ account: String, _ health: AccountGate.Health) {
        switch health {
        case .up: logger.info("account is up again", metadata: ["account": "\(account)"])
        case .down: logger.warning("account does not answer", metadata: ["account": "\(account)"])
        case .stopped(let why, _, _): logger.error("account refuses us", metadata: ["account": "\(account)", "why": "\(why)"])
        }
    }

    /// The recipe that an order is pinned to: of this configuration, or as it was kept; `nil`: there is none, or it can't be read.
    private func recipe(of order: OrderRecord, _ tx: Transaction) throws -> Recipe? {
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
    private func giveUp(_ order: OrderRecord, now: Instant, _ tx: Transaction) throws {
        var dead = order
        dead.state = .dead
        dead.lastError = "the recipe \(order.recipeName) that it was written under is not there any more: discard it"
        dead.updatedAt = now
        guard try tx.saveClaimed(dead) else { throw FencedOff() }
        try audit(dead, tx)
    }

    /// The claim was given to another worker.
    private struct FencedOff: Error {}
}

extension TransferFailure {
    /// We did not let it go on; it says nothing about the other side.
    var isOurs: Bool { reason == .stopped || reason == .cancelled || reason == .notAdmitted }
}

extension OutboxEntry.Ending {
    /// One word for lists and metrics.
    var name: String {
        switch self {
        case .answered(let answer): answer.class.rawValue
        case .failedBeforeSend: "failed_before_send"
        case .unknown: "unknown"
        case .notTried: "not_tried"
        }
    }

    var detail: String? {
        switch self {
        case .answered(let answer): answer.message
        case .failedBeforeSend(let why), .unknown(let why): why
        case .notTried: nil
        }
    }
}
