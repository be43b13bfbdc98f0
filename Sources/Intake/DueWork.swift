// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Logging
import SQLEngine
import Screening
public import ServiceLifecycle
import Store
import Synchronization

/// Does what became due: decisions at `hangup`, forgotten briefings, the minute's refusals. Due times are stored, so that a stop
/// only delays them.
public final class DueWork: Service {
    /// Between two looks at the clock. A wake-up is a hint, the store is the truth.
    public static let pollInterval: Duration = .seconds(1)
    /// Due records done in one transaction, so that hooks are not kept waiting.
    static let batchMax = 50
    /// How long work that failed waits for its next try.
    static let putOff: Duration = .seconds(300)

    /// How long work that is due gives way to webhooks while the store has no time for both.
    static let yieldMax: Duration = .seconds(5)

    let intake: HookIntake
    let logger: Logger
    private let lastLook = Mutex((at: ContinuousClock.now, busy: Duration.zero))

    public init(_ intake: HookIntake) {
        self.intake = intake
        logger = intake.logger
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                if await !self.yields() { await self.runDue() }
                try? await Task.sleep(for: Self.pollInterval)
            }
        }
        await writeRefusals(before: nil)
        await writeContacts(at: nil)
    }

    /// Whether webhooks go first: the writer was at work for most of the time since the last look, and nothing is overdue for long.
    func yields() async -> Bool {
        let (now, busy) = (ContinuousClock.now, intake.store.health.busy)
        let (lookedAt, busyThen) = lastLook.withLock { last in
            defer { last = (now, busy) }
            return last
        }
        guard Self.isBusy(busy - busyThen, of: lookedAt.duration(to: now)) else { return false }
        guard let oldest = try? await intake.store.read({ try $0.nextDue() }) else { return false }
        return intake.time.now() - oldest < Self.yieldMax
    }

    /// Whether the writer was at work for more than half of the time.
    static func isBusy(_ worked: Duration, of elapsed: Duration) -> Bool { worked > elapsed * 0.5 }

    /// Does all that is due now.
    /// - Returns: how many pieces of work were done.
    @discardableResult
    public func runDue() async -> Int {
        let now = intake.time.now()
        await writeRefusals(before: now)
        await writeContacts(at: now)
        var done = 0
        while true {
            do {
                let batch = try await runBatch(now, atMost: Self.batchMax)
                done += batch
                if batch < Self.batchMax { return done }
            } catch {
                logger.warning("Due work could not be done", metadata: ["error": "\(error)"])
                return await runSingly(now) + done
            }
        }
    }

    /// After a batch that failed: each piece for itself, and the one that fails is put off, so that it holds up nobody.
    private func runSingly(_ now: Instant) async -> Int {
        guard let due = try? await intake.store.read({ try $0.due(by: now, limit: Self.batchMax) }) else { return 0 }
        var done = 0
        for record in due {
            do { done += try await runBatch(now, atMost: 1) } catch {
                logger.error("Due work failed and is put off", metadata: ["kind": "\(record.kind.rawValue)", "error": "\(error)"])
                var later = record
                later.at = now + Self.putOff
                try? await intake.store.write(.completion) { [later] in try $0.schedule(later) }
            }
        }
        return done
    }

    private func runBatch(_ now: Instant, atMost batchMax: Int) async throws -> Int {
        // Looked for on a reader first: most looks find nothing, and need no turn of the writer.
        guard try await !intake.store.read({ try $0.due(by: now, limit: 1) }).isEmpty else { return 0 }
        let parts = intake.parts
        let (count, changes) = try await intake.store.write(.completion) { tx in
            let due = try tx.due(by: now, limit: batchMax)
            var changes: [LiveChange] = []
            for record in due {
                guard try tx.unschedule(record.kind, subject: record.subject) else { continue }
                changes += try DueActs(tx: tx, parts: parts, now: now).run(record)
            }
            return (due.count, changes)
        }
        intake.feed.publish(changes)
        return count
    }

    private func writeContacts(at now: Instant?) async {
        let contacts = intake.contacts.take(at: now)
        guard !contacts.isEmpty else { return }
        do {
            try await intake.store.write(.housekeeping) { try $0.record(contacts) }
        } catch {
            intake.contacts.giveBack(contacts)
            logger.warning("When sources were heard last could not be put on record", metadata: ["error": "\(error)"])
        }
    }

    private func writeRefusals(before now: Instant?) async {
        let counted = intake.refusals.take(before: now)
        guard !counted.isEmpty else { return }
        do {
            try await intake.store.write(.housekeeping) { try $0.record(counted) }
        } catch {
            intake.refusals.giveBack(counted)
            logger.warning("Refused requests could not be put on record", metadata: ["error": "\(error)"])
        }
    }
}
