// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import Hummingbird
import NIOCore
import WireFormats

/// What machines ask about the service itself. Open to everyone who reaches the listener: they hold no data of callers.
struct ServiceRoutes: Sendable {
    let metrics: Metrics
    let isReady: @Sendable () async -> String?

    var routes: [Route] {
        [
            Route(.get, "/healthz", .everyone) { _ in .json(["status": "ok"]) }, Route(.get, "/readyz", .everyone, ready),
            Route(.get, "/metrics", .everyone, text), Route(.get, "/openapi.json", .everyone) { _ in Self.openAPI },
        ]
    }

    @Sendable func ready(_ request: APIRequest) async throws -> Response {
        guard let why = await isReady() else { return .json(["status": "ready"]) }
        var problem = Problem("not-ready", status: 503, "The service can't take calls now", detail: why)
        problem.headers[.retryAfter] = "1"
        throw problem
    }

    @Sendable func text(_ request: APIRequest) async throws -> Response {
        let text = await metrics.prometheusText()
        return Response(
            status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    private static let openAPI = Response(
        status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-cache"],
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: PackageResources.openapi_json)))
}
