// SPDX-License-Identifier: Apache-2.0
import Essentials
import HTTPTypes
import Hummingbird
import WireFormats

/// Repairing what was refused, and how the accounts stand.
struct DeliveryRoutes: Sendable {
    let backend: any DeliveryBackend

    var routes: [Route] {
        [
            Route(.post, "/api/v1/outbox/{id}/correct", .program, correct), Route(.post, "/api/v1/redrive", .program, redrive),
            Route(.get, "/api/v1/accounts", .program, accounts), Route(.post, "/api/v1/accounts/{name}/pause", .program, pause),
            Route(.post, "/api/v1/accounts/{name}/resume", .program, resume),
        ]
    }

    @Sendable func correct(_ request: APIRequest) async throws -> Response {
        let actor = try request.requireActor()
        let body = try await request.body().checked(["fields", "note"])
        guard let members = body["fields"]?.members, !members.isEmpty else {
            throw Problem.badRequest("fields must be an object with at least one name and its new value.")
        }
        var fields: [String: String] = [:]
        for member in members {
            guard let text = member.value == .null ? "" : member.value.scalarText else {
                throw Problem.badRequest("\"\(member.name.prefix(40))\" must be a text, a number or null.")
            }
            fields[member.name] = text
        }
        let note = body["note"]?.string ?? ""
        return try await .json(backend.correct(delivery: request.id(of: "delivery"), fields: fields, note: note, actor: actor).json)
    }

    @Sendable func redrive(_ request: APIRequest) async throws -> Response {
        let actor = try request.requireActor()
        let body = try await request.body().checked(["since", "account", "state"])
        guard let since = body["since"]?.string.flatMap({ Instant(rfc3339: $0) }) else {
            throw Problem.badRequest("since must be a date or time like 2026-11-23T10:00:00Z.")
        }
        let state = body["state"]?.string ?? "dead"
        guard state == "dead" || state == "held" else { throw Problem.badRequest("state must be dead or held.") }
        let count = try await backend.redrive(state: state, since: since, account: body["account"]?.string, actor: actor)
        return .json(["count": JSON(count)])
    }

    @Sendable func accounts(_ request: APIRequest) async throws -> Response {
        await .json(["items": .array(backend.accounts().map(\.json))])
    }

    @Sendable func pause(_ request: APIRequest) async throws -> Response {
        let actor = try request.requireActor()
        let body = try await request.body().checked(["note"])
        let name = request.parts["name"] ?? ""
        return try await .json(backend.pause(account: name, note: body["note"]?.string ?? "", actor: actor).json)
    }

    @Sendable func resume(_ request: APIRequest) async throws -> Response {
        let actor = try request.requireActor()
        _ = try await request.body().checked([])
        return try await .json(backend.resume(account: request.parts["name"] ?? "", actor: actor).json)
    }
}
