// SPDX-License-Identifier: Apache-2.0
import CallModel
public import Essentials
public import Logging
import SQLEngine
import Screening
public import ServiceLifecycle
import Store

/// Does what became due: decisions at `hangup`, forgotten briefings, the minute's refusals. Due times are stored, so that a stop
/// only delays them.
public final class DueWork: Service {
    /// Between two looks at the clock. A wake-up is a hint, the store is the truth.
    public static let pollInterval: Duration = .seconds(1)
    /// Due records done in one transaction, so that hooks are not kept waiting.
    static let batchMax = 50

    let intake: HookIntake
    let logger: Logger

    public init(_ intake: HookIntake) {
        self.intake = intake
        logger = intake.logger
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.runDue()
                try? await Task.sleep(for: Self.pollInterval)
            }
        }
        await writeRefusals(before: nil)
    }

    /// Does all that is due now.
    /// - Returns: how many pieces of work were done.
    @discardableResult
    public func runDue() async -> Int {
        let now = intake.time.now()
        await writeRefusals(before: now)
        var done = 0
        while true {
            do {
                let batch = try await runBatch(now)
                done += batch
                if batch < Self.batchMax { return done }
            } catch {
                logger.warning("Due work could not be done", metadata: ["error": "\(error)"])
                return done
            }
        }
    }

    private func runBatch(_ now: Instant) async throws -> Int {
        // Looked for on a reader first: most looks find nothing, and need no turn of the writer.
        guard try await !intake.store.read({ try $0.due(by: now, limit: 1) }).isEmpty else { return 0 }
        let parts = intake.parts, batchMax = Self.batchMax
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
