// SPDX-License-Identifier: Apache-2.0
public import CallModel
public import WireFormats

/// What a person asks to be changed on a card: the body of `PATCH /book/api/v1/cards/{id}`.
public struct CardChange: Hashable, Sendable {
    /// A member that may be left alone, cleared or set.
    public enum Edit<Value: Hashable & Sendable>: Hashable, Sendable {
        case keep, clear
        case set(Value)
    }

    public var status: LeadStatus?
    public var reason: String?
    public var field: String?
    public var note: String?
    /// The amount as it was written; read with the card's currency, or `currency` when that changes too.
    public var amount: Edit<JSON> = .keep
    public var currency: String?
    public var expectedOn: Edit<Day> = .keep
    public var manager: Edit<String> = .keep
    public var group: Edit<String> = .keep

    public init() {}

    static let known = ["status", "reason", "field", "note", "amount", "currency", "expected_on", "manager", "group"]

    /// Reads the body.
    ///
    /// - Throws: `BookError` naming the member that is unknown or of the wrong kind.
    public init(reading body: JSON) throws(BookError) {
        let fields = try BodyFields(body, known: CardChange.known)
        status = try fields.status("status")
        reason = try fields.text("reason", charactersMax: 64)
        field = try fields.text("field", charactersMax: 64)
        note = try fields.text("note", charactersMax: 4000)
        currency = try fields.text("currency") ?? fields.value("amount")?["currency"]?.string
        amount = CardChange.edit(fields, "amount", fields.value("amount"))
        expectedOn = CardChange.edit(fields, "expected_on", try fields.day("expected_on"))
        manager = CardChange.edit(fields, "manager", try fields.text("manager", charactersMax: 100))
        group = CardChange.edit(fields, "group", try fields.text("group", charactersMax: 100))
    }

    private static func edit<Value>(_ fields: BodyFields, _ name: String, _ value: Value?) -> Edit<Value> {
        guard fields.has(name) else { return .keep }
        return value.map(Edit.set) ?? .clear
    }
}
