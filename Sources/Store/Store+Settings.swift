// SPDX-License-Identifier: Apache-2.0
internal import Essentials
internal import SQLEngine

extension StoreReading {
    /// A stored setting; `nil` when it was never set.
    public func setting(_ name: String) throws -> String? {
        try sql.first("SELECT value FROM settings WHERE name = $1", [.text(name)]) { $0.text(0) }
    }
}

extension Transaction {
    /// Stores a setting; `nil` removes it.
    public func set(_ name: String, _ value: String?) throws {
        guard let value else {
            _ = try sql.execute("DELETE FROM settings WHERE name = $1", [.text(name)])
            return
        }
        _ = try sql.execute(
            "INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            [.text(name), .text(value)])
    }
}

extension Store {
    /// Refuses another master key than the one the store was made with: its commitments and indexes would not match.
    func checkMasterKey() async throws {
        let fingerprint = vault.fingerprint
        try await write(.housekeeping) { tx in
            guard let known = try tx.setting("master key fingerprint") else {
                return try tx.set("master key fingerprint", fingerprint)
            }
            guard known == fingerprint else {
                throw StoreError(.masterKey, "the master key is not the one this store was made with: copy that one back from its backup")
            }
        }
    }
}
