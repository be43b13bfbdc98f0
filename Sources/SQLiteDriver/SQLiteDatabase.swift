// SPDX-License-Identifier: Apache-2.0
public import Essentials
internal import Foundation
public import SQLEngine
internal import Synchronization

/// A database in one folder: `callsieve.db` with its log, and `lock`, which keeps a second process out.
///
/// A write costs its share of one synced commit (`synchronous = FULL` on SQLite's WAL). See `Writer` for the loop.
public final class SQLiteDatabase: SQLDatabase {
    /// The database file.
    public let path: String
    let writer: Writer
    let readers: ReaderPool
    private let lock: FolderLock
    private let opened: WriterHandle
    private let ended = Ended()

    /// Opens or creates the database in `folder`, which is made when missing (mode 0700), and starts the writer.
    ///
    /// - Throws: `SQLFailure`: `.refused` when another process uses the folder or SQLite does not take a setting that
    ///   safety needs; `.corrupt` when the file is no database; `.ioError`.
    public init(folder: String, options: SQLiteOptions = SQLiteOptions()) throws {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch { throw SQLFailure(.ioError, "can't make the data folder \(folder): \(error.localizedDescription)") }
        path = folder + "/callsieve.db"
        lock = try FolderLock(folder: folder)
        try SQLiteDatabase.makePrivateFile(path)
        let opened = try OpenedConnection.writer(path: path)
        self.opened = WriterHandle(opened)
        let connection = SQLiteConnection(handle: opened.handle)
        _ = try connection.execute("CREATE TABLE IF NOT EXISTS writer_probe (id INTEGER PRIMARY KEY, count INTEGER NOT NULL)", [])
        let readers = ReaderPool(path: path, readersMax: options.readers)
        self.readers = readers
        writer = Writer(connection: connection, options: options) { readers.cutAll() }
        start()
    }

    deinit { writer.queue.close(SQLFailure(.unavailable, "the store was dropped")) }

    /// An empty file that only its owner can read; SQLite gives its log the same mode (sqlite.org/src: os_unix.c, findCreateFileMode).
    private static func makePrivateFile(_ path: String) throws(SQLFailure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw SQLFailure(.ioError, "can't make \(path): \(String(cString: strerror(errno))); the data folder must be writable for this user")
        }
        Foundation.close(descriptor)
    }

    private func start() {
        let writer = writer, ended = ended, opened = opened
        let thread = Thread {
            writer.run()
            writer.connection.finalizeStatements()
            opened.close()
            ended.signal()
        }
        thread.name = "callsieve.writer"
        thread.stackSize = 4 << 20
        thread.start()
    }

    @discardableResult
    public func write<T: Sendable>(
        _ priority: WritePriority, deadline: Deadline, _ body: @escaping @Sendable (any SQLConnection) throws -> T
    ) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            submit(priority, deadline: deadline, body) { continuation.resume(with: $0) }
        }
    }

    public func submit<T: Sendable>(
        _ priority: WritePriority, deadline: Deadline, _ body: @escaping @Sendable (any SQLConnection) throws -> T,
        completion: @escaping @Sendable (Result<T, any Error>) -> Void
    ) {
        writer.queue.add(Write(priority, deadline: deadline, body: body, completion: completion))
    }

    public func read<T: Sendable>(deadline: Deadline, _ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
        try await readers.read(deadline: deadline, body)
    }

    public func backup(to path: String) async throws { try await Backup(source: self.path, destination: path).run() }

    public func emptyLog() async throws {
        let writer = writer
        try await withCheckedThrowingContinuation { continuation in writer.queue.add(EmptyLog(on: writer, continuation)) }
    }

    public var health: SQLHealth {
        var health = writer.shared.withLock { $0 }
        let waiting = writer.queue.waiting
        health.queueLength = waiting.count
        health.oldestWait = waiting.since.map { $0.duration(to: .now) } ?? .zero
        health.readsCut = Int64(readers.readsCut.load(ordering: .relaxed))
        return health
    }

    /// Refuses new work, commits what waits, copies the log into the database, closes the file and gives the folder back.
    /// May be called again.
    public func close() async {
        readers.close()
        writer.queue.close(SQLFailure(.unavailable, "the store is closing"))
        await ended.wait()
        lock.release()
    }
}

/// The writer's connection, closed by its thread at the end. Unchecked: nobody else uses it but to keep it open.
private final class WriterHandle: @unchecked Sendable {
    private let opened: OpenedConnection
    init(_ opened: OpenedConnection) { self.opened = opened }
    func close() { opened.close() }
}

/// Something that happens once, and whoever waits for it.
private final class Ended: Sendable {
    private let state = Mutex<(done: Bool, waiters: [CheckedContinuation<Void, Never>])>((false, []))

    func signal() {
        let waiters = state.withLock { state in
            state.done = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let done = state.withLock { state in
                if !state.done { state.waiters.append(continuation) }
                return state.done
            }
            if done { continuation.resume() }
        }
    }
}
