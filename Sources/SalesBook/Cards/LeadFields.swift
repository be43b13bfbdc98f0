// SPDX-License-Identifier: Apache-2.0
public import CallModel
internal import Essentials
public import WireFormats

/// What Callsieve says of a lead: the body of `PUT /book/api/v1/leads/{key}`, checked, in the names of docs/salesbook.md.
public struct LeadFields: Hashable, Sendable {
    /// The members that were sent and are not null, each of its kind, in the order of the table below.
    public let json: JSON

    /// The kinds of the lead dictionary (ADAPTERS.md) as the book takes them.
    private enum Kind {
        case text(charactersMax: Int)
        case status, instant, amount, currency, address
        case texts
        /// Names to text, number or boolean.
        case answers
    }

    private static let table: [(name: String, kind: Kind)] = [
        ("title", .text(charactersMax: 500)), ("phone", .text(charactersMax: 64)), ("name", .text(charactersMax: 200)),
        ("company", .text(charactersMax: 200)), ("email", .text(charactersMax: 254)), ("status", .status), ("reason", .text(charactersMax: 64)),
        ("reason_text", .text(charactersMax: 4000)), ("priority", .text(charactersMax: 64)), ("score", .text(charactersMax: 64)),
        ("tags", .texts), ("group", .text(charactersMax: 100)), ("owner", .text(charactersMax: 100)), ("line", .text(charactersMax: 100)),
        ("channel", .text(charactersMax: 100)), ("source", .text(charactersMax: 100)), ("region", .text(charactersMax: 100)),
        ("service", .text(charactersMax: 200)), ("amount", .amount), ("currency", .currency), ("answers", .answers),
        ("answers_text", .text(charactersMax: 16_000)), ("act_by", .instant), ("callback_at", .instant), ("defer_until", .instant),
        ("created_at", .instant), ("qualified_at", .instant), ("url", .address), ("utm", .answers), ("extra", .answers),
    ]

    /// Reads a request's body.
    ///
    /// Text that is too long is cut, and ends in `…`.
    ///
    /// - Throws: `BookError` naming the member: unknown or of the wrong kind.
    public init(reading body: JSON) throws(BookError) {
        let fields = try BodyFields(body, known: LeadFields.table.map(\.name))
        let currency = (try fields.text("currency") ?? "RUB").uppercased()
        var members: [JSON.Member] = []
        for (name, kind) in LeadFields.table {
            if let value = try LeadFields.read(fields, name, kind, currency) { members.append(JSON.Member(name, value)) }
        }
        json = .object(members)
    }

    /// Takes back what `json` was stored as; not checked again.
    init(stored json: JSON) { self.json = json }

    private static func read(_ fields: BodyFields, _ name: String, _ kind: Kind, _ currency: String) throws(BookError) -> JSON? {
        switch kind {
        case .text(let charactersMax): return try fields.cutText(name, charactersMax: charactersMax).map(JSON.string)
        case .instant: return try fields.instant(name).map { .string($0.text) }
        case .amount: return try fields.money(name, currency: currency).map { .string($0.decimal) }
        case .currency: return try fields.text(name).map { .string($0.uppercased()) }
        case .status: return try fields.status(name).map { .string($0.rawValue) }
        case .address: return try fields.address(name).map(JSON.string)
        case .texts: return try fields.texts(name).map(JSON.string)
        case .answers: return try fields.answers(name).map(JSON.object)
        }
    }
}

extension LeadFields {
    /// A member that is text; `nil` where it was not sent.
    public func text(_ name: String) -> String? { json[name]?.string }

    /// The lead's status on Callsieve's side.
    public var status: LeadStatus? { text("status").flatMap(LeadStatus.init(rawValue:)) }

    public var currency: String { text("currency") ?? "RUB" }

    /// The same lead with another verdict.
    func telling(_ status: LeadStatus, reason: String?) -> LeadFields {
        let told: [String: JSON?] = ["status": .string(status.rawValue), "reason": reason.map(JSON.string)]
        let members = LeadFields.table.compactMap { name, _ in (told[name] ?? json[name]).map { JSON.Member(name, $0) } }
        return LeadFields(stored: .object(members))
    }

    /// The budget as briefed.
    public var amount: Money? { text("amount").flatMap { try? Money.parse($0, currency: currency) } }

    /// Names and values of `answers`, `utm` or `extra`, in the order they came.
    public func pairs(_ name: String) -> [(name: String, value: String)] {
        (json[name]?.members ?? []).map { ($0.name, $0.value.scalarText ?? "") }
    }
}

extension BodyFields {
    func status(_ name: String) throws(BookError) -> LeadStatus? {
        guard let text = try text(name) else { return nil }
        guard let status = LeadStatus(rawValue: text) else {
            let known = LeadStatus.allCases.map(\.rawValue).joined(separator: ", ")
            throw .invalid(name, en: "no such status; known are \(known)", ru: "такого статуса нет; есть \(known)")
        }
        return status
    }

    /// An address that may become a link: http or https only, so that no `javascript:` ever does.
    func address(_ name: String) throws(BookError) -> String? {
        guard let text = try text(name, charactersMax: 2000) else { return nil }
        guard text.hasPrefix("https://") || text.hasPrefix("http://") else {
            throw .invalid(name, en: "an address must begin with https:// or http://", ru: "адрес начинается с https:// или http://")
        }
        return text
    }

    /// A text, or a list of texts joined by commas.
    fileprivate func texts(_ name: String) throws(BookError) -> String? {
        guard let elements = value(name)?.array else { return try cutText(name, charactersMax: 1000) }
        return BodyFields.cut(elements.compactMap(\.scalarText).joined(separator: ", "), charactersMax: 1000)
    }

    fileprivate func answers(_ name: String) throws(BookError) -> [JSON.Member]? {
        guard let value = value(name) else { return nil }
        guard let members = value.members, members.count <= 200 else {
            throw .invalid(name, en: "an object of at most 200 texts is needed", ru: "нужен объект, не больше 200 значений")
        }
        var kept: [JSON.Member] = []
        for member in members where member.value != .null {
            guard let text = member.value.scalarText, member.name.utf8.count <= 100 else {
                throw .invalid("\(name).\(member.name.prefix(100))", en: "a text, number or yes/no is needed", ru: "нужен текст, число или да/нет")
            }
            if let text = BodyFields.cut(text, charactersMax: 4000) { kept.append(JSON.Member(member.name, .string(text))) }
        }
        return kept.isEmpty ? nil : kept
    }
}
