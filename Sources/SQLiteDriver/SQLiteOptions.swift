internal import Foundation
// SPDX-License-Identifier: Apache-2.0
public import SQLEngine

/// Bounds and reactions of a SQLite database. The defaults are meant for the service; tests make them small.
public struct SQLiteOptions: Sendable {
    /// Query-only connections. Each costs about 2 MB when used.
    public var readers = 3
    /// Bodies that may wait; more are refused at once with `.unavailable`.
    public var queueMax = 8192
    /// Bodies and bound bytes in one commit.
    public var batchBodiesMax = 512
    public var batchBytesMax = 1 << 20
    /// Pages of 4 KB in the log after which it is copied into the database between two batches (16 MB): a page that many events
    /// change is copied once.
    public var checkpointPages = 4000
    /// The log file is cut back to this size when idle; below it stays allocated, which makes syncs cheaper.
    public var logBytesKept = 24 << 20
    /// Above this, readers that hold the log back are cut (R27).
    public var logBytesMax = 256 << 20
    /// After this long without a write, what is in the log is copied into the database.
    public var idle: Duration = .milliseconds(500)
    /// Between two trials to write after a failure (R5: healed within 5 s).
    public var probeInterval: Duration = .seconds(1)
    /// Called when a sync failed, after its batch was failed. It should end the process; if it returns, every further write is refused.
    public var onFatal: @Sendable (SQLFailure) -> Void = { failure in
        FileHandle.standardError.write(Data("callsieve: a sync of the store failed, the process ends so that a restart recovers: \(failure)\n".utf8))
        // No exit handlers: nothing may touch the files any more (RELIABILITY rule 8).
        _exit(74)
    }

    public init() {}
}
