// SPDX-License-Identifier: Apache-2.0
internal import CallModel
internal import Essentials
internal import Foundation
internal import Store
internal import WireFormats

/// What the leads of some decisions became, and how much they paid. Each lead counts once.
struct LeadValue: Sendable {
    private(set) var leads = 0
    private(set) var qualified = 0
    private(set) var won = 0
    private(set) var lost = 0
    private(set) var returned = 0
    /// By currency; exact decimals.
    private(set) var paid: [String: Decimal] = [:]
    private var seen: Set<ULID> = []

    private static let qualifiedStatuses: Set<LeadStatus> = [.qualified, .accepted, .returned, .proposal, .contract, .won, .lost]

    mutating func add(_ call: DecidedCall) {
        guard let lead = call.lead, seen.insert(lead).inserted else { return }
        leads += 1
        let status = call.outcome ?? call.status
        if let status, Self.qualifiedStatuses.contains(status) { qualified += 1 }
        if status == .won { won += 1 }
        if status == .lost { lost += 1 }
        if status == .returned { returned += 1 }
        if let text = call.paid, let amount = Decimal(string: text, locale: Locale(identifier: "en_US_POSIX")), amount != 0 {
            paid[call.currency ?? "", default: 0] += amount
        }
    }

    var json: JSON {
        [
            "leads": JSON(leads), "qualified": JSON(qualified), "won": JSON(won), "lost": JSON(lost), "returned": JSON(returned),
            "paid": .object(amounts.map { JSON.Member($0.currency, .string($0.amount)) }),
        ]
    }

    /// With two decimals, by the name of the currency.
    var amounts: [(currency: String, amount: String)] {
        paid.sorted { $0.key < $1.key }.map { currency, amount in
            let cents = NSDecimalNumber(decimal: amount * 100).int64Value
            return (currency, "\(cents / 100)." + String(100 + abs(cents % 100)).dropFirst())
        }
    }

    /// "2 became customers and paid 450 000.00 RUB"; empty where nothing came of them.
    func words(_ language: Language) -> String {
        guard won > 0 || !paid.isEmpty else { return "" }
        let money = amounts.map { "\($0.amount) \($0.currency)" }.joined(separator: ", ")
        if language == .ru { return "из них стали клиентами: \(won)" + (money.isEmpty ? "" : ", заплатили \(money)") }
        return "\(won) of their leads \(won == 1 ? "was" : "were") won" + (money.isEmpty ? "" : ", and \(money) was paid")
    }
}
