// SPDX-License-Identifier: Apache-2.0
internal import Essentials
internal import SQLEngine

extension SalesBook {
    func dueChanges(limit: Int) async throws -> [OutboundChange] {
        let now = time.now()
        return try await read { try $0.dueChanges(at: now, limit: limit) }
    }

    func nextDue() async throws -> Instant? { try await read { try $0.nextDue() } }

    func delivered(_ change: OutboundChange) async throws { try await write(.completion) { try $0.delivered(change) } }

    /// Puts an attempt that failed off: 1 s, doubling to 5 minutes, each with up to a quarter more by chance.
    func failed(_ change: OutboundChange, why: String) async throws {
        let dueAt = time.now() + SalesBook.pause(afterAttempts: change.attempts + 1, chance: random.bytes(1)[0])
        try await write(.completion) { try $0.failed(change, why: String(why.prefix(500)), dueAt: dueAt) }
    }

    static let pauseMax: Duration = .seconds(300)

    /// - Parameter chance: 0 to 255, how much of the quarter is added.
    static func pause(afterAttempts attempts: Int64, chance: UInt8) -> Duration {
        let base = attempts > 9 ? pauseMax : min(.seconds(1 << max(0, attempts - 1)), pauseMax)
        return base + base * Int(chance) / 1024
    }
}
