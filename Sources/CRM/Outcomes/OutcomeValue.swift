// SPDX-License-Identifier: Apache-2.0
import Essentials
import Foundation
import StrictYAML
import WireFormats

/// Where a value of a record stands: a path, or one of several list elements, or their sum, or a difference.
struct OutcomeValue: Sendable {
    /// A list whose elements are looked through; `nil`: the record itself.
    var from: JSONPath?
    var conditions: [(path: JSONPath, value: Template)] = []
    var of: JSONPath
    /// Of all elements that fit; otherwise the first one's.
    var isSum = false
    /// What is taken away.
    var less: JSONPath?
    /// The CRM's word → ours; a word that is not in it is absent.
    var table: [String: String]?

    func text(in record: JSON, _ scope: TemplateScope) -> String? {
        guard isSum || less != nil else { return found(in: record, scope).first.flatMap(translated) }
        guard isSum || of.value(in: record) != nil else { return nil }
        var sum = Decimal(0)
        for text in found(in: record, scope) { sum += Decimal(string: text, locale: Locale(identifier: "en_US_POSIX")) ?? 0 }
        if let taken = less?.value(in: record)?.scalarText { sum -= Decimal(string: taken, locale: Locale(identifier: "en_US_POSIX")) ?? 0 }
        return sum.description
    }

    private func found(in record: JSON, _ scope: TemplateScope) -> [String] {
        guard let from else { return of.values(in: record).compactMap(\.scalarText) }
        let list = from.value(in: record)
        let elements = (list?.array ?? list.map { [$0] } ?? []).filter { element in
            conditions.allSatisfy { condition in
                guard let wanted = (try? condition.value.filled(scope))?.scalarText else { return false }
                return condition.path.values(in: element).contains { $0.scalarText == wanted }
            }
        }
        return elements.compactMap { of.value(in: $0)?.scalarText }
    }

    private func translated(_ text: String) -> String? {
        guard let table else { return text.isEmpty ? nil : text }
        return table[text]
    }
}

extension OutcomeValue {
    /// A path; or `{from: list, where: {path: value}, of: path, sum: yes, less: path, table: {…}}`.
    init(_ node: YAMLNode) throws(SourceProblem) {
        guard node.isMapping else {
            of = try JSONPath(node)
            return
        }
        var fields = try node.fields()
        from = try fields.take("from").map { (node) throws(SourceProblem) in try JSONPath(node) }
        for entry in try fields.take("where")?.entries() ?? [] {
            guard let path = JSONPath(entry.key) else { throw entry.value.problem("\"\(entry.key)\" is no path") }
            conditions.append((path, try Template(entry.value)))
        }
        of = try JSONPath(try fields.require("of"))
        isSum = try fields.take("sum")?.yesNo() ?? false
        less = try fields.take("less").map { (node) throws(SourceProblem) in try JSONPath(node) }
        if let table = fields.take("table") { self.table = try RecipeReader.words(table) }
        try fields.finish()
    }

    var placeholders: [Placeholder] { conditions.flatMap(\.value.placeholders) }
}

/// Where an amount and its currency stand.
struct OutcomeMoney: Sendable {
    var amount: OutcomeValue
    var currency: OutcomeValue?

    func money(in record: JSON, _ scope: TemplateScope) -> CRMMoney? {
        guard let text = amount.text(in: record, scope), Decimal(string: text, locale: Locale(identifier: "en_US_POSIX")) != nil else { return nil }
        return CRMMoney(amount: text, currency: currency?.text(in: record, scope))
    }

    init(_ node: YAMLNode) throws(SourceProblem) {
        guard node.isMapping else {
            amount = try OutcomeValue(node)
            return
        }
        var fields = try node.fields()
        amount = try OutcomeValue(try fields.require("amount"))
        currency = try fields.take("currency").map { (node) throws(SourceProblem) in try OutcomeValue(node) }
        try fields.finish()
    }
}
