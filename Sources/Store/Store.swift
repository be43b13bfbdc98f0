// SPDX-License-Identifier: Apache-2.0
public import Essentials
public import SQLEngine

/// The product's memory: events, calls, leads, decisions, what is owed to CRMs, and the audit log, in one database.
///
/// Everything that belongs together is written in one transaction: `store.write(.intake) { tx in … }` returns after the
/// commit that holds it was synced, and then may be answered with 2xx; when it throws, nothing was stored.
/// Methods are in the product's words, one file a subject: `Store+Calls.swift`, `Store+Leads.swift` …
public final class Store: Sendable {
    let database: any SQLDatabase
    let vault: Vault
    private let time: any TimeSource

    /// What every store holds. A part with tables of its own (the outbox, the sales book) adds its `Schema`.
    public static let schemas: [Schema] = [.calls, .outbox, .rules, .telephony]

    /// Opens the store: brings its tables up to date, then checks that the master key is the one it was made with.
    ///
    /// - Parameter schemas: series of migrations, applied in this order.
    /// - Throws: `StoreError` when the file is of a newer version or the key is another one; `SQLFailure`.
    public static func open(
        _ database: any SQLDatabase, key: MasterKey, time: any TimeSource = SystemTime(), random: any RandomSource = SystemRandom(),
        schemas: [Schema] = Store.schemas
    ) async throws -> Store {
        let store = Store(database: database, vault: Vault(key: key, random: random), time: time)
        try await Migrator(database: database, time: time).migrate(schemas)
        try await store.checkMasterKey()
        return store
    }

    private init(database: any SQLDatabase, vault: Vault, time: any TimeSource) {
        self.database = database
        self.vault = vault
        self.time = time
    }

    /// Runs `body` in a transaction and returns once it is synced; see `SQLDatabase.write` for what it may throw.
    ///
    /// The body runs on the writer's thread, in turn with all others: it must be short and must not block.
    @discardableResult
    public func write<T: Sendable>(
        _ priority: WritePriority = .intake, deadline: Deadline = .after(.seconds(30)),
        _ body: @escaping @Sendable (Transaction) throws -> T
    ) async throws -> T {
        let vault = vault, time = time
        return try await database.write(priority, deadline: deadline) { connection in
            try body(Transaction(sql: connection, vault: vault, time: time))
        }
    }

    /// The same without a task: `completion` gets what `write` would return or throw, once, on any thread, and must not block.
    public func submit<T: Sendable>(
        _ priority: WritePriority, deadline: Deadline, _ body: @escaping @Sendable (Transaction) throws -> T,
        completion: @escaping @Sendable (Result<T, any Error>) -> Void
    ) {
        database.submit(
            priority, deadline: deadline, { [vault, time] connection in try body(Transaction(sql: connection, vault: vault, time: time)) },
            completion: completion)
    }

    /// Runs `body` on one snapshot of the data, beside the writer.
    public func read<T: Sendable>(
        deadline: Deadline = .after(.seconds(5)), _ body: @escaping @Sendable (Snapshot) throws -> T
    ) async throws -> T {
        let vault = vault
        return try await database.read(deadline: deadline) { connection in try body(Snapshot(sql: connection, vault: vault)) }
    }

    /// What the writer is doing; for `/readyz`, `/metrics` and admission.
    public var health: SQLHealth { database.health }
}

/// What can be read, inside a transaction or a snapshot.
public protocol StoreReading {
    /// For the files of this module and for parts with tables of their own.
    var sql: any SQLConnection { get }
    var vault: Vault { get }
}

/// A consistent view of the store, valid inside the closure it is lent to.
public struct Snapshot: StoreReading {
    public let sql: any SQLConnection
    public let vault: Vault
}

/// The store while it is being changed, valid inside the closure it is lent to. Sees its own changes and all earlier ones.
public struct Transaction: StoreReading {
    public let sql: any SQLConnection
    public let vault: Vault
    let time: any TimeSource

    /// How often the writer has taken something back since the store was opened: a cache of what was written is void when it grew.
    public var undone: Int64 { sql.notes.undone }
}
