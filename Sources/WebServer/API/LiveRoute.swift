// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

/// `GET /api/v1/live`: calls and leads as they change.
struct LiveRoute: Sendable {
    let hub: LiveHub

    var routes: [Route] { [Route(.get, "/api/v1/live", .program, live)] }

    @Sendable func live(_ request: APIRequest) async throws -> Response {
        guard request.request.method == .get else { throw Problem.badRequest("Only GET.") }
        guard let (id, events) = hub.listen() else { throw Problem.unavailable }
        let hub = hub
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store", .xAccelBuffering: "no"],
            body: ResponseBody { writer in
                defer { hub.leave(id) }
                // A comment at once, so that the browser knows that it is connected; `retry` in milliseconds.
                try await writer.write(ByteBuffer(string: "retry: 1000\n\n"))
                try await withGracefulShutdownHandler {
                    for await event in events { try await writer.write(event) }
                } onGracefulShutdown: {
                    hub.leave(id)
                }
                try await writer.finish(nil)
            })
    }
}

extension HTTPField.Name {
    /// Tells nginx not to hold events back.
    static let xAccelBuffering = HTTPField.Name("X-Accel-Buffering")!
}
