// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import Hummingbird
import WireFormats

/// Calls, and taking the briefing of one.
struct CallRoutes: Sendable {
    let backend: any ConsoleBackend

    var routes: [Route] {
        [
            Route(.get, "/api/v1/calls", .program, list), Route(.get, "/api/v1/calls/{id}", .program, show),
            Route(.post, "/api/v1/calls/{id}/briefing", .program, take),
        ]
    }

    @Sendable func list(_ request: APIRequest) async throws -> Response {
        if let pbxCallID = request.query["call_id"] {
            guard let source = request.query["source"] else { throw Problem.badRequest("call_id needs the source that names the call so.") }
            let call = try await backend.call(source: source, pbxCallID: pbxCallID)
            return .json(ResourcePage(items: call.map { [$0] } ?? []).json(\.json))
        }
        guard request.query["source"] == nil else { throw Problem.badRequest("source needs the call_id that the PBX gave the call.") }
        let state = request.query["state"] ?? "all"
        guard state == "live" || state == "all" else { throw Problem.badRequest("state must be live or all.") }
        return try await .json(backend.calls(liveOnly: state == "live", page: request.page()).json(\.json))
    }

    @Sendable func show(_ request: APIRequest) async throws -> Response {
        try await .json(backend.call(request.id(of: "call")).json)
    }

    @Sendable func take(_ request: APIRequest) async throws -> Response {
        let actor = try request.requireActor()
        let body = try await request.body().checked(["take_over"])
        return try await .json(backend.take(call: request.id(of: "call"), takeOver: body["take_over"]?.bool ?? false, actor: actor).json)
    }
}

extension Response {
    /// 200 with JSON that no cache keeps.
    static func json(_ value: JSON, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: value.serialised())))
    }
}
