// SPDX-License-Identifier: Apache-2.0
public import Essentials
public import SQLEngine
internal import Store

/// The built-in CRM: cards, payments, notes and their history, in a database of its own.
///
/// Everything that changes a card goes through here: the change, its history and the message to Callsieve are one
/// transaction. Safe to call from anywhere, also concurrently; every write returns after it is on the disk.
public final class SalesBook: Sendable {
    let database: any SQLDatabase
    let time: any TimeSource
    let random: any RandomSource
    /// Wakes the sender when a change was committed. Keeps one wake-up at most.
    let wake: AsyncStream<Void>
    let waker: AsyncStream<Void>.Continuation

    private init(database: any SQLDatabase, time: any TimeSource, random: any RandomSource) {
        self.database = database
        self.time = time
        self.random = random
        (wake, waker) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Opens the book in an opened database and brings its tables up to date.
    ///
    /// - Parameters:
    ///   - database: the book's own file, not the store's; closed by whoever opened it, after the book's last use.
    ///   - random: makes the ids of outgoing messages.
    /// - Throws: `StoreError` when the file is of a newer program; `SQLFailure` when it can't be written.
    public static func open(
        _ database: any SQLDatabase, time: any TimeSource = SystemTime(), random: any RandomSource = SystemRandom()
    ) async throws -> SalesBook {
        try await Migrator(database: database, time: time).migrate([BookSchema.schema])
        return SalesBook(database: database, time: time, random: random)
    }

    /// Every wait on the disk by a page or a program ends after this (SECURITY.md 25).
    static let waitMax: Duration = .seconds(5)

    func read<T: Sendable>(_ body: @escaping @Sendable (BookRecords) throws -> T) async throws -> T {
        try await database.read(deadline: .after(SalesBook.waitMax)) { try body(BookRecords($0)) }
    }

    func write<T: Sendable>(_ priority: WritePriority, _ body: @escaping @Sendable (BookRecords) throws -> T) async throws -> T {
        try await database.write(priority, deadline: .after(SalesBook.waitMax)) { try body(BookRecords($0)) }
    }
}

/// The book's tables inside one transaction. Its methods are in our words, one file per subject.
struct BookRecords {
    let connection: any SQLConnection
    init(_ connection: any SQLConnection) { self.connection = connection }
}
