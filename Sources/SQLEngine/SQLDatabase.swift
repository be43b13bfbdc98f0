// SPDX-License-Identifier: Apache-2.0
public import Essentials

/// What a write is for. Under load, earlier ones go first; none waits for ever (each batch keeps room for all kinds).
public enum WritePriority: Int, Sendable, CaseIterable {
    /// A PBX waits for the answer.
    case callTimeAnswer
    /// A webhook, an answer of an operator: somebody waits for the 2xx.
    case intake
    /// The end of something already begun: a delivery's result, an outcome read from a CRM.
    case completion
    /// Retention, imports, backups.
    case housekeeping
}

/// A database with one writer and many readers.
///
/// A write that returned is on the disk; one that threw has left nothing behind, with one exception: a process
/// that ends between the sync and the answer (the caller never learned of success, the rows are there).
public protocol SQLDatabase: Sendable {
    /// Runs `body` on the one writer and returns after the commit that holds it was synced.
    ///
    /// Many waiting bodies share one commit. One that throws undoes its own changes alone, and its error comes out here.
    /// The body takes effect at most once, must not block, and sees all earlier writes. It may run again after everything
    /// that it wrote was taken back, because another body of its batch failed: it must change nothing but the database.
    ///
    /// - Parameter deadline: a body that has not begun by then is dropped with `.deadlinePassed`.
    /// - Throws: what `body` threw; `SQLFailure` `.unavailable` when the batch failed, the queue is full or the store closes.
    @discardableResult
    func write<T: Sendable>(
        _ priority: WritePriority, deadline: Deadline, _ body: @escaping @Sendable (any SQLConnection) throws -> T
    ) async throws -> T

    /// The same without a task: `completion` gets what `write` would return or throw, once, on any thread, and must not block.
    func submit<T: Sendable>(
        _ priority: WritePriority, deadline: Deadline, _ body: @escaping @Sendable (any SQLConnection) throws -> T,
        completion: @escaping @Sendable (Result<T, any Error>) -> Void)

    /// Runs `body` on a query-only connection, in one snapshot of the data. Cut with `.deadlinePassed` when `deadline` passes.
    func read<T: Sendable>(deadline: Deadline, _ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T

    /// Copies the database as of one moment into a new file, synced, while writes go on. Refuses to replace a file.
    func backup(to path: String) async throws

    /// Leaves nothing deleted behind in the write-ahead log. Cuts readers that hold it.
    func emptyLog() async throws

    /// What the writer is doing now; cheap, never waits for it.
    var health: SQLHealth { get }
}

extension SQLDatabase {
    public func submit<T: Sendable>(
        _ priority: WritePriority, deadline: Deadline, _ body: @escaping @Sendable (any SQLConnection) throws -> T,
        completion: @escaping @Sendable (Result<T, any Error>) -> Void
    ) {
        Task {
            do { completion(.success(try await write(priority, deadline: deadline, body))) } catch { completion(.failure(error)) }
        }
    }

    /// `write` with the longest wait any of our callers accepts, 30 s.
    @discardableResult
    public func write<T: Sendable>(
        _ priority: WritePriority, _ body: @escaping @Sendable (any SQLConnection) throws -> T
    ) async throws -> T {
        try await write(priority, deadline: .after(.seconds(30)), body)
    }
}

/// The writer's state, for readiness, admission and metrics. Counts run from the start of the process.
public struct SQLHealth: Hashable, Sendable {
    /// The last batch could not be committed; false again after the next good one.
    public var lastWriteFailed = false
    /// Why, while `lastWriteFailed`.
    public var lastFailure: SQLFailure?
    /// Commits that were synced. Each cost one sync of the log.
    public var commits: Int64 = 0
    /// Syncs asked of the disk, commits and checkpoints together.
    public var syncs: Int64 = 0
    /// Bodies committed.
    public var bodies: Int64 = 0
    /// Time the writer spent on batches, waiting for the disk included.
    public var busy: Duration = .zero
    /// Batches that failed as a whole.
    public var failedBatches: Int64 = 0
    /// Bodies waiting now.
    public var queueLength = 0
    /// How long the oldest of them has waited.
    public var oldestWait: Duration = .zero
    /// Size of the write-ahead log in bytes, as of the last commit.
    public var logBytes: Int64 = 0
    /// Reads cut at their deadline.
    public var readsCut: Int64 = 0

    public init() {}
}
