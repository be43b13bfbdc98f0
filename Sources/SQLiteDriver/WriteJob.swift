// SPDX-License-Identifier: Apache-2.0
internal import Essentials
internal import SQLEngine

/// A body that waits for its turn on the writer, then for the commit that holds it.
protocol WriteJob: AnyObject, Sendable {
    var priority: WritePriority { get }
    var deadline: Deadline { get }
    var enqueuedAt: ContinuousClock.Instant { get }
    /// Runs the body on the writer's thread; again only after what it did was undone. What it returns is kept until `finish`.
    func run(on connection: SQLiteConnection) throws
    /// Wakes the caller, exactly once: with the kept result, or with `error`.
    func finish(_ error: (any Error)?)
}

/// The job of one `write` or `submit` call.
///
/// Unchecked: `result` is touched by the writer's thread alone, between being taken from the queue and `finish`.
final class Write<T: Sendable>: WriteJob, @unchecked Sendable {
    let priority: WritePriority
    let deadline: Deadline
    let enqueuedAt = ContinuousClock.now
    private let body: @Sendable (any SQLConnection) throws -> T
    private let completion: @Sendable (Result<T, any Error>) -> Void
    private var result: T?

    init(
        _ priority: WritePriority, deadline: Deadline, body: @escaping @Sendable (any SQLConnection) throws -> T,
        completion: @escaping @Sendable (Result<T, any Error>) -> Void
    ) {
        self.priority = priority
        self.deadline = deadline
        self.body = body
        self.completion = completion
    }

    func run(on connection: SQLiteConnection) throws { result = try body(connection) }

    func finish(_ error: (any Error)?) {
        if let error {
            completion(.failure(error))
        } else if let result {
            completion(.success(result))
        } else {
            completion(.failure(SQLFailure(.misuse, "a write was finished before it ran")))
        }
    }
}
