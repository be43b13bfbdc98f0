// SPDX-License-Identifier: Apache-2.0
import CallModel
import Crypto
public import Essentials
import Logging
public import PBX
import SQLEngine
import Store
public import WireFormats

/// Takes what CRMs report of leads over `POST /crm/{account}[/{token}]`: signed Standard Webhooks, as the sales book and generic sinks send them.
///
/// The body is verified over its raw bytes, stored, and answered with 2xx after the commit. A repeated `webhook-id` changes nothing.
public final class OutcomeIntake: Sendable {
    /// How one account proves itself.
    public struct Account: Sendable {
        /// Any of them is valid, for rotation.
        public var keys: [StandardWebhookKey]
        /// The secret path part; enough by itself only where there is no key.
        public var token: Secret?

        public init(keys: [StandardWebhookKey], token: Secret? = nil) {
            self.keys = keys
            self.token = token
        }
    }

    /// How far the signed time may be from now, both ways (Standard Webhooks, "Verifying the timestamp").
    public static let tolerance: Duration = .seconds(300)

    private let accounts: [String: Account]
    private let intake: HookIntake

    public init(_ intake: HookIntake, accounts: [String: Account]) {
        self.intake = intake
        self.accounts = accounts
    }

    public func receive(account name: String, token: String?, _ request: HookRequest) async -> HookReply {
        guard let account = accounts[name] else {
            intake.refuse(source: "crm", "unknown account", at: request.arrivedAt)
            return HookReply(status: 404)
        }
        if let refusal = Self.refusal(account, token, request) {
            intake.refuse(source: "crm \(name)", refusal.rawValue, at: request.arrivedAt)
            return HookReply(status: 401)
        }
        return await record(name, request)
    }

    private static func refusal(_ account: Account, _ token: String?, _ request: HookRequest) -> RefusalReason? {
        if let expected = account.token {
            guard let token else { return .missing }
            guard expected == Secret(token) else { return .badToken }
        }
        guard !account.keys.isEmpty else { return account.token == nil ? .notConfigured : nil }
        guard let id = request.header("webhook-id"), let timestamp = request.header("webhook-timestamp"),
            let signature = request.header("webhook-signature")
        else { return .missing }
        let isSigned = account.keys.reduce(false) { $1.matches(signature, id: id, timestamp: timestamp, body: request.body) || $0 }
        guard isSigned else { return .badSignature }
        guard let seconds = Int64(timestamp) else { return .stale }
        let age = request.arrivedAt - Instant(unixSeconds: seconds)
        return age <= tolerance && age >= .zero - tolerance ? nil : .stale
    }

    private func record(_ account: String, _ request: HookRequest) async -> HookReply {
        let outcome = ReportedOutcome(request.body)
        let id =
            request.header("webhook-id") ?? "sha256:"
            + SHA256.hash(data: request.body).map { String(UInt16($0) + 0x100, radix: 16).dropFirst() }.joined()
        let parts = intake.parts
        do {
            let change = try await intake.store.write(.completion, deadline: .after(HookIntake.patience)) { tx in
                try OutcomeWork(tx: tx, parts: parts, account: account, request: request).record(outcome, id: id)
            }
            intake.feed.publish(change.map { [$0] } ?? [])
            return HookReply(status: outcome == nil ? 400 : 200, headers: [HookHeader("content-type", "application/json")], body: Array("{}".utf8))
        } catch {
            intake.logger.warning("An outcome was not stored", metadata: ["account": "\(account)", "error": "\(error)"])
            return HookReply(status: 503, headers: [HookHeader("Retry-After", "5")])
        }
    }
}

/// What a `card.changed` message says (docs/salesbook.md).
struct ReportedOutcome: Sendable {
    var key: String
    var card: String?
    /// `nil` for a word that is none of ours; `stage` then still tells.
    var status: LeadStatus?
    var stage: String?
    var reason: String?
    var amount: String?
    var paid: String?
    var currency: String?
    var owner: String?
    var changedAt: Instant?

    /// `nil` for a body that is no such message.
    init?(_ body: [UInt8]) {
        guard let json = try? JSON.parse(String(decoding: body, as: UTF8.self)), let data = json["data"], let key = data["key"]?.string else {
            return nil
        }
        self.key = key
        card = data["card"]?.scalarText
        stage = data["status"]?.string
        status = stage.flatMap(LeadStatus.init(rawValue:))
        reason = data["reason"]?.string
        amount = data["amount"]?.scalarText
        paid = data["paid"]?.scalarText
        currency = data["currency"]?.string
        owner = data["owner"]?.string
        changedAt = data["changed_at"]?.string.flatMap { Instant(rfc3339: $0) }
    }
}
