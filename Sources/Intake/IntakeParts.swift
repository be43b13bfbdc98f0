// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Screening
import Store

/// What the parts of intake share. Immutable but for the cache, which only the writer's thread touches.
final class IntakeParts: Sendable {
    let settings: IntakeSettings
    let shelf: any RuleShelf
    let random: any RandomSource
    let numbers = PhoneNumbers()
    let calls = LiveCalls()

    init(settings: IntakeSettings, shelf: any RuleShelf, random: any RandomSource) {
        self.settings = settings
        self.shelf = shelf
        self.random = random
    }

    func rules(for line: Line?) -> RuleSet { shelf.ruleSet(named: line?.rules) }

    func ulid(at now: Instant) -> ULID { ULID(at: now, random: random) }
}

extension ULID {
    /// When it was minted, in the milliseconds that its first 48 bits hold.
    var mintedAt: Instant { Instant(unixMilliseconds: Int64(high >> 16)) }
}
