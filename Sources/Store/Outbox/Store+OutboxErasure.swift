// SPDX-License-Identifier: Apache-2.0
internal import Essentials
internal import SQLEngine

extension Eraser {
    /// Takes payloads and the words of CRMs out of a person's orders; what was not delivered is dropped.
    static let outbox = Eraser("orders") { tx, leads, _ in
        try leads.reduce(0) { count, lead in try count + tx.forgetOrders(of: lead) }
    }
}

extension Transaction {
    /// Removes what names a person from a lead's orders; what was not sent is dropped.
    /// - Returns: how many orders there were.
    @discardableResult
    public func forgetOrders(of lead: LeadRecord.ID) throws -> Int {
        let of = [SQLValue(lead)]
        _ = try sql.execute(
            "UPDATE order_steps SET taken = '{}', last_result = NULL WHERE order_id IN (SELECT id FROM orders WHERE lead = $1)", of)
        _ = try sql.execute("UPDATE order_attempts SET detail = NULL WHERE order_id IN (SELECT id FROM orders WHERE lead = $1)", of)
        _ = try sql.execute(
            "UPDATE orders SET state = 'discarded', lease_until = NULL WHERE lead = $1 AND state NOT IN ('delivered', 'discarded')", of)
        return try sql.execute("UPDATE orders SET payload = '{}', last_error = NULL WHERE lead = $1", of)
    }
}
