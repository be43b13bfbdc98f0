// SPDX-License-Identifier: Apache-2.0
internal import Essentials
internal import Intake
internal import Logging
internal import ServiceLifecycle
internal import Store

/// Takes up, at the start, the requests that an ended process left in hand.
struct Leftovers: Service {
    let intake: HookIntake

    func run() async throws {
        _ = await intake.takeUpLeftovers()
        try? await gracefulShutdown()
    }
}

/// Work without a deadline: raw requests that have been kept long enough are dropped.
struct Housekeeping: Service {
    let store: Store
    let configuration: Configuration
    let logger: Logger

    private static let every = Duration.seconds(3600)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await dropRawBodies()
                try? await Task.sleep(for: Self.every)
            }
        }
    }

    private func dropRawBodies() async {
        do {
            _ = try await store.dropRawBodies(before: SystemTime().now() - configuration.rawRetention)
        } catch {
            logger.warning("old raw requests could not be dropped", metadata: ["error": "\(error)"])
        }
    }
}
