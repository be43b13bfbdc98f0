// SPDX-License-Identifier: Apache-2.0
public import Essentials
public import HTTPTransfer
public import Logging
public import ServiceLifecycle
public import Store
import Synchronization

/// Delivers what the outbox holds, for as long as the service runs.
///
/// Orders of one lead go one at a time and in order; accounts do not wait for each other. A graceful stop claims nothing more,
/// lets requests under way end within `DeliverySettings.stopWithin`, and records how each ended.
public final class DeliveryService: Service {
    private let engine: DeliveryEngine
    private let signal = WakeSignal()
    private let isStopping = Mutex(false)
    private let lastHint = Mutex(ContinuousClock.now)

    /// - Parameters:
    ///   - http: shut down by this service when it stops.
    public init(
        store: Store, accounts: [DeliveryAccount], http: any HTTPClient, time: any TimeSource = SystemTime(),
        random: any RandomSource = SystemRandom(), logger: Logger, settings: DeliverySettings = DeliverySettings()
    ) {
        engine = DeliveryEngine(store: store, accounts: accounts, http: http, time: time, random: random, logger: logger, settings: settings)
    }

    /// A hint that an order was written; without it, the next look finds the order.
    public func wake() { signal.wake() }

    /// How each account stands, for metrics and lists.
    public var health: [String: AccountGate.Health] { engine.desk.health }

    /// Everything a list shows of the accounts, by name.
    public var standings: [AccountStanding] { engine.desk.standings }

    /// Tries an account that was shut or paused again at once; on record, and known over a restart.
    /// - Returns: `false` when there is no account of that name.
    public func resume(account: String, actor: String) async throws -> Bool {
        let done = try await engine.decide("account.resume", account, by: actor) { $0.resume(account) }
        signal.wake()
        return done
    }

    /// Sends the account nothing more until it is resumed; what is under way ends. On record, and known over a restart.
    /// - Returns: `false` when there is no account of that name.
    public func pause(account: String, actor: String, note: String = "") async throws -> Bool {
        try await engine.decide("account.pause", account, by: actor, note: note) { $0.pause(account, by: actor) }
    }

    /// Runs until the task is cancelled or the service group stops gracefully.
    public func run() async throws {
        await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await work()
            } onGracefulShutdown: {
                self.stop()
            }
        } onCancel: {
            stop()
        }
    }

    private func stop() {
        isStopping.withLock { $0 = true }
        signal.wake()
    }

    private func work() async {
        await start()
        let underWay = TaskCounter()
        var housekeepingAt = engine.time.now()
        while !isStopping.withLock({ $0 }) {
            if engine.time.now() >= housekeepingAt || housekeepingAt > engine.time.now() + .seconds(120) {
                await housekeep()
                housekeepingAt = engine.time.now() + .seconds(60)
            }
            if await claim(underWay) == 0 { await rest() }
        }
        await finish(underWay)
    }

    /// Orders that a crash left claimed are given back before anything else; a store that is not ready yet is waited for.
    private func start() async {
        while !isStopping.withLock({ $0 }) {
            do {
                let count = try await engine.begin()
                if count > 0 { engine.logger.info("orders were given back after a restart", metadata: ["count": "\(count)"]) }
                return
            } catch {
                engine.logger.error("delivery can't start", metadata: ["error": "\(error)"])
                await signal.wait(atMost: .seconds(5))
            }
        }
    }

    private func claim(_ underWay: TaskCounter) async -> Int {
        do {
            let work = try await engine.claim()
            for one in work {
                underWay.enter()
                // Not a child task: cancelling the service must not cut a request whose ending still has to be recorded.
                // Bounded by the request's deadline, counted by `underWay`, awaited in `finish`.
                Task { [engine, signal] in
                    await engine.carry(one)
                    underWay.leave()
                    signal.wake()
                }
            }
            return work.count
        } catch {
            engine.logger.error("orders could not be claimed", metadata: ["error": "\(error)"])
            await signal.wait(atMost: engine.settings.pollEvery)
            return 0
        }
    }

    private func housekeep() async {
        do {
            _ = try await engine.recover(now: engine.time.now())
            try await engine.clampDueTimes()
        } catch {
            engine.logger.error("outbox housekeeping failed", metadata: ["error": "\(error)"])
        }
    }

    /// How long to wait when nothing could be claimed: not past the opening of an account.
    private func pause() -> Duration {
        let now = engine.time.now()
        let opening = engine.desk.nextOpening(now: now).map { $0 - now } ?? engine.settings.pollEvery
        return max(.milliseconds(1), min(opening, engine.settings.pollEvery))
    }

    /// Waits for a hint, for an account to open or for the next look. Hints that come close together are one, since a look costs
    /// a read and under load every lead that is decided gives a hint; with a backlog each place that becomes free is used at once.
    private func rest() async {
        let hinted = await signal.wait(atMost: pause())
        let since = ContinuousClock.now - lastHint.withLock { $0 }
        if hinted, !engine.hasBacklog, since < engine.settings.hintsApart, !isStopping.withLock({ $0 }) {
            try? await Task.sleep(for: engine.settings.hintsApart - since)
        }
        lastHint.withLock { $0 = ContinuousClock.now }
    }

    private func finish(_ underWay: TaskCounter) async {
        await underWay.wait(within: engine.settings.stopWithin)
        // Ends what is left; each ending is then recorded as it was.
        await engine.http.shutdown()
        await underWay.wait(within: engine.settings.stopWithin)
    }
}

/// Counts tasks, so that a stop can wait for them.
private final class TaskCounter: Sendable {
    private let count = Mutex(0)
    private let signal = WakeSignal()

    func enter() { count.withLock { $0 += 1 } }

    func leave() {
        count.withLock { $0 -= 1 }
        signal.wake()
    }

    /// Returns when the count is zero, or after `longest`.
    func wait(within longest: Duration) async {
        let deadline = Deadline.after(longest)
        // Outside of the cancelled task, so that the wait is not cut short; bounded by the deadline.
        await Task { [self] in
            while count.withLock({ $0 > 0 }), !deadline.hasPassed { await signal.wait(atMost: deadline.remaining) }
        }.value
    }
}
