// SPDX-License-Identifier: Apache-2.0
internal import Essentials
public import Logging
public import ServiceLifecycle
public import WireFormats

/// Tells Callsieve of every change that sales made, over its own outcome hook (`POST /crm/book`).
///
/// What is owed was stored with the change. For each card the oldest goes first and the next waits until it was taken
/// with a 2xx; cards do not wait for each other. A crash after the 2xx and before the deletion repeats one message
/// under the same `webhook-id`.
public struct BookSender: Service {
    /// Posts a message and gives the answer's status; throws where there was no answer. Must end within its own deadline.
    public typealias Post = @Sendable (BookMessage) async throws -> Int

    let book: SalesBook
    let key: StandardWebhookKey
    let post: Post
    let logger: Logger

    public init(book: SalesBook, key: StandardWebhookKey, logger: Logger, post: @escaping Post) {
        self.book = book
        self.key = key
        self.logger = logger
        self.post = post
    }

    /// Cards served in one round, at the same time.
    static let cardsMax = 8
    /// The pause that an error of our own store, and a quiet hour, end with.
    static let pauseMax: Duration = .seconds(60)

    /// Sends until the service is asked to stop. What the stop cuts off is sent again, under its `webhook-id`, after the next start.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            var wakes = book.wake.makeAsyncIterator()
            while !Task.isCancelled {
                let pause = await round()
                if pause > .zero { await wait(pause, or: &wakes) }
            }
        }
    }

    /// Sends what is due now.
    ///
    /// - Returns: how long nothing will be due; zero when there may be more at once.
    private func round() async -> Duration {
        do {
            if try await sendDue() > 0 { return .zero }
            guard let due = try await book.nextDue() else { return Self.pauseMax }
            return min(max(due - book.time.now(), .milliseconds(50)), Self.pauseMax)
        } catch {
            if !(error is CancellationError) { logger.warning("the sales book's changes wait", metadata: ["error": "\(error)"]) }
            return .seconds(1)
        }
    }

    /// Ends after the pause, with a new change, or when cancelled.
    private func wait(_ pause: Duration, or wakes: inout AsyncStream<Void>.Iterator) async {
        let timer = Task { [waker = book.waker] in
            try await Task.sleep(for: pause)
            waker.yield()
        }
        let isAwake = await wakes.next() != nil
        timer.cancel()
        // The stream ends with the first run that is cancelled; a later one goes by the clock alone.
        if !isAwake { try? await Task.sleep(for: min(pause, .seconds(1))) }
    }

    /// Sends the oldest due change of each card once.
    ///
    /// - Returns: how many were taken.
    public func sendDue() async throws -> Int {
        let due = try await book.dueChanges(limit: Self.cardsMax)
        return try await withThrowingTaskGroup(of: Bool.self) { group in
            for change in due { group.addTask { try await send(change) } }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
    }

    private func send(_ change: OutboundChange) async throws -> Bool {
        let message = BookMessage(id: change.message, body: Array(change.body.utf8), key: key, at: book.time.now())
        let failure: String
        do {
            let status = try await post(message)
            if (200..<300).contains(status) {
                try await book.delivered(change)
                return true
            }
            failure = "answer \(status)"
        } catch let error as CancellationError {
            throw error
        } catch {
            failure = "\(error)"
        }
        logger.info(
            "a change of the sales book was not taken, it will be sent again",
            metadata: ["card": "\(change.card)", "message": "\(change.message)", "attempt": "\(change.attempts + 1)", "error": "\(failure)"])
        try await book.failed(change, why: failure)
        return false
    }
}
