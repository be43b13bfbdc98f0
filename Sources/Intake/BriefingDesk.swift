// SPDX-License-Identifier: Apache-2.0
public import CallModel
public import Essentials
import Screening
import Store

/// The first briefing, as operators work on it: every act is one synced transaction, so that a reload or a crash loses nothing.
///
/// Safe to call concurrently; each act gives the form as it is after it. Acts throw `DeskError`, and nothing else.
public final class BriefingDesk: Sendable {
    let parts: IntakeParts
    let store: Store
    let time: any TimeSource
    let feed: LiveFeed

    /// A desk that works with the same settings and calls as `intake`.
    public init(_ intake: HookIntake) {
        parts = intake.parts
        store = intake.store
        time = intake.time
        feed = intake.feed
    }

    /// `person` takes the briefing of the call's lead. Repeatable.
    /// - Throws: `held` when another person has it.
    public func take(call: ULID, by person: String) async throws(DeskError) -> BriefingView {
        try await open(person, isTakeOver: false) { try $0.form(ofCall: call) }
    }

    /// The same for a lead without a call at hand: a callback.
    public func take(lead: ULID, by person: String) async throws(DeskError) -> BriefingView {
        try await open(person, isTakeOver: false) { try $0.form(of: lead) }
    }

    /// `person` takes it, from whoever has it.
    public func takeOver(call: ULID, by person: String) async throws(DeskError) -> BriefingView {
        try await open(person, isTakeOver: true) { try $0.form(ofCall: call) }
    }

    public func takeOver(lead: ULID, by person: String) async throws(DeskError) -> BriefingView {
        try await open(person, isTakeOver: true) { try $0.form(of: lead) }
    }

    /// Stores an answer as typed. A further one to the same question replaces it.
    /// - Throws: `notAcceptable` for a value that is none of the question's, with a sentence for the operator.
    public func answer(_ fact: String, value: String, lead: ULID, by person: String) async throws(DeskError) -> BriefingView {
        try await put(fact, .value(value), lead: lead, by: person)
    }

    /// The caller did not name it, refused, or does not know: never asked again.
    public func decline(_ fact: String, lead: ULID, by person: String) async throws(DeskError) -> BriefingView {
        try await put(fact, .declined, lead: lead, by: person)
    }

    /// No choice fits: what the caller said. To the rules it is a declined fact.
    public func other(_ fact: String, text: String, lead: ULID, by person: String) async throws(DeskError) -> BriefingView {
        try await put(fact, .other(text), lead: lead, by: person)
    }

    /// As if the question had not been asked.
    public func clear(_ fact: String, lead: ULID, by person: String) async throws(DeskError) -> BriefingView {
        try await put(fact, nil, lead: lead, by: person)
    }

    /// Closes the form: the rules decide over it, the lead gets its status, a CRM its order.
    public func close(lead: ULID, by person: String) async throws(DeskError) -> BriefingView {
        try await act(lead, person) { work, form in try work.close(&form, by: person) }
    }

    /// Decides against the rules.
    /// - Parameters:
    ///   - reason: a code that belongs to `then` (VOCABULARY.md 6.3); `nil` where it needs none.
    ///   - note: why; not empty.
    public func override(
        lead: ULID, then: Action, reason: ReasonCode?, group: String?, note: String, by person: String
    ) async throws(DeskError) -> BriefingView {
        let wish = Override(then: then, reason: reason, group: group, note: note)
        return try await act(lead, person) { work, form in try work.override(&form, wish, by: person) }
    }

    /// Opens the form of a decided lead once more, with its answers; the only way back from a final status.
    public func reopen(lead: ULID, note: String, by person: String) async throws(DeskError) -> BriefingView {
        try await act(lead, person) { work, form in try work.reopen(&form, note: note, by: person) }
    }

    /// The form of a lead as `person` sees it.
    /// - Throws: `notFound` while nobody has opened one.
    public func view(lead: ULID, for person: String) async throws(DeskError) -> BriefingView {
        try await look(person) { try $0.form(of: lead) }
    }

    public func view(call: ULID, for person: String) async throws(DeskError) -> BriefingView {
        try await look(person) { try $0.form(ofCall: call) }
    }

    /// A decision of a person against the rules.
    struct Override: Sendable {
        var then: Action
        var reason: ReasonCode?
        var group: String?
        var note: String
    }
}
