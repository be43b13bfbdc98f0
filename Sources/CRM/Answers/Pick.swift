// SPDX-License-Identifier: Apache-2.0
import StrictYAML
import WireFormats

/// Which record of a look-up's answer is ours: searches of many CRMs find more than was asked for.
struct Pick: Sendable {
    enum Test: Sendable {
        /// The same text, exactly.
        case equal(Template)
        /// The same number, however it is written: `8 (916) 123-45-67` is `+7 916 1234567`.
        case phone(Template)
    }
    /// The list of records; `.`: the answer itself.
    var from: JSONPath
    var conditions: [(path: JSONPath, test: Test)]
    /// Ids to keep, by name.
    var take: [(name: String, path: JSONPath)]
    /// Several that fit are none: nothing tells which is ours.
    var onlyOne: Bool
    /// What it means that none is ours.
    var otherwise: AnswerClass

    /// The ids of the first record whose every condition is met; `nil`: none of them is ours.
    func ids(in json: JSON, _ scope: TemplateScope) -> [String: JSON]? {
        guard let found = from.value(in: json) else { return nil }
        let records = found.array ?? (found.members.map { $0.isEmpty ? [] : [found] } ?? [])
        let ours = records.filter { isOurs($0, scope) }
        guard let record = ours.first, !onlyOne || ours.count == 1 else { return nil }
        var ids: [String: JSON] = [:]
        for (name, path) in take { ids[name] = path.value(in: record) }
        return ids
    }

    private func isOurs(_ record: JSON, _ scope: TemplateScope) -> Bool {
        conditions.allSatisfy { condition in
            switch condition.test {
            case .equal(let template):
                guard let wanted = (try? template.filled(scope))?.scalarText else { return false }
                return condition.path.values(in: record).contains { $0.scalarText == wanted }
            case .phone(let template):
                guard let wanted = (try? template.filled(scope))?.scalarText else { return false }
                return condition.path.values(in: record).contains { $0.scalarText.map { Pick.isSameNumber($0, wanted) } ?? false }
            }
        }
    }

    /// The last ten digits agree, or all of a shorter number of seven at least.
    static func isSameNumber(_ left: String, _ right: String) -> Bool {
        let (left, right) = (left.filter(\.isASCIIDigit), right.filter(\.isASCIIDigit))
        let length = min(left.count, right.count, 10)
        guard length == 10 || length >= 7 && left.count == right.count else { return false }
        return left.suffix(length) == right.suffix(length)
    }
}

extension Pick {
    /// `{from: items, where: {key: "{lead.key}", phone: {phone: "{lead.phone}"}}, take: {lead_id: id}, only one: yes, else: invalid}`.
    init(_ node: YAMLNode) throws(SourceProblem) {
        var fields = try node.fields()
        from = try JSONPath(try fields.require("from"))
        conditions = []
        for entry in try fields.take("where")?.entries() ?? [] {
            guard let path = JSONPath(entry.key) else { throw entry.value.problem("\"\(entry.key)\" is no path") }
            if entry.value.isMapping {
                var test = try entry.value.fields()
                conditions.append((path, .phone(try Template(try test.require("phone")))))
                try test.finish()
            } else {
                conditions.append((path, .equal(try Template(entry.value))))
            }
        }
        take = try Operation.paths(try fields.require("take"))
        onlyOne = try fields.take("only one")?.yesNo() ?? false
        otherwise = try fields.take("else").map { (node) throws(SourceProblem) in try RecipeReader.word(node) } ?? .okEmpty
        try fields.finish()
    }

    var placeholders: [Placeholder] {
        conditions.flatMap { condition in
            switch condition.test {
            case .equal(let template), .phone(let template): template.placeholders
            }
        }
    }
}
