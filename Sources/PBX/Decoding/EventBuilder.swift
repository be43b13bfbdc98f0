// SPDX-License-Identifier: Apache-2.0
import CallModel
import Crypto
import Essentials
import WireFormats

/// Makes a `CallEvent` out of a document and the row that suits it.
struct EventBuilder {
    let dialect: CompiledDialect
    let source: SourceProfile
    let numbers: PhoneNumbers

    /// Bytes of a call id, a leg id or a key: the longest of any vendor is 128 (Mango); more is no id.
    static let idBytesMax = 512
    /// Bytes of a name, agent, line or link.
    static let textBytesMax = 2_000

    func event(_ row: EventRow, _ kind: EventKind, _ document: Document) throws(BodyReader.Problem) -> CallEvent {
        let fields = row.fields
        let direction = fields[.direction]?.text(in: document, direction: .inbound).flatMap(Direction.init(rawValue:)) ?? .inbound
        func text(_ field: CanonicalField) -> String? { fields[field]?.text(in: document, direction: direction) }
        let call = text(.call) ?? ""
        guard !call.isEmpty || kind == .result else { throw BodyReader.Problem(message: "there is no call id") }
        guard call.utf8.count <= EventBuilder.idBytesMax else {
            throw BodyReader.Problem(message: "the call id is longer than \(EventBuilder.idBytesMax) bytes")
        }
        var event = CallEvent(source: source.name, kind: kind, callID: oneLine(call), dedupeKey: try key(row, document))
        let isSteered = row.asksWith.map { !(source.keys[$0] ?? []).isEmpty } ?? true
        event.asks = row.asks && isSteered
        event.continues = row.continues && isSteered
        event.askingPoint = row.askingPoint
        event.direction = direction
        event.legID = short(text(.leg))
        event.parentCallID = short(text(.parentCall))
        event.links = short(text(.links)).map { [$0] } ?? []
        event.line = line(text(.line))
        event.caller = caller(text(.caller), line: event.line)
        event.callerName = short(text(.name))
        event.agent = short(text(.agent)).map { PhoneNumbers.addressUser($0) ?? $0 }
        event.digits = short(text(.digits))
        event.cause = text(.cause).flatMap(HangupCause.init(rawValue:))
        event.recording = short(text(.recording)).map(link)
        event.commandID = short(text(.command))
        event.sequence = text(.sequence).flatMap { Int64($0) }
        event.at = instant(fields[.at], document, direction)
        event.startedAt = instant(fields[.start], document, direction)
        event.answeredAt = instant(fields[.answer], document, direction)
        event.endedAt = instant(fields[.end], document, direction)
        event.wait = duration(fields[.wait], document, direction)
        event.talk = duration(fields[.talk], document, direction)
        event.extra = ExtraReader(rule: dialect.extra, document: document).fields()
        return event
    }

    /// Ids of recordings become links where the source says how; links stay.
    private func link(_ recording: String) -> String {
        guard let pattern = source.recordingLink, !recording.contains("://") else { return recording }
        return pattern.replacing("{recording}", with: percentEncoded(recording))
    }

    private func key(_ row: EventRow, _ document: Document) throws(BodyReader.Problem) -> String {
        var key: String?
        for template in row.keys {
            key = template.filled { slot in document.text(slot).flatMap { $0.isEmpty ? nil : $0 } }
            if key != nil { break }
        }
        let found = key ?? row.keys.last?.filled { document.text($0) ?? "" } ?? ""
        guard !found.isEmpty else { throw BodyReader.Problem(message: "nothing tells this event from others") }
        guard found.utf8.count > EventBuilder.idBytesMax else { return oneLine(found) }
        return "sha256:" + Hex.encode(SHA256.hash(data: Array(found.utf8)))
    }

    private func line(_ text: String?) -> String? {
        guard let text = short(text) else { return nil }
        return numbers.number(text, region: source.region)?.e164 ?? text
    }

    private func caller(_ text: String?, line: String?) -> Caller? {
        let region = line.flatMap { source.lineRegions[$0] } ?? source.region
        let cut = text.map { String(decoding: $0.utf8.prefix(EventBuilder.idBytesMax), as: UTF8.self) }
        return numbers.caller(cut, region: region, withheld: dialect.withheld)
    }

    /// One line of text, cut to what a person can use; `nil` for nothing.
    private func short(_ text: String?) -> String? {
        guard let text, !text.isEmpty else { return nil }
        guard text.utf8.count > EventBuilder.textBytesMax else { return oneLine(text) }
        return oneLine(String(decoding: text.utf8.prefix(EventBuilder.textBytesMax), as: UTF8.self))
    }

    private func instant(_ rule: FieldRule?, _ document: Document, _ direction: Direction) -> Instant? {
        guard let rule, let text = rule.text(in: document, direction: direction), text != "0" else { return nil }
        let zone = dialect.zoneIsSources ? source.localZone : LocalZone.utc
        for format in rule.times {
            if let instant = format.read(text, zone: zone) { return instant }
        }
        return nil
    }

    private func duration(_ rule: FieldRule?, _ document: Document, _ direction: Direction) -> Duration? {
        guard let rule, let text = rule.text(in: document, direction: direction) else { return nil }
        return rule.durations.read(text)
    }
}

/// Collects the fields that the dialect does not name.
struct ExtraReader {
    let rule: ExtraRule
    let document: Document

    func fields() -> [String: String] {
        var found: [String: String] = [:]
        if rule.rest, case .object(let members) = document.body {
            for member in members where !rule.named.contains(member.name) { add(member.name, member.value.scalarText, to: &found) }
        }
        for place in rule.objects {
            for member in document.value(at: place)?.members ?? [] { add(member.name, member.value.scalarText, to: &found) }
        }
        for (name, expression) in rule.fields { add(name, document.text(expression), to: &found) }
        return found
    }

    private func add(_ name: String, _ text: String?, to found: inout [String: String]) {
        guard let text, !text.isEmpty, found.count < ExtraRule.fieldsMax, name.utf8.count <= 100 else { return }
        found[name] = text.utf8.count <= ExtraRule.bytesMax ? text : String(decoding: text.utf8.prefix(ExtraRule.bytesMax), as: UTF8.self)
    }
}
