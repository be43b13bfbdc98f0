// SPDX-License-Identifier: Apache-2.0
public import WireFormats

/// A call of a lead as Callsieve reports it: the body of `POST /book/api/v1/leads/{key}/calls/{call}`, in the names of `call.*`.
public struct CallFields: Hashable, Sendable {
    /// The members that were sent and are not null.
    public let json: JSON

    static let texts = ["direction", "from", "to", "agent", "outcome", "text"]
    static let instants = ["started_at", "answered_at", "ended_at"]
    static let seconds = ["wait_s", "talk_s"]

    /// - Throws: `BookError` naming the member: unknown or of the wrong kind. Text that is too long is cut.
    public init(reading body: JSON) throws(BookError) {
        let fields = try BodyFields(body, known: CallFields.texts + CallFields.instants + CallFields.seconds + ["id", "recording_url"])
        var members: [JSON.Member] = []
        for name in CallFields.texts + ["id"] {
            if let text = try fields.cutText(name, charactersMax: 16_000) { members.append(JSON.Member(name, .string(text))) }
        }
        for name in CallFields.instants {
            if let instant = try fields.instant(name) { members.append(JSON.Member(name, .string(instant.text))) }
        }
        for name in CallFields.seconds {
            guard let text = try fields.text(name) else { continue }
            guard let number = Int64(text), (0...1_000_000).contains(number) else {
                throw .invalid(name, en: "whole seconds are needed", ru: "нужны целые секунды")
            }
            members.append(JSON.Member(name, JSON(number)))
        }
        if let address = try fields.address("recording_url") { members.append(JSON.Member("recording_url", .string(address))) }
        json = .object(members)
    }

    init(stored json: JSON) { self.json = json }

    /// A member as text; `nil` where it was not sent.
    public func text(_ name: String) -> String? { json[name]?.scalarText }
}
