// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import Hummingbird
import Logging
import NIOHTTP1
import WireFormats

/// Sends each request its way: webhooks first and straight, then outcomes, mounts, and the route table.
struct WebResponder: HTTPResponder {
    let hooks: HookRoute
    let outcomes: OutcomeRoute
    let mounts: [Mount]
    let table: RouteTable
    let access: Access
    let answers: StatusCounters

    func respond(to request: Request, context: WebContext) async throws -> Response {
        let path = request.head.path ?? "/"
        if path.utf8.starts(with: HookRoute.prefix.utf8) { return try await hooks.respond(to: request, context: context) }
        if path.utf8.starts(with: OutcomeRoute.prefix.utf8) { return try await outcomes.respond(to: request, context: context) }
        var response = try await guarded(request, context)
        if request.method == .head { response = response.createHeadResponse() }
        SecurityHeaders.add(to: &response)
        answers.count(response.status.code)
        return response
    }

    /// Every error but those of the connection becomes problem details.
    private func guarded(_ request: Request, _ context: WebContext) async throws -> Response {
        do {
            return try await site(request, context)
        } catch let problem as Problem {
            return problem.response
        } catch let error as HTTPParserError {
            throw error
        } catch let error as any HTTPResponseError {
            return Problem("refused", status: error.status.code, error.status.reasonPhrase).response
        } catch {
            context.logger.error("A request failed", metadata: ["error": "\(error)"])
            return Problem("internal", status: 500, "Something went wrong here").response
        }
    }

    private func site(_ request: Request, _ context: WebContext) async throws -> Response {
        let path = request.uri.path
        if let mount = mounts.first(where: { $0.covers(path) }) {
            let needed: RouteAccess = path.utf8.starts(with: "/api/".utf8) ? .program : .page
            if !mount.guardsItself(path), let refusal = try refusal(request, needed) { return refusal }
            return try await mount.respond(request, context)
        }
        switch table.match(request.method, path) {
        case .route(let route, let parts):
            if let refusal = try refusal(request, route.access) { return refusal }
            let query = Form(parsing: Array((request.uri.query ?? "").utf8))
            return try await route.handle(APIRequest(request: request, parts: parts, query: query, pass: access.pass(request) ?? .bearer))
        case .otherMethods(let methods):
            var problem = Problem("method", status: 405, "This address takes other methods")
            problem.headers[.allow] = Set(methods.map(\.rawValue)).sorted().joined(separator: ", ")
            throw problem
        case .none: throw Problem.notFound("address")
        }
    }

    /// - Returns: where a browser without a session is sent; `nil`: go on.
    private func refusal(_ request: Request, _ needed: RouteAccess) throws(Problem) -> Response? {
        guard needed != .everyone else { return nil }
        guard let pass = access.pass(request) else {
            guard needed == .page, request.method == .get || request.method == .head else { throw .unauthorised }
            return Response(status: .seeOther, headers: [.location: "/login", .cacheControl: "no-store"])
        }
        let isSafe = request.method == .get || request.method == .head
        if pass == .session, !isSafe, !access.isOwnOrigin(request) { throw .otherOrigin }
        return nil
    }
}

/// SECURITY.md 16: nothing but our own files runs or is shown.
enum SecurityHeaders {
    static let policy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'", "form-action 'self'",
        "base-uri 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'",
    ].joined(separator: "; ")

    static func add(to response: inout Response) {
        response.headers[.contentSecurityPolicy] = policy
        response.headers[.xContentTypeOptions] = "nosniff"
        for (name, value) in others { response.headers[name] = value }
    }

    private static let others: [(HTTPField.Name, String)] = [
        ("Referrer-Policy", "same-origin"), ("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin"),
        ("X-Frame-Options", "DENY"), ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
    ].compactMap { name, value in HTTPField.Name(name).map { ($0, value) } }
}
