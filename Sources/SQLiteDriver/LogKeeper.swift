// SPDX-License-Identifier: Apache-2.0
internal import Essentials
internal import GRDBSQLite
internal import SQLEngine

/// Keeps SQLite's write-ahead log short: copies it into the database between batches, and when nothing happens.
///
/// While the log is in use it is never cut: overwriting allocated blocks makes a sync cheaper than appending. Only
/// when idle, and above `logBytesKept`, is it truncated. On the writer's thread alone.
final class LogKeeper {
    private let connection: SQLiteConnection
    private let options: SQLiteOptions
    /// Pages in the log since it was last begun anew, told by SQLite at each commit.
    private(set) var pages = 0
    /// Commits that changed something, and so were synced.
    private(set) var commits: Int64 = 0
    /// Pages already copied into the database.
    private var copied = 0
    /// The longest the file has been since it was last truncated.
    private var pagesMax = 0
    /// After a checkpoint that a reader or a full disk kept from finishing: the next one waits for this many pages.
    private var nextAttempt = 0

    init(connection: SQLiteConnection, options: SQLiteOptions) {
        self.connection = connection
        self.options = options
        let myself = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_wal_hook(
            connection.handle,
            { context, _, _, pages in
                if let context { Unmanaged<LogKeeper>.fromOpaque(context).takeUnretainedValue().committed(pages: Int(pages)) }
                return SQLITE_OK
            }, myself)
    }

    private func committed(pages: Int) {
        if pages < self.pages { (copied, nextAttempt) = (0, 0) }
        commits += 1
        self.pages = pages
        pagesMax = max(pagesMax, pages)
    }

    /// 4,096 bytes a page and a frame header of 24 (sqlite.org/fileformat2.html, 4.1).
    var fileBytes: Int64 { Int64(pagesMax) * 4120 + 32 }

    /// Checkpoints where it is time.
    ///
    /// - Returns: how many syncs that took.
    func keep(idle: Bool) throws(SQLFailure) -> Int {
        let uncopied = pages - copied
        if idle, fileBytes > options.logBytesKept { return try checkpoint(SQLITE_CHECKPOINT_TRUNCATE) }
        guard uncopied > 0, idle || pages >= max(options.checkpointPages, nextAttempt) else { return 0 }
        return try checkpoint(SQLITE_CHECKPOINT_PASSIVE)
    }

    /// Copies everything and empties the log, so that no erased value stays in it. Waits up to 2 s for readers that were cut.
    func empty() throws(SQLFailure) {
        _ = try checkpoint(SQLITE_CHECKPOINT_TRUNCATE, waitMilliseconds: 2000)
        guard pages == 0 else { throw SQLFailure(.busy, "a reader holds the log: try again") }
    }

    /// - Parameter waitMilliseconds: for readers; none where writes must not wait meanwhile.
    private func checkpoint(_ mode: Int32, waitMilliseconds: Int32 = 0) throws(SQLFailure) -> Int {
        sqlite3_busy_timeout(connection.handle, waitMilliseconds)
        var inLog: Int32 = 0
        var done: Int32 = 0
        nextAttempt = pages + options.checkpointPages / 2
        let code = sqlite3_wal_checkpoint_v2(connection.handle, nil, mode, &inLog, &done)
        guard code == SQLITE_OK || code == SQLITE_BUSY else { throw SQLFailure(of: connection.handle) }
        if mode == SQLITE_CHECKPOINT_TRUNCATE, code == SQLITE_OK {
            (pages, copied, pagesMax, nextAttempt) = (0, 0, 0, 0)
            return 2
        }
        copied = max(Int(done), 0)
        if copied >= pages { nextAttempt = 0 }
        return 2
    }
}
