// SPDX-License-Identifier: Apache-2.0
public import Essentials
import Intake

extension StoreBackend {
    public func briefing(lead: ULID, actor: String) async throws(Problem) -> BriefingResource {
        try await desk { () throws(DeskError) in try await desk.view(lead: lead, for: actor) }
    }

    public func take(call: ULID, takeOver: Bool, actor: String) async throws(Problem) -> BriefingResource {
        try await desk { () throws(DeskError) in
            takeOver ? try await desk.takeOver(call: call, by: actor) : try await desk.take(call: call, by: actor)
        }
    }

    public func take(lead: ULID, takeOver: Bool, actor: String) async throws(Problem) -> BriefingResource {
        try await desk { () throws(DeskError) in
            takeOver ? try await desk.takeOver(lead: lead, by: actor) : try await desk.take(lead: lead, by: actor)
        }
    }

    public func answer(_ fact: String, _ answer: AnswerInput, lead: ULID, actor: String) async throws(Problem) -> BriefingResource {
        try await desk { () throws(DeskError) in
            switch answer {
            case .value(let text): try await desk.answer(fact, value: text, lead: lead, by: actor)
            case .declined: try await desk.decline(fact, lead: lead, by: actor)
            case .other(let text): try await desk.other(fact, text: text, lead: lead, by: actor)
            case .clear: try await desk.clear(fact, lead: lead, by: actor)
            }
        }
    }

    public func close(lead: ULID, actor: String) async throws(Problem) -> BriefingResource {
        try await desk { () throws(DeskError) in try await desk.close(lead: lead, by: actor) }
    }

    public func override(_ input: OverrideInput, lead: ULID, actor: String) async throws(Problem) -> BriefingResource {
        try await desk { () throws(DeskError) in
            try await desk.override(
                lead: lead, then: input.then, reason: input.reason, group: input.group, note: input.note, by: actor)
        }
    }

    public func reopen(lead: ULID, note: String, actor: String) async throws(Problem) -> BriefingResource {
        try await desk { () throws(DeskError) in try await desk.reopen(lead: lead, note: note, by: actor) }
    }

    /// The form after an act of the desk, or the problem.
    private func desk(_ act: () async throws(DeskError) -> BriefingView) async throws(Problem) -> BriefingResource {
        let view: BriefingView
        do throws(DeskError) {
            view = try await act()
        } catch {
            throw Problem(error)
        }
        return BriefingResource(view)
    }
}

extension Problem {
    init(_ error: DeskError) {
        switch error.code {
        case .notFound: self = Problem("not-found", status: 404, "There is no such call, lead or question", detail: error.message)
        case .held: self = .held(by: error.holder ?? "")
        case .notOpen: self = .conflict(error.message)
        case .notAcceptable: self = .unacceptable(error.message)
        case .unavailable: self = .unavailable
        }
    }
}
