// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import PBX
import Screening
import Store

/// The facts that the service states by itself, by the names of RULES.md 4.14.
struct FactSheet {
    let tx: any StoreReading
    let parts: IntakeParts
    var lookups: Lookups?

    /// Calls are counted over this time before the call: the fact `repeats`.
    static let repeatWindow: Duration = .seconds(30 * 86_400)

    /// What is known of a call at `instant`, before anybody is asked. Everything comes from memory and the store; counts leave the call out.
    func facts(of record: CallRecord, _ call: Call?, at instant: Instant, line: Line?) throws -> [String: FactInput] {
        var facts: [String: FactInput] = [:]
        // An undeclared line is an unknown fact: no rule can name it.
        if let line { facts["line"] = .text(line.name) }
        facts["channel"] = record.channel.map(FactInput.text)
        facts["digits"] = record.digits.map(FactInput.text)
        facts["menu"] = record.extra["menu"].map(FactInput.text)
        facts["wait"] = record.wait.map { .duration(.seconds($0.components.seconds)) }
        facts["talk"] = record.talk.map { .duration(.seconds($0.components.seconds)) }
        facts["outcome"] = record.outcome.map { .text($0.rawValue) }
        facts["agent"] = record.agent.map(FactInput.text)
        if let hours = line?.hours, let isOpen = LocalTime.isOpen(hours, at: instant, zone: line?.zone ?? parts.settings.zone) {
            facts["open hours"] = .yesNo(isOpen)
        }
        for (fact, field) in parts.settings.sources[record.source]?.facts ?? [:] {
            facts[fact] = record.extra[field].map(FactInput.text) ?? facts[fact]
        }
        describeCaller(of: record, line, &facts)
        guard let number = record.number, let person = record.person else { return facts }
        facts["caller"] = .phone(number)
        facts["caller is"] = .text(try known(number).compactMap(\.who).first ?? "stranger")
        if person == lookups?.newcomer {
            facts["repeats"] = .integer(0)
            return facts
        }
        let since = record.startedAt - Self.repeatWindow
        facts["repeats"] = .integer(
            Int64(try tx.countCalls(of: person, since: since, until: record.startedAt, except: record.id.isNew ? nil : record.id)))
        facts["open lead"] = try openLeadAge(of: person, before: record, at: instant).map(FactInput.integer)
        return facts
    }

    /// What the caller's number tells by itself: only what the rules of the line ask for, since a country's table costs its reading.
    private func describeCaller(of record: CallRecord, _ line: Line?, _ facts: inout [String: FactInput]) {
        let rules = parts.rules(for: line), numbers = parts.numbers
        let profile = parts.settings.sources[record.source]?.profile
        let region = record.line.flatMap { profile?.lineRegions[$0] } ?? profile?.region ?? parts.settings.country
        if rules.declares("caller kind"), let caller = caller(of: record) {
            facts["caller kind"] = .text(numbers.kind(of: caller, region: region).rawValue)
        }
        guard let number = record.number, Self.ofNumbers.contains(where: rules.declares) else { return }
        let info = numbers.info(of: number)
        let stated: [String: FactInput?] = [
            "number valid": .yesNo(info.isValid), "number type": info.kind == .unknown ? nil : .text(info.kind.rawValue),
            "caller country": info.country.map(FactInput.text), "caller area": info.area(parts.settings.language).map(FactInput.text),
            "foreign caller": info.country.map { .yesNo($0 != region) },
        ]
        for (fact, value) in stated where rules.declares(fact) { facts[fact] = value }
    }

    private func caller(of record: CallRecord) -> Caller? {
        record.number.map(Caller.number) ?? (record.withheld ? .withheld : record.callerText.map(Caller.unreadable))
    }

    private static let ofNumbers = ["number valid", "number type", "caller country", "caller area", "foreign caller"]

    /// Entries of the caller directory, the newest first.
    func known(_ number: PhoneNumber) throws -> [DirectoryEntry] {
        if let known = lookups?.directory, known.number == number { return known.entries }
        let entries = try tx.directory(number)
        lookups?.directory = (number, entries)
        return entries
    }

    /// Days since the person's open lead was made, if it was made before this call; `nil`: there is none.
    private func openLeadAge(of person: PersonID, before record: CallRecord, at instant: Instant) throws -> Int64? {
        guard let lead = try tx.openLead(of: person, since: instant - parts.settings.leadWindow) else { return nil }
        guard lead.id != record.lead || lead.createdAt < record.ulid.mintedAt else { return nil }
        return max(0, (instant - lead.createdAt).components.seconds / 86_400)
    }
}

/// What one event has learned from the store already. Used by the work of that event alone.
final class Lookups {
    var directory: (number: PhoneNumber, entries: [DirectoryEntry])?
    /// A person whom this event made: nothing is stored of them yet.
    var newcomer: PersonID?
}
