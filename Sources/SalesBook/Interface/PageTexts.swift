// SPDX-License-Identifier: Apache-2.0
internal import CallModel
internal import Essentials
internal import Foundation

/// How values are written for the person who looks at a page.
struct PageTexts: Sendable {
    let language: Language
    let zone: TimeZone

    func word(_ key: String) -> String { Words.word(key, language) }

    /// What was refused, after the field as the page calls it.
    func refusal(_ error: BookError) -> String {
        guard error.code == .invalid, let field = error.field else { return error.text(language) }
        let label = ["paid_on": "paidOn", "expected_on": "expected", "text": "note"][field] ?? field
        return "\(word(label)): \(error.text(language))"
    }

    /// `2026-12-10` or `10.12.2026`.
    func day(_ day: Day) -> String {
        guard language == .ru else { return day.description }
        let (year, month, number) = day.civil
        return "\(padded(number, 2)).\(padded(month, 2)).\(year)"
    }

    /// Day, hour and minute in the book's zone.
    func moment(_ instant: Instant) -> String {
        let offset = zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(instant.unixSeconds)))
        let local = instant.unixSeconds + Int64(offset)
        let days = (local >= 0 ? local : local - 86_399) / 86_400
        let second = local - days * 86_400
        return "\(day(Day(number: days))) \(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2))"
    }

    /// An instant as Callsieve sent it, for people; anything else as it is.
    func moment(text: String?) -> String? { text.map { text in Instant(text: text).map(moment) ?? text } }

    /// Seconds of talk as `2:55`.
    func length(_ seconds: String?) -> String? {
        guard let seconds = seconds.flatMap({ Int64($0) }) else { return nil }
        return "\(seconds / 60):\(padded(seconds % 60, 2))"
    }

    func who(_ card: Card) -> String {
        card.lead.text("name") ?? card.lead.text("company") ?? card.lead.text("phone") ?? word("nobody")
    }

    /// What of company and number the name did not say.
    func underWho(_ card: Card) -> String? {
        let said = who(card)
        let rest = [card.lead.text("company"), card.lead.text("phone")].compactMap { $0 }.filter { $0 != said }
        return rest.isEmpty ? nil : rest.joined(separator: " · ")
    }

    func reason(_ card: Card) -> String? {
        card.reason.map { code in [Words.reason(code, language), card.field].compactMap { $0 }.joined(separator: ": ") }
    }
}

extension Card {
    /// Money was to come before today and has not.
    func isOverdue(on today: Day) -> Bool {
        guard let expectedOn, !status.isFinal, !isPaidInFull else { return false }
        return expectedOn < today
    }
}
