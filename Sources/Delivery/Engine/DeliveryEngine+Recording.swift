// SPDX-License-Identifier: Apache-2.0
import CRM
import Essentials
import HTTPTransfer
import Logging
import SQLEngine
import Store
import WireFormats

extension DeliveryEngine {
    /// Stores how a request ended and what follows; `nil`: the order rests.
    func record(_ work: Work, _ heard: Heard) async -> Work? {
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
                    if let saved = lesson.saved ?? desk.budget(account) { try tx.saveAccountState(saved, of: account) }
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
    func goOn(_ entry: OutboxEntry, _ work: Work, now: Instant) -> (OutboxEntry, OutboxEntry.Action) {
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

    func write(
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

    func audit(_ order: OrderRecord, _ tx: Transaction) throws {
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

    func report(_ account: String, _ health: AccountGate.Health) {
        switch health {
        case .up: logger.info("account is up again", metadata: ["account": "\(account)"])
        case .down: logger.warning("account does not answer", metadata: ["account": "\(account)"])
        case .stopped(let why, _, _): logger.error("account refuses us", metadata: ["account": "\(account)", "why": "\(why)"])
        }
    }
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
