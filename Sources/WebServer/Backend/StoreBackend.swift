// SPDX-License-Identifier: Apache-2.0
public import CallModel
public import Delivery
import Essentials
public import Intake
public import Logging
public import Store

/// The console's view of the real service: reads from the store, acts through the briefing desk and the outbox.
public struct StoreBackend: ConsoleBackend {
    let store: Store
    let desk: BriefingDesk
    let sources: @Sendable () async -> [SourceStatus]
    let orders: OutboxAdmin
    let feed: LiveFeed
    let rules: RuleReader
    let logger: Logger

    /// - Parameters:
    ///   - groups: words of the configuration, beside those of the default rule set.
    ///   - language: of what is explained to programs in one language only.
    public init(
        store: Store, desk: BriefingDesk, sources: @escaping @Sendable () async -> [SourceStatus], orders: OutboxAdmin, feed: LiveFeed,
        shelf: any RuleShelf, groups: [String], language: Language,
        logger: Logger
    ) {
        self.store = store
        self.desk = desk
        self.sources = sources
        self.orders = orders
        self.feed = feed
        rules = RuleReader(shelf: shelf, language: language, groups: groups)
        self.logger = logger
    }

    public func groups() async -> [String] { rules.groups }

    public func notices(_ language: Language) async -> [String] {
        await sources().filter { $0.state != .heard }.map { $0.sentence(language) }
    }

    /// Decisions show in the lead or the call that they belong to.
    public func changes() -> AsyncStream<ResourceChange> {
        let changes = feed.changes()
        return AsyncStream(bufferingPolicy: .bufferingNewest(LiveFeed.backlog)) { continuation in
            // Lives as long as the stream is read: ends with the feed's stream, or is cancelled when the reader stops.
            let task = Task {
                for await change in changes {
                    switch change.kind {
                    case .call: continuation.yield(.call(change.id))
                    case .lead: continuation.yield(.lead(change.id))
                    case .decision: break
                    }
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    /// One snapshot; what the store can't do becomes `unavailable` and a line in the log.
    func read<T: Sendable>(_ body: @escaping @Sendable (Snapshot) throws -> T) async throws(Problem) -> T {
        do {
            return try await store.read(body)
        } catch let problem as Problem {
            throw problem
        } catch {
            logger.warning("The store could not be read", metadata: ["error": "\(error)"])
            throw .unavailable
        }
    }

    /// A cursor that a client passed back.
    static func cursor(_ page: PageRequest) throws(Problem) -> Cursor? {
        guard let text = page.cursor, !text.isEmpty else { return nil }
        guard let cursor = Cursor(text) else { throw .badRequest("cursor is not one of ours.") }
        return cursor
    }
}
