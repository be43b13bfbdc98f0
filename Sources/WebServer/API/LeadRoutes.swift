// SPDX-License-Identifier: Apache-2.0
import CallModel
import HTTPTypes
import Hummingbird
import WireFormats

/// Leads, callbacks and decisions.
struct LeadRoutes: Sendable {
    let backend: any ConsoleBackend

    var routes: [Route] {
        [
            Route(.get, "/api/v1/leads", .program, list), Route(.get, "/api/v1/leads/{id}", .program, show),
            Route(.get, "/api/v1/callbacks", .program, callbacks), Route(.post, "/api/v1/leads/{id}/reopen", .program, reopen),
            Route(.get, "/api/v1/decisions/{id}", .program, decision),
        ]
    }

    @Sendable func list(_ request: APIRequest) async throws -> Response {
        try await .json(backend.leads(LeadQuery(query: request.query), page: request.page()).json(\.json))
    }

    @Sendable func show(_ request: APIRequest) async throws -> Response {
        try await .json(backend.leadDetail(request.id(of: "lead")).json)
    }

    @Sendable func callbacks(_ request: APIRequest) async throws -> Response {
        try await .json(backend.callbacks(page: request.page()).json(\.json))
    }

    @Sendable func reopen(_ request: APIRequest) async throws -> Response {
        let actor = try request.requireActor()
        let note = try await request.body().checked(["note"])["note"]?.string ?? ""
        guard !note.allSatisfy(\.isWhitespace) else { throw Problem.unacceptable("note: say why the lead is opened again.") }
        return try await .json(backend.reopen(lead: request.id(of: "lead"), note: note, actor: actor).json)
    }

    @Sendable func decision(_ request: APIRequest) async throws -> Response {
        let word = request.query["language"].flatMap { $0.isEmpty ? nil : $0 }
        let language = word.flatMap(Language.init(rawValue:))
        if let word, language == nil { throw Problem.badRequest("language: \"\(word.prefix(10))\" is none of en, ru.") }
        return try await .json(backend.decision(request.id(of: "decision"), language: language).json)
    }
}

extension LeadQuery {
    /// `status=A,B&reason=R&line=L`.
    init(query: Form) throws(Problem) {
        self.init()
        for word in (query["status"] ?? "").split(separator: ",") {
            guard let status = LeadStatus(rawValue: String(word)) else {
                throw Problem.badRequest("status: \"\(word.prefix(40))\" is none of \(LeadStatus.allCases.map(\.rawValue).joined(separator: ", ")).")
            }
            statuses.insert(status)
        }
        reason = query["reason"].flatMap { $0.isEmpty ? nil : ReasonCode($0) }
        line = query["line"].flatMap { $0.isEmpty ? nil : $0 }
    }
}
