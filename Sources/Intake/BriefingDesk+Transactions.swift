// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import SQLEngine
import Screening
import Store

extension BriefingDesk {
    func open(
        _ person: String, isTakeOver: Bool, _ find: @escaping @Sendable (DeskWork) throws -> DeskWork.Form
    ) async throws(DeskError) -> BriefingView {
        try await transact(person) { desk in
            var form = try find(desk.work)
            try desk.take(&form, by: person, isTakeOver: isTakeOver)
            return form
        }
    }

    func put(_ fact: String, _ answer: BriefingAnswer?, lead: ULID, by person: String) async throws(DeskError) -> BriefingView {
        try await act(lead, person) { work, form in try work.put(fact, answer, &form, by: person) }
    }

    func act(
        _ lead: ULID, _ person: String, _ body: @escaping @Sendable (DeskActs, inout DeskWork.Form) throws -> Void
    ) async throws(DeskError) -> BriefingView {
        try await transact(person) { desk in
            var form = try desk.work.form(of: lead)
            try body(desk, &form)
            return form
        }
    }

    /// Runs an act and reads the form as it then is, both in one transaction.
    private func transact(
        _ person: String, _ body: @escaping @Sendable (DeskActs) throws -> DeskWork.Form
    ) async throws(DeskError) -> BriefingView {
        guard !person.allSatisfy(\.isWhitespace) else { throw DeskError(.notAcceptable, "Say who you are: a briefing is held by a named person.") }
        let parts = parts, now = time.now()
        let view: BriefingView
        do {
            view = try await store.write(.intake) { tx in
                let desk = DeskActs(tx: tx, parts: parts, now: now)
                let form = try body(desk)
                // Read again, since orders write to the lead's row too.
                return try desk.work.view(try desk.work.form(of: form.lead.ulid), for: person, now: now)
            }
        } catch {
            throw Self.deskError(error)
        }
        feed.publish(LiveChange(.lead, view.lead.ulid))
        return view
    }

    func look(_ person: String, _ find: @escaping @Sendable (DeskWork) throws -> DeskWork.Form) async throws(DeskError) -> BriefingView {
        let parts = parts, now = time.now()
        do {
            return try await store.read { snapshot in
                let work = DeskWork(tx: snapshot, parts: parts)
                let form = try find(work)
                guard form.record != nil else { throw DeskError(.notFound, "Nobody has opened a briefing of this lead yet.") }
                return try work.view(form, for: person, now: now)
            }
        } catch {
            throw Self.deskError(error)
        }
    }

    private static func deskError(_ error: any Error) -> DeskError {
        switch error {
        case let error as DeskError: error
        case let refusal as BriefingRefusal: DeskError(refusal)
        case let failure as SQLFailure: DeskError(.unavailable, "The store takes no writes now (\(failure.code.rawValue)); nothing was changed.")
        default: DeskError(.unavailable, "\(error)")
        }
    }
}
