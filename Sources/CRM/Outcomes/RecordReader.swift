// SPDX-License-Identifier: Apache-2.0
import Essentials
import StrictYAML
import WireFormats

/// How a kind of record is read out of an answer, a poll's row or a signed hook.
struct RecordReader: Sendable {
    let kind: String
    /// The operation that reads one; `nil`: it is seen in polls and hooks alone.
    let operation: String?
    /// The name that the operation wants the id under.
    let idName: String
    /// Where the record stands in the operation's answer.
    let from: JSONPath
    let id: JSONPath
    let values: [String: OutcomeValue]
    let money: [String: OutcomeMoney]
    let at: JSONPath?
    /// The CRM's clock where it is no text: an object with year … second (Tryton), Unix seconds.
    let gone: [(path: JSONPath, test: ValueTest)]
    let follow: [(kind: String, id: JSONPath)]

    static let valueNames = ["key", "lead", "stage", "state", "owner", "reason", "merged into"]
    static let moneyNames = ["expected", "invoiced", "paid"]

    /// The record in this tree; `nil` when it holds no id.
    func record(in json: JSON, _ scope: TemplateScope) -> OutcomeRecord? {
        guard let id = id.value(in: json)?.scalarText, !id.isEmpty else { return nil }
        var record = OutcomeRecord(kind: kind, id: id)
        let value = { (name: String) in values[name]?.text(in: json, scope) }
        record.key = value("key")
        record.lead = value("lead")
        record.stage = value("stage")
        record.state = value("state").flatMap { OutcomeRecord.State(rawValue: $0) }
        record.owner = value("owner")
        record.reason = value("reason")
        record.mergedInto = value("merged into")
        record.expected = money["expected"]?.money(in: json, scope)
        record.invoiced = money["invoiced"]?.money(in: json, scope)
        record.paid = money["paid"]?.money(in: json, scope)
        record.at = at?.value(in: json).flatMap(RecordReader.instant)
        record.isGone = !gone.isEmpty && gone.allSatisfy { $0.test.holds($0.path.value(in: json)) }
        record.follow = follow.compactMap { next in next.id.value(in: json)?.scalarText.map { RecordHint(kind: next.kind, id: $0) } }
        return record
    }

    /// A text, Unix seconds or milliseconds, or the parts that Tryton writes.
    static func instant(_ value: JSON) -> Instant? {
        if let number = value.integer { return number > 100_000_000_000 ? Instant(unixMilliseconds: number) : Instant(unixSeconds: number) }
        if let text = value.string { return InstantText.parse(text) ?? Int64(text).flatMap { instant(JSON($0)) } }
        let part = { (name: String) in String(value[name]?.integer ?? 0) }
        guard value["year"] != nil else { return nil }
        let padded = { (name: String) in String(repeating: "0", count: max(0, 2 - part(name).count)) + part(name) }
        return InstantText.parse(
            "\(part("year"))-\(padded("month"))-\(padded("day"))T\(padded("hour")):\(padded("minute")):\(padded("second"))Z")
    }
}

extension RecordReader {
    init(_ kind: String, _ node: YAMLNode, _ places: inout RecipePlaces) throws(SourceProblem) {
        self.kind = kind
        var fields = try node.fields()
        let read = fields.take("read")
        operation = try read?.text()
        if let read { places.references.append((try read.text(), "the record \(kind)", read)) }
        idName = try fields.text("as") ?? "\(kind)_id"
        from = try fields.take("from").map { (node) throws(SourceProblem) in try JSONPath(node) } ?? JSONPath.whole
        id = try JSONPath(try fields.require("id"))
        var values: [String: OutcomeValue] = [:]
        for name in RecordReader.valueNames { values[name] = try fields.take(name).map { (node) throws(SourceProblem) in try OutcomeValue(node) } }
        if let table = values["state"]?.table, let wrong = table.values.first(where: { OutcomeRecord.State(rawValue: $0) == nil }) {
            throw node.problem("\"\(wrong)\" is no state", fix: "known: open, won, lost")
        }
        self.values = values
        var money: [String: OutcomeMoney] = [:]
        for name in RecordReader.moneyNames { money[name] = try fields.take(name).map { (node) throws(SourceProblem) in try OutcomeMoney(node) } }
        self.money = money
        at = try fields.take("at").map { (node) throws(SourceProblem) in try JSONPath(node) }
        var gone: [(path: JSONPath, test: ValueTest)] = []
        for entry in try fields.take("gone")?.entries() ?? [] {
            guard let path = JSONPath(entry.key) else { throw entry.value.problem("\"\(entry.key)\" is no path") }
            gone.append((path, try ValueTest(entry.value)))
        }
        self.gone = gone
        follow = try Operation.paths(fields.take("follow")).map { (kind: $0.name, id: $0.path) }
        try fields.finish()
    }

    var placeholders: [Placeholder] {
        values.values.flatMap(\.placeholders) + money.values.flatMap { $0.amount.placeholders + ($0.currency?.placeholders ?? []) }
    }
}
