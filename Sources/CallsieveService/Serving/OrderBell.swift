// SPDX-License-Identifier: Apache-2.0
internal import Delivery
internal import Intake
internal import ServiceLifecycle

/// Tells delivery that a lead changed, after the commit: a fresh lead leaves at once instead of at the next look. A hint; losing
/// one loses nothing (RELIABILITY.md, rule 10), and many that come together are one look.
struct OrderBell: Service {
    let feed: LiveFeed
    let delivery: DeliveryService

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await change in feed.changes() where change.kind == .lead { delivery.wake() }
        }
    }
}
