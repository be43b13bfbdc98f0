// SPDX-License-Identifier: Apache-2.0
internal import Essentials
internal import Foundation
public import SQLEngine
internal import SQLiteDriver
public import Store

/// The service's store on its files: database and master key. One process at a time.
public struct OpenedStore: Sendable {
    public let store: Store
    public let database: any SQLDatabase
    private let close: @Sendable () async -> Void

    /// Opens, or makes at the first start. Blocks on the disk; brings old tables up to date.
    /// - Throws: a text for the administrator in every case: another process has it, wrong key, newer version, damaged.
    public init(_ configuration: Configuration) async throws {
        // Looked for before the database is opened: opening makes the file.
        let isFirstStart = !FileManager.default.fileExists(atPath: configuration.dataFolder + "/callsieve.db")
        let database = try SQLiteDatabase(folder: configuration.dataFolder)
        let key = try MasterKey.load(path: configuration.masterKeyPath, mayCreate: isFirstStart)
        store = try await Store.open(database, key: key)
        self.database = database
        close = { await database.close() }
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
