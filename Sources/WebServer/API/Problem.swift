import HTTPTypes
// SPDX-License-Identifier: Apache-2.0
import Hummingbird
import NIOCore
public import WireFormats

/// An error as RFC 9457 problem details; thrown by handlers and by the backend, answered as `application/problem+json`.
public struct Problem: Error, Hashable, Sendable, CustomStringConvertible {
    /// What programs switch over; `type` is `about:callsieve/<code>`.
    public var code: String
    /// HTTP status.
    public var status: Int
    /// The same for every occurrence of the code.
    public var title: String
    /// This occurrence, for a person; holds no payload, secret or full number.
    public var detail: String?
    /// Further members (`held_by`, `fact`).
    public var members: [JSON.Member] = []
    /// `Allow`, `Retry-After` and the like.
    var headers: HTTPFields = [:]

    public init(_ code: String, status: Int, _ title: String, detail: String? = nil, members: [JSON.Member] = []) {
        self.code = code
        self.status = status
        self.title = title
        self.detail = detail
        self.members = members
    }

    public var description: String { "\(status) \(code): \(title)" }

    public var json: JSON {
        var all: [JSON.Member] = [
            JSON.Member("type", .string("about:callsieve/\(code)")), JSON.Member("title", .string(title)), JSON.Member("status", JSON(status)),
        ]
        if let detail { all.append(JSON.Member("detail", .string(detail))) }
        return .object(all + members)
    }

    var response: Response {
        var fields = headers
        fields[.contentType] = "application/problem+json"
        fields[.cacheControl] = "no-store"
        return Response(
            status: HTTPResponse.Status(code: status), headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.serialised())))
    }
}

extension Problem {
    public static func notFound(_ what: String) -> Problem { Problem("not-found", status: 404, "There is no such \(what)") }

    public static func badRequest(_ detail: String) -> Problem {
        Problem("bad-request", status: 400, "The request can't be understood", detail: detail)
    }

    /// Somebody else holds the briefing.
    public static func held(by holder: String) -> Problem {
        Problem(
            "held", status: 409, "Another person holds this briefing", detail: "Send {\"take_over\": true} to take it over.",
            members: [JSON.Member("held_by", .string(holder))])
    }

    /// What is asked does not fit the state that the object is in.
    public static func conflict(_ detail: String) -> Problem {
        Problem("conflict", status: 409, "Not possible in this state", detail: detail)
    }

    /// The value itself is wrong; `detail` says what would be right.
    public static func unacceptable(_ detail: String, fact: String? = nil) -> Problem {
        Problem(
            "not-acceptable", status: 422, "The value can't be taken", detail: detail,
            members: fact.map { [JSON.Member("fact", .string($0))] } ?? [])
    }

    /// The store can't be written or read now; the same request may work later.
    public static let unavailable: Problem = {
        var problem = Problem("unavailable", status: 503, "Not possible at the moment", detail: "Nothing was changed. Try again.")
        problem.headers[.retryAfter] = "1"
        return problem
    }()

    static let unauthorised: Problem = {
        var problem = Problem(
            "unauthorised", status: 401, "Not logged in", detail: "Send Authorization: Bearer with the token of the data folder, or log in at /login."
        )
        problem.headers[.wwwAuthenticate] = "Bearer realm=\"callsieve\""
        return problem
    }()

    static let otherOrigin = Problem(
        "other-origin", status: 403, "Changes are taken from our own pages only", detail: "Origin is missing or is another site.")

    static let tooLarge: Problem = {
        var problem = Problem("too-large", status: 413, "The body is too large")
        problem.headers[.connection] = "close"
        return problem
    }()
}
