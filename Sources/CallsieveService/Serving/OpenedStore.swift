// SPDX-License-Identifier: Apache-2.0
internal import Essentials
internal import Foundation
public import SalesBook
internal import SQLiteDriver
public import Store

/// The service's data on its files: store, master key, and the sales book in a database of its own. One process at a time.
public struct OpenedStore: Sendable {
    public let store: Store
    public let book: SalesBook
    private let close: @Sendable () async -> Void

    /// Opens, or makes at the first start. Blocks on the disk; brings old tables up to date.
    /// - Throws: a text for the administrator in every case: another process has it, wrong key, newer version, damaged.
    public init(_ configuration: Configuration) async throws {
        // Looked for before the database is opened: opening makes the file.
        let isFirstStart = !FileManager.default.fileExists(atPath: configuration.dataFolder + "/callsieve.db")
        let database = try SQLiteDatabase(folder: configuration.dataFolder)
        let key = try MasterKey.load(path: configuration.masterKeyPath, mayCreate: isFirstStart)
        store = try await Store.open(database, key: key)
        let bookDatabase = try SQLiteDatabase(folder: configuration.dataFolder + "/book")
        book = try await SalesBook.open(bookDatabase)
        close = {
            await bookDatabase.close()
            await database.close()
        }
    }

    /// Commits what waits and closes the files.
    public func shutDown() async { await close() }
}

extension Configuration {
    /// Beside the data folder, so that a copy of the folder alone opens nothing.
    public var masterKeyPath: String {
        var folder = dataFolder
        while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
        return folder + ".master-key"
    }
}
