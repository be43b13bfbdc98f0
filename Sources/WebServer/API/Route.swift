// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import Hummingbird
import WireFormats

/// Who may call a route.
enum RouteAccess: Sendable, Hashable {
    case everyone
    /// Bearer token or session; without, 401 as a problem.
    case program
    /// Session; without, on to /login.
    case page
}

/// One line of the route table: the OpenAPI document and its test read the same table.
struct Route: Sendable {
    let method: HTTPRequest.Method
    /// As in OpenAPI: `/api/v1/leads/{id}`.
    let template: String
    let access: RouteAccess
    let handle: @Sendable (APIRequest) async throws -> Response
    private let segments: [Segment]

    private enum Segment: Hashable {
        case word(Substring)
        case part(String)
    }

    init(
        _ method: HTTPRequest.Method, _ template: String, _ access: RouteAccess,
        _ handle: @escaping @Sendable (APIRequest) async throws -> Response
    ) {
        self.method = method
        self.template = template
        self.access = access
        self.handle = handle
        segments = template.split(separator: "/").map { $0.hasPrefix("{") ? .part(String($0.dropFirst().dropLast())) : .word($0) }
    }

    /// The values of the template's parts; `nil` when the path is another one. An empty part fits nothing.
    func parts(of path: [Substring]) -> [String: String]? {
        guard path.count == segments.count else { return nil }
        var parts: [String: String] = [:]
        for (segment, text) in zip(segments, path) {
            switch segment {
            case .word(let word): guard word == text else { return nil }
            case .part(let name):
                guard !text.isEmpty else { return nil }
                parts[name] = String(decoding: percentDecoded(Array(text.utf8)), as: UTF8.self)
            }
        }
        return parts
    }
}

/// Finds the route of a path.
struct RouteTable: Sendable {
    let routes: [Route]

    enum Match {
        case route(Route, [String: String])
        /// The path exists, for these methods.
        case otherMethods([HTTPRequest.Method])
        case none
    }

    /// - Parameter path: begins with `/`; a `/` at its end is part of the path.
    func match(_ method: HTTPRequest.Method, _ path: String) -> Match {
        let parts = path == "/" ? [] : path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        var others: [HTTPRequest.Method] = []
        for route in routes {
            guard let values = route.parts(of: parts) else { continue }
            if route.method == method || (method == .head && route.method == .get) { return .route(route, values) }
            others.append(route.method)
        }
        return others.isEmpty ? .none : .otherMethods(others)
    }
}
