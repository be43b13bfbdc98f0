// SPDX-License-Identifier: Apache-2.0
internal import Essentials
internal import SQLEngine

/// The job of one `emptyLog` call: takes its turn like a write, and is done after the commit, when no transaction is open.
///
/// Unchecked: used by the writer's thread alone once it was taken from the queue.
final class EmptyLog: WriteJob, @unchecked Sendable {
    let priority = WritePriority.housekeeping
    let deadline = Deadline.after(.seconds(30))
    let enqueuedAt = ContinuousClock.now
    private unowned let writer: Writer
    private let continuation: CheckedContinuation<Void, any Error>

    init(on writer: Writer, _ continuation: CheckedContinuation<Void, any Error>) {
        self.writer = writer
        self.continuation = continuation
    }

    func run(on connection: SQLiteConnection) throws {}

    func finish(_ error: (any Error)?) {
        if let error { continuation.resume(throwing: error) } else { writer.emptyLogWaiters.append(continuation) }
    }
}
