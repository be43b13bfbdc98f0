// SPDX-License-Identifier: Apache-2.0
public import Essentials
internal import Foundation
public import HTTPTransfer
public import WireFormats

/// Speaks to a running service over its own HTTP interface, as the commands do.
public struct ServiceClient: Sendable {
    /// Why the service gave no good answer; `description` is for the person at the terminal.
    public struct Failure: Error, Sendable, CustomStringConvertible {
        public enum Code: Sendable { case notRunning, refused }
        public let code: Code
        public let description: String
    }

    private let http: any HTTPClient
    private let base: String
    private let policy: EgressPolicy
    private let token: Secret?

    /// Time allowed for one request.
    private static let patience = Duration.seconds(20)

    /// - Parameter token: of the API; `nil` when it could not be read, which only requests without a login survive.
    public init(http: any HTTPClient, configuration: Configuration, token: Secret?) throws(Failure) {
        self.http = http
        self.token = token
        let listener = configuration.listener
        let host = ["0.0.0.0", "::"].contains(listener.host) ? "127.0.0.1" : listener.host == "localhost" ? "127.0.0.1" : listener.host
        let address = host.contains(":") ? "[\(host)]:\(listener.port)" : "\(host):\(listener.port)"
        base = "http://\(address)"
        guard let reached = EgressAddress(address), let policy = try? EgressPolicy(allowing: [reached]) else {
            throw Failure(code: .notRunning, description: "commands can't reach the listener at \(address)")
        }
        self.policy = policy
    }

    /// One request; the answer whatever its status.
    /// - Throws: `notRunning` when no whole answer came.
    public func send(
        _ method: String, _ path: String, headers: [TransferHeader] = [], body: [UInt8]? = nil
    ) async throws(Failure) -> TransferResponse {
        var request = TransferRequest(method: method, url: base + path, headers: headers, body: body, policy: policy)
        if let token, path.hasPrefix("/api/") || path.hasPrefix("/book/") {
            request.headers.append(TransferHeader("Authorization", "Bearer \(token.reveal())"))
        }
        switch await http.send(request, deadline: .after(Self.patience)) {
        case .response(let response): return response
        case .failedBeforeSend(let failure), .unknown(let failure):
            throw Failure(code: .notRunning, description: "no service answers at \(base): \(failure)")
        }
    }

    /// A request to the JSON API.
    /// - Parameter person: who acts (`X-Operator`).
    /// - Throws: `refused` with the problem's text for any status but 2xx.
    public func api(_ method: String, _ path: String, _ json: JSON? = nil, person: String? = nil) async throws(Failure) -> JSON {
        var headers = [TransferHeader("Content-Type", "application/json")]
        if let person { headers.append(TransferHeader("X-Operator", percentEncoded(person))) }
        let response = try await send(method, "/api/v1" + path, headers: headers, body: json?.serialised())
        let answer = (try? JSON.parse(response.body, limits: .init(values: 2_000_000))) ?? .null
        guard (200..<300).contains(response.status) else {
            let detail = answer["detail"]?.string ?? answer["title"]?.string ?? "status \(response.status)"
            throw Failure(code: .refused, description: detail)
        }
        return answer
    }

    /// All items of a list, page after page; stops at `limit` items.
    public func all(_ path: String, limit: Int) async throws(Failure) -> [JSON] {
        var items: [JSON] = []
        var cursor: String?
        repeat {
            let page = "limit=\(min(200, limit - items.count))" + (cursor.map { "&cursor=" + percentEncoded($0) } ?? "")
            let answer = try await api("GET", path + (path.contains("?") ? "&" : "?") + page)
            items.append(contentsOf: answer["items"]?.array ?? [])
            cursor = answer["next"]?.string
        } while cursor != nil && items.count < limit
        return items
    }
}
