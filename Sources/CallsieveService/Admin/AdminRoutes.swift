// SPDX-License-Identifier: Apache-2.0
internal import HTTPTypes
internal import Hummingbird
internal import WebServer
internal import WireFormats

/// The administrator's part of the API, below `/api/v1/admin`. The web server has checked token or session before.
struct AdminRoutes: Sendable {
    let acts: AdminActs
    let region: String
    /// Problems of rule folders that are not live, and what else a person should know.
    let state: @Sendable () async -> JSON
    /// How each PBX is doing.
    let sources: @Sendable () async -> JSON

    static let prefix = "/api/v1/admin"
    private static let bodyMax = 64 * 1024
    private static let operatorHeader = HTTPField.Name(parsed: "X-Operator") ?? .from

    var mount: Mount { Mount(prefix: Self.prefix) { request, _ in try await respond(to: request) } }

    private func respond(to request: Request) async throws -> Response {
        do {
            let path = String(request.uri.path.dropFirst(Self.prefix.count))
            let actor =
                request.headers[Self.operatorHeader].map { String(decoding: percentDecoded(Array($0.utf8)), as: UTF8.self) } ?? "administrator"
            switch (request.method, path) {
            case (.get, "/audit"): return json(try await acts.audit(last: Int(query(request)["last"] ?? "") ?? 50))
            case (.get, "/audit/verify"): return json(try await acts.verifyAudit(checkpoint: query(request)["checkpoint"]))
            case (.get, "/state"): return json(await state())
            case (.get, "/sources"): return json(await sources())
            case (.post, "/backup"):
                let body = try await self.body(of: request)
                return json(try await acts.backup(to: body["path"]?.string ?? "", by: actor))
            case (.post, "/forget"):
                let body = try await self.body(of: request)
                return json(
                    try await acts.forget(body["number"]?.string ?? "", region: region, reason: body["reason"]?.string ?? "", by: actor))
            default: return problem(404, "there is nothing at this address")
            }
        } catch let refusal as AdminActs.Refusal {
            return problem(422, refusal.description)
        } catch let error as JSONError {
            return problem(400, "the body is no JSON: \(error)")
        }
    }

    private func query(_ request: Request) -> Form { Form(parsing: Array((request.uri.query ?? "").utf8)) }

    private func body(of request: Request) async throws -> JSON {
        let buffer = try await request.body.collect(upTo: Self.bodyMax)
        return try JSON.parse(Array(buffer.readableBytesView))
    }

    private func json(_ json: JSON) -> Response { answer(200, "application/json", json) }

    private func problem(_ status: Int, _ detail: String) -> Response {
        answer(status, "application/problem+json", ["title": "Not done", "status": JSON(status), "detail": .string(detail)])
    }

    private func answer(_ status: Int, _ type: String, _ json: JSON) -> Response {
        Response(
            status: .init(code: status), headers: [.contentType: type, .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(bytes: json.serialised())))
    }
}
