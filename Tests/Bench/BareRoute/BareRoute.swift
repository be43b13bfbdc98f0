// SPDX-License-Identifier: Apache-2.0
import Hummingbird
import Logging

/// The yardstick of B1: the same web library, taking the same requests, and doing nothing with them.
@main
struct BareRoute {
    /// As large as the service's own limit, so that both read bodies alike.
    static let bodyBytesMax = 256 * 1024

    static func main() async throws {
        let port = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 8490
        let router = Router()
        router.on("**", method: .post) { request, _ in
            _ = try await request.body.collect(upTo: bodyBytesMax)
            return Response(status: .ok, headers: [.contentType: "application/json"], body: .init(byteBuffer: ByteBuffer(string: "{}")))
        }
        var logger = Logger(label: "bare-route")
        logger.logLevel = .error
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)), logger: logger)
        try await application.runService()
    }
}
