// SPDX-License-Identifier: Apache-2.0
internal import SQLEngine

extension SalesBook {
    /// Writes one consistent copy of the book to `path`, which must not exist; the book goes on meanwhile.
    public func backup(to path: String) async throws { try await database.backup(to: path) }
}
