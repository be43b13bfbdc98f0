// SPDX-License-Identifier: Apache-2.0
internal import Essentials
internal import WireFormats

/// A JSON object read strictly: a member that is not expected, or not of its kind, is an error that names it.
///
/// `null` and a missing member are told apart only by `has`.
struct BodyFields {
    private let members: [JSON.Member]

    init(_ body: JSON, known: some Collection<String>) throws(BookError) {
        guard let members = body.members else {
            throw BookError(.malformed, en: "The body must be a JSON object.", ru: "Тело запроса должно быть объектом JSON.")
        }
        for member in members where !known.contains(member.name) {
            let list = known.sorted().joined(separator: ", ")
            throw .invalid(member.name, en: "no such member here; known are \(list)", ru: "такого поля здесь нет; есть \(list)")
        }
        self.members = members
    }

    /// Whether the member was sent at all, also as `null`.
    func has(_ name: String) -> Bool { members.contains { $0.name == name } }

    /// The member's value; `nil` when missing or `null`.
    func value(_ name: String) -> JSON? {
        guard let value = members.first(where: { $0.name == name })?.value, value != .null else { return nil }
        return value
    }

    /// Text without white space at its ends; `nil` when missing, `null` or blank.
    func text(_ name: String, charactersMax: Int = 200) throws(BookError) -> String? {
        guard let value = value(name) else { return nil }
        guard let text = value.scalarText else { throw .invalid(name, en: "a text is needed", ru: "нужен текст") }
        return try BodyFields.checked(text, name, charactersMax: charactersMax)
    }

    func instant(_ name: String) throws(BookError) -> Instant? {
        guard let text = try text(name) else { return nil }
        guard let instant = Instant(text: text) else {
            throw .invalid(name, en: "an instant is needed, like 2026-11-23T12:00:00Z", ru: "нужно время, например 2026-11-23T12:00:00Z")
        }
        return instant
    }

    func day(_ name: String) throws(BookError) -> Day? {
        guard let text = try text(name) else { return nil }
        guard let day = Day(text) else {
            throw .invalid(name, en: "a day is needed, like 2026-12-10", ru: "нужна дата, например 2026-12-10")
        }
        return day
    }

    /// Money as text, as a number (its digits are read, not its value) or as `{"amount","currency"}`.
    func money(_ name: String, currency: String) throws(BookError) -> Money? {
        guard let value = value(name) else { return nil }
        let amount = value.members == nil ? value : value["amount"] ?? .null
        let named = value["currency"]?.string ?? currency
        guard let text = amount.scalarText, amount.bool == nil else {
            throw .invalid(name, en: "an amount is needed, like \"300000.00\"", ru: "нужна сумма, например \"300000.00\"")
        }
        return try Money.parse(text, currency: named, field: name)
    }

    /// Text cut to a length, where a lead must not be refused because somebody's name is long.
    func cutText(_ name: String, charactersMax: Int) throws(BookError) -> String? {
        guard let value = value(name) else { return nil }
        guard let text = value.scalarText else { throw .invalid(name, en: "a text is needed", ru: "нужен текст") }
        return BodyFields.cut(text, charactersMax: charactersMax)
    }

    static func cut(_ text: String, charactersMax: Int) -> String? {
        let trimmed = text.trimmingSpaces()
        guard trimmed.unicodeScalars.count > charactersMax else { return trimmed.isEmpty ? nil : trimmed }
        return String(String.UnicodeScalarView(trimmed.unicodeScalars.prefix(charactersMax - 1))) + "…"
    }

    static func checked(_ text: String, _ name: String, charactersMax: Int) throws(BookError) -> String? {
        let trimmed = text.trimmingSpaces()
        guard trimmed.unicodeScalars.count <= charactersMax else {
            throw .invalid(name, en: "at most \(charactersMax) characters", ru: "не больше \(charactersMax) знаков")
        }
        return trimmed.isEmpty ? nil : trimmed
    }
}
