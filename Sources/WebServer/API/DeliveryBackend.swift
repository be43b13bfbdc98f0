// SPDX-License-Identifier: Apache-2.0
import Delivery
public import Essentials

/// What the API needs from delivery beside reading: repairing orders, and the accounts.
///
/// Every method may be called concurrently, has its own deadline, and throws nothing but `Problem`.
public protocol DeliveryBackend: Sendable {
    func accounts() async -> [AccountResource]
    /// Nothing more is sent to the account until it is resumed.
    func pause(account: String, note: String, actor: String) async throws(Problem) -> AccountResource
    /// Also tries an account at once that is down or has refused us.
    func resume(account: String, actor: String) async throws(Problem) -> AccountResource
    /// Changes what an order says of its lead, and sends it.
    /// - Parameter fields: names of the lead dictionary and their new values; an empty one takes the name out.
    func correct(delivery id: ULID, fields: [String: String], note: String, actor: String) async throws(Problem) -> OutboxResource
    /// Sends again what was given up since a time; how many.
    func redrive(state: String, since: Instant, account: String?, actor: String) async throws(Problem) -> Int
}
