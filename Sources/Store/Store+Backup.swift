// SPDX-License-Identifier: Apache-2.0
internal import Essentials
internal import SQLEngine

extension Store {
    /// Copies the whole store, as of some commit after the call, into a new file, while it is being written. The act is
    /// on record, also in the copy. The master key is not in it: keep that file's copy somewhere else.
    ///
    /// - Throws: `SQLFailure` when the file exists or can't be written; then no file is left.
    public func backup(to path: String, by actor: String) async throws {
        try await write(.housekeeping) { tx in
            _ = try tx.audit(AuditEntry(actor: actor, action: "store.backup", object: "store"))
        }
        try await database.backup(to: path)
    }
}
