// SPDX-License-Identifier: Apache-2.0
import Essentials
import HTTPTypes
import Hummingbird
import WireFormats

/// What CRMs are owed, and the figures of quality.
struct OutboxRoutes: Sendable {
    let backend: any ConsoleBackend

    var routes: [Route] {
        [
            Route(.get, "/api/v1/outbox", .program, list), Route(.get, "/api/v1/outbox/{id}", .program, show),
            Route(.post, "/api/v1/outbox/{id}/retry", .program, retry),
            Route(.post, "/api/v1/outbox/{id}/discard", .program, discard), Route(.get, "/api/v1/quality", .program, quality),
        ]
    }

    @Sendable func list(_ request: APIRequest) async throws -> Response {
        let state = request.query["state"].flatMap { $0.isEmpty ? nil : $0 }
        return try await .json(backend.outbox(state: state, page: request.page()).json(\.json))
    }

    @Sendable func show(_ request: APIRequest) async throws -> Response {
        try await .json(backend.delivery(request.id(of: "delivery")).json)
    }

    @Sendable func retry(_ request: APIRequest) async throws -> Response {
        let actor = try request.requireActor()
        _ = try await request.body().checked([])
        return try await .json(backend.retry(delivery: request.id(of: "delivery"), actor: actor).json)
    }

    @Sendable func discard(_ request: APIRequest) async throws -> Response {
        let actor = try request.requireActor()
        _ = try await request.body().checked([])
        return try await .json(backend.discard(delivery: request.id(of: "delivery"), actor: actor).json)
    }

    @Sendable func quality(_ request: APIRequest) async throws -> Response {
        guard let key = QualityKey(rawValue: request.query["by"] ?? "line") else { throw Problem.badRequest("by must be line, rule or reason.") }
        return try await .json(backend.quality(by: key, from: request.instant("from"), to: request.instant("to")).json)
    }
}
