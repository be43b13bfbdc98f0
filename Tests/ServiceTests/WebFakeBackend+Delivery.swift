// SPDX-License-Identifier: Apache-2.0
import Essentials
import WebServer
import WireFormats

extension WebFakeBackend: DeliveryBackend {
    private static func account(_ state: String = "up") -> AccountResource {
        var account = AccountResource(name: "book", recipe: "salesbook", state: state)
        account.reason = state == "paused" ? "Anna" : nil
        account.since = now
        account.opensAt = now
        account.orders = ["waiting": 2]
        return account
    }

    func accounts() async -> [AccountResource] { [Self.account()] }

    func pause(account: String, note: String, actor: String) async throws(Problem) -> AccountResource {
        guard account == "book" else { throw .notFound("account") }
        return Self.account("paused")
    }

    func resume(account: String, actor: String) async throws(Problem) -> AccountResource {
        guard account == "book" else { throw .notFound("account") }
        return Self.account()
    }

    func correct(delivery id: ULID, fields: [String: String], note: String, actor: String) async throws(Problem) -> OutboxResource {
        var corrected = try await delivery(id)
        corrected.fields = .object(fields.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .string($0.value)) })
        return corrected
    }

    func redrive(state: String, since: Instant, account: String?, actor: String) async throws(Problem) -> Int { 3 }
}
