// SPDX-License-Identifier: Apache-2.0
import CRM
public import Essentials
import SQLEngine
public import Store
import WireFormats

/// Mending what a CRM refused.
extension OutboxAdmin {
    /// Changes what an order says of its lead, and sends it: one that was refused again, one that still waits with its turn.
    ///
    /// The lead itself stays as it is; a later change of the lead carries the lead's own values again.
    ///
    /// - Parameters:
    ///   - changes: names of the lead dictionary and their new values; an empty value takes the name out. A name whose value is a
    ///     number keeps a number.
    /// - Throws: `Refusal`; repeating the act is refused as `wrongState` unless the order was refused again.
    @discardableResult
    public func correct(_ id: ULID, _ changes: [String: String], actor: String, note: String = "") async throws -> OrderRecord {
        guard !changes.isEmpty else { throw Refusal.nothingToCorrect }
        let names = changes.keys.sorted().joined(separator: ", ")
        return try await act(id, "order.correct", actor: actor, note: note.isEmpty ? names : "\(names): \(note)") { order, now, tx in
            let isUnsent = order.state == .waiting && !order.isBegun
            guard isUnsent || order.state == .dead || order.state == .held else { return false }
            order.payload = try OutboxAdmin.corrected(order.payload, changes)
            if isUnsent {
                order.updatedAt = now
            } else {
                _ = try OutboxAdmin.sendAgain(&order, actor: actor, now: now, tx)
            }
            try tx.savePayload(of: order)
            return true
        }
    }

    /// Sends again what was given up since a time, as one act: what waits already is left alone, so that doing it twice sends once.
    ///
    /// - Parameters:
    ///   - state: dead or held orders.
    ///   - account: `nil`: of all accounts.
    /// - Returns: how many orders were taken up; those whose recipe is gone stay as they are.
    public func redrive(_ state: OrderState = .dead, since: Instant, account: String? = nil, actor: String) async throws -> Int {
        guard state == .dead || state == .held else { return 0 }
        var count = 0, after = OrderRecord.ID(0)
        while true {
            let now = time.now(), last = after
            let page = try await store.write(.completion) { tx in
                let orders = try tx.orders(in: state, changedSince: since, after: last, limit: OutboxAdmin.redriveStep)
                var taken = 0
                for order in orders where account == nil || order.account == account {
                    var again = order
                    do {
                        guard try OutboxAdmin.sendAgain(&again, actor: actor, now: now, tx) else { continue }
                    } catch Refusal.noRecipe { continue }
                    if try tx.saveDecided(again, expected: state) { taken += 1 }
                }
                if taken > 0 {
                    try tx.audit(
                        AuditEntry(
                            actor: actor, action: "order.redrive", object: "account \(account ?? "all")",
                            details: [.plain("state", state.rawValue), .plain("orders", String(taken))]))
                }
                return (found: orders.count, taken: taken, last: orders.last?.id)
            }
            count += page.taken
            guard let last = page.last, page.found == OutboxAdmin.redriveStep else { return count }
            after = last
        }
    }

    /// Orders in one transaction: keeps the writer free for calls.
    private static let redriveStep = 100

    static func corrected(_ payload: JSON, _ changes: [String: String]) throws -> JSON {
        var members = payload.members ?? []
        for (name, text) in changes.sorted(by: { $0.key < $1.key }) {
            guard isCorrectable(name) else { throw Refusal.badField(name, known: members.map(\.name).filter(isCorrectable)) }
            let old = members.firstIndex { $0.name == name }
            let value = value(text, like: old.map { members[$0].value })
            switch (old, text.isEmpty) {
            case (let index?, true): members.remove(at: index)
            case (let index?, false): members[index] = JSON.Member(name, value)
            case (nil, false): members.append(JSON.Member(name, value))
            case (nil, true): break
            }
        }
        return .object(members)
    }

    private static func value(_ text: String, like old: JSON?) -> JSON {
        if case .number? = old, let number = try? JSON.parse(text), case .number = number { return number }
        return .string(text)
    }

    /// Our own key holds the lead together with its record; it is never changed.
    private static func isCorrectable(_ name: String) -> Bool {
        guard name != "lead.key", name.hasPrefix("lead.") || name.hasPrefix("call.") else { return false }
        return LeadDictionary.names.contains(name) || LeadDictionary.open.contains { name.hasPrefix($0) && name.count > $0.count }
    }
}
