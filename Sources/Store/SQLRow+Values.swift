// SPDX-License-Identifier: Apache-2.0
internal import CallModel
internal import Essentials
internal import SQLEngine
internal import WireFormats

/// How the product's values stand in columns: instants and durations as milliseconds, words as their raw text,
/// lists and dictionaries as JSON text.
extension SQLValue {
    init(_ instant: Instant?) { self.init(instant?.unixMilliseconds) }
    init(_ duration: Duration?) { self.init(duration?.milliseconds) }
    init(_ number: PhoneNumber?) { self.init(number?.e164) }
    init(_ reason: ReasonCode?) { self.init(reason?.code) }
    init(_ ulid: ULID) { self = .text(ulid.description) }
    init<Record>(_ id: RowID<Record>?) { self.init(id?.value) }
    init<Word: RawRepresentable>(_ word: Word?) where Word.RawValue == String { self.init(word?.rawValue) }
    init(_ words: [String]) { self = words.isEmpty ? .null : .text(JSON.array(words.map(JSON.string)).text) }
    init(_ pairs: [String: String]) {
        let members = pairs.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .string($0.value)) }
        self = members.isEmpty ? .null : .text(JSON.object(members).text)
    }
}

extension SQLRow {
    func instant(_ column: Int) -> Instant { Instant(unixMilliseconds: integer(column)) }
    func optionalInstant(_ column: Int) -> Instant? { optionalInteger(column).map(Instant.init(unixMilliseconds:)) }
    func optionalDuration(_ column: Int) -> Duration? { optionalInteger(column).map { .milliseconds($0) } }
    func id<Record>(_ column: Int) -> RowID<Record> { RowID(integer(column)) }
    func optionalID<Record>(_ column: Int) -> RowID<Record>? { optionalInteger(column).map { RowID($0) } }
    func optionalNumber(_ column: Int) -> PhoneNumber? { optionalText(column).flatMap { PhoneNumber(e164: $0) } }
    func optionalReason(_ column: Int) -> ReasonCode? { optionalText(column).map { ReasonCode($0) } }

    func ulid(_ column: Int) throws -> ULID {
        let text = text(column)
        guard let ulid = ULID(text) else { throw damaged(column, text) }
        return ulid
    }

    func word<Word: RawRepresentable>(_ column: Int) throws -> Word where Word.RawValue == String {
        let text = text(column)
        guard let word = Word(rawValue: text) else { throw damaged(column, text) }
        return word
    }

    func optionalWord<Word: RawRepresentable>(_ column: Int) throws -> Word? where Word.RawValue == String {
        isNull(column) ? nil : try word(column)
    }

    func words(_ column: Int) throws -> [String] {
        guard let text = optionalText(column) else { return [] }
        return try JSON.parse(text).array?.compactMap(\.string) ?? []
    }

    func pairs(_ column: Int) throws -> [String: String] {
        guard let text = optionalText(column) else { return [:] }
        let members = try JSON.parse(text).members ?? []
        return Dictionary(members.map { ($0.name, $0.value.string ?? "") }, uniquingKeysWith: { first, _ in first })
    }

    private func damaged(_ column: Int, _ text: String) -> StoreError {
        StoreError(
            .damagedRow,
            "column \(column) of a stored row holds an unknown word of \(text.utf8.count) bytes: restore a backup, or start the newer program")
    }
}
