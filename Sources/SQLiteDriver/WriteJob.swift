// SPDX-License-Identifier: Apache-2.0
internal import Essentials
internal import SQLEngine

/// A body that waits for its turn on the writer, then for the commit that holds it.
protocol WriteJob: AnyObject, Sendable {
    var priority: WritePriority { get }
    var deadline: Deadline { get }
    var enqueuedAt: ContinuousClock.Instant { get }
    /// Runs the body, once, on the writer's thread. What it returns is kept until `finish`.
    func run(on connection: SQLiteConnection) throws
    /// Wakes the caller, exactly once: with the kept result, or with `error`.
    func finish(_ error: (any Error)?)
}

/// The job of one `write` call.
///
/// Unchecked: `result` is touched by the writer's thread alone, between being taken from the queue and `finish`.
final class Write<T: Sendable>: WriteJob, @unchecked Sendable {
    let priority: WritePriority
    let deadline: Deadline
    let enqueuedAt = ContinuousClock.now
    private let body: @Sendable (any SQLConnection) throws -> T
    private let continuation: CheckedContinuation<T, any Error>
    private var result: T?

    init(
        _ priority: WritePriority, deadline: Deadline, continuation: CheckedContinuation<T, any Error>,
        body: @escaping @Sendable (any SQLConnection) throws -> T
    ) {
        self.priority = priority
        self.deadline = deadline
        self.continuation = continuation
        self.body = body
    }

    func run(on connection: SQLiteConnection) throws { result = try body(connection) }

    func finish(_ error: (any Error)?) {
        if let error {
            continuation.resume(throwing: error)
        } else if let result {
            continuation.resume(returning: result)
        } else {
            continuation.resume(throwing: SQLFailure(.misuse, "a write was finished before it ran"))
        }
    }
}
