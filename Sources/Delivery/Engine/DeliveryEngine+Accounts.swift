// SPDX-License-Identifier: Apache-2.0
import Essentials
import SQLEngine
import Store
import Synchronization
import WireFormats

extension DeliveryEngine {
    /// A person's act on an account: takes effect in memory, and in the store together with its record.
    /// - Returns: `false` when there is no such account.
    func decide(
        _ action: String, _ account: String, by actor: String, note: String = "", _ act: (AccountDesk) -> JSON?
    ) async throws -> Bool {
        guard let saved = act(desk) else { return false }
        try await store.write(.intake) { tx in
            try tx.saveAccountState(saved, of: account)
            try tx.audit(AuditEntry(actor: actor, action: action, object: "account \(account)", reason: note))
        }
        return true
    }

    /// Whether some account has more to send than its last claim could take.
    var hasBacklog: Bool { backlogged.withLock { !$0.isEmpty } }
}
