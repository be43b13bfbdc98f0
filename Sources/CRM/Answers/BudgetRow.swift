// SPDX-License-Identifier: Apache-2.0
import Essentials
import StrictYAML
import WireFormats

/// One row of `hints:`: what a good answer tells of how much may still be asked.
struct BudgetRow: Sendable {
    /// What is left.
    var left: AnswerPlace?
    /// What is used up, alone (with `of`) or as `used/limit` (Salesforce's `api-usage=18/5000`).
    var used: AnswerPlace?
    var of: Int?
    /// Counts for the operation alone, not for the account.
    var isPerOperation: Bool
    var resets: Wait?

    func budget(_ response: CRMResponse, _ json: JSON?, now: Instant) -> CRMBudget? {
        let resets = resets?.duration(response, json, now: now)
        if let left = left?.value(in: response, json)?.scalarText.flatMap({ Double($0.trimming()) }), left.isFinite {
            return CRMBudget(left: max(0, Int(min(left, 1e9))), resets: resets, isPerOperation: isPerOperation)
        }
        guard let text = used?.value(in: response, json)?.scalarText else { return nil }
        let parts = text.split(separator: "/").compactMap { Double($0.filter { $0.isASCIIDigit || $0 == "." }) }
        guard let spent = parts.first, let limit = parts.count > 1 ? parts[1] : of.map(Double.init), spent.isFinite, limit.isFinite else {
            return nil
        }
        return CRMBudget(left: max(0, Int(min(limit - spent, 1e9))), resets: resets, isPerOperation: isPerOperation)
    }

    static func read(_ node: YAMLNode?) throws(SourceProblem) -> [BudgetRow] {
        guard let node else { return [] }
        var rows: [BudgetRow] = []
        for row in try node.list() { rows.append(try BudgetRow(row)) }
        return rows
    }

    private init(_ node: YAMLNode) throws(SourceProblem) {
        var fields = try node.fields()
        left = try fields.take("left").map { (node) throws(SourceProblem) in try AnswerPlace(node) }
        used = try fields.take("used").map { (node) throws(SourceProblem) in try AnswerPlace(node) }
        of = try fields.take("of")?.integer(in: 1...1_000_000_000)
        guard left != nil || used != nil else { throw node.problem("the hint names no place", fix: "add left: or used: with a place of the answer") }
        resets = try fields.take("resets").map { (node) throws(SourceProblem) in try Wait(node) }
        isPerOperation = try fields.take("per operation")?.yesNo() ?? false
        try fields.finish()
    }
}
