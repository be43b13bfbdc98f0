// SPDX-License-Identifier: Apache-2.0
internal import Essentials
internal import SQLEngine

extension StoreReading {
    /// The token that was stored for an account last, as it was given; `nil`: none.
    /// - Throws: `StoreError` `.masterKey` when the master key is another one.
    public func accountSession(_ account: String) throws -> [UInt8]? {
        try sql.first("SELECT sealed FROM order_sessions WHERE account = $1", [.text(account)]) { $0.blob(0) }
            .map { try vault.open($0, purpose: "account \(account)") }
    }
}

extension Transaction {
    /// Stores a token, sealed under the master key.
    public func saveAccountSession(_ session: [UInt8], of account: String) throws {
        let sealed = try vault.seal(session, purpose: "account \(account)")
        _ = try sql.execute(
            """
            INSERT INTO order_sessions (account, sealed, updated_at) VALUES ($1, $2, $3)
            ON CONFLICT (account) DO UPDATE SET sealed = excluded.sealed, updated_at = excluded.updated_at
            """,
            [.text(account), .blob(sealed), SQLValue(time.now())])
    }
}
