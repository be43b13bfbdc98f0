// SPDX-License-Identifier: Apache-2.0
import CallModel
import HTTPTypes
import Hummingbird
import WireFormats

/// The first briefing of a lead.
struct BriefingRoutes: Sendable {
    let backend: any ConsoleBackend

    var routes: [Route] {
        [
            Route(.get, "/api/v1/leads/{id}/briefing", .program, show), Route(.post, "/api/v1/leads/{id}/briefing", .program, take),
            Route(.put, "/api/v1/leads/{id}/briefing/answers/{fact}", .program, answer),
            Route(.post, "/api/v1/leads/{id}/briefing/close", .program, close),
            Route(.post, "/api/v1/leads/{id}/briefing/override", .program, override),
        ]
    }

    @Sendable func show(_ request: APIRequest) async throws -> Response {
        try await .json(backend.briefing(lead: request.id(of: "lead"), actor: request.actor ?? "").json)
    }

    @Sendable func take(_ request: APIRequest) async throws -> Response {
        let actor = try request.requireActor()
        let body = try await request.body().checked(["take_over"])
        return try await .json(backend.take(lead: request.id(of: "lead"), takeOver: body["take_over"]?.bool ?? false, actor: actor).json)
    }

    @Sendable func answer(_ request: APIRequest) async throws -> Response {
        let actor = try request.requireActor()
        let answer = try AnswerInput(await request.body())
        let fact = request.parts["fact"] ?? ""
        return try await .json(backend.answer(fact, answer, lead: request.id(of: "lead"), actor: actor).json)
    }

    @Sendable func close(_ request: APIRequest) async throws -> Response {
        let actor = try request.requireActor()
        _ = try await request.body().checked([])
        return try await .json(backend.close(lead: request.id(of: "lead"), actor: actor).json)
    }

    @Sendable func override(_ request: APIRequest) async throws -> Response {
        let actor = try request.requireActor()
        let input = try OverrideInput(await request.body())
        return try await .json(backend.override(input, lead: request.id(of: "lead"), actor: actor).json)
    }
}

extension AnswerInput {
    /// Longer answers are cut by nobody; they are refused.
    static let textMax = 4_000

    /// Exactly one of `value`, `declined`, `other`, `clear`.
    init(_ body: JSON) throws(Problem) {
        let members = try body.checked(["value", "declined", "other", "clear"]).members ?? []
        guard members.count == 1, let member = members.first else {
            throw Problem.badRequest("Send exactly one of value, declined, other, clear.")
        }
        if let text = member.value.scalarText, text.utf8.count > Self.textMax {
            throw Problem.unacceptable("At most \(Self.textMax) bytes of text.")
        }
        switch (member.name, member.value) {
        case ("value", let value) where value.scalarText != nil: self = .value(value.scalarText ?? "")
        case ("other", .string(let text)) where !text.allSatisfy(\.isWhitespace): self = .other(text)
        case ("declined", .bool(true)): self = .declined
        case ("clear", .bool(true)): self = .clear
        default: throw Problem.badRequest("value and other take text, declined and clear take true.")
        }
    }
}

extension OverrideInput {
    /// Checks that the reason belongs to the verdict (VOCABULARY.md 6.3) and that a note says why.
    init(_ body: JSON) throws(Problem) {
        let body = try body.checked(["then", "reason", "group", "note"])
        guard let then = Action(rawValue: body["then"]?.string ?? ""), Action.allowed(at: .brief).contains(then) else {
            throw Problem.unacceptable("then must be one of \(Action.allowed(at: .brief).map(\.rawValue).joined(separator: ", ")).")
        }
        let note = body["note"]?.string ?? ""
        guard !note.allSatisfy(\.isWhitespace), note.utf8.count <= AnswerInput.textMax else {
            throw Problem.unacceptable("note: say why you decide against the rules.")
        }
        let reason = body["reason"]?.string.flatMap { $0.isEmpty ? nil : ReasonCode($0) }
        let allowed = ReasonCode.allowed(for: then, at: .brief)
        if let reason, !allowed.contains(reason) {
            throw Problem.unacceptable("reason \(reason.code.prefix(40)) does not belong to \(then.rawValue).")
        }
        if reason == nil, ReasonCode.isRequired(for: then) {
            throw Problem.unacceptable("\(then.rawValue) needs a reason: \(allowed.map(\.code).joined(separator: ", ")).")
        }
        self.init(then: then, reason: reason, group: body["group"]?.string.flatMap { $0.isEmpty ? nil : $0 }, note: note)
    }
}
