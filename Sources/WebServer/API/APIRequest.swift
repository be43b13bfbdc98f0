// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import HTTPTypes
import Hummingbird
import NIOCore
import WireFormats

/// A request as a handler sees it: path parts, query, the person, the body on demand.
struct APIRequest: Sendable {
    let request: Request
    /// The parts that stand for `{name}` in the route's template, percent-decoded.
    let parts: [String: String]
    let query: Form
    let pass: Access.Pass

    /// Bodies of the API are small: the longest is one typed answer.
    static let bodyMax = 64 * 1024

    /// The person who acts: `X-Operator`, else the cookie of the page; a program without a name is "api".
    var actor: String? {
        if let header = request.headers[.xOperator] {
            return Cookies.cleaned(String(decoding: percentDecoded(Array(header.utf8)), as: UTF8.self))
        }
        return Cookies.text(of: "operator", in: request) ?? (pass == .bearer ? "api" : nil)
    }

    func requireActor() throws(Problem) -> String {
        guard let actor else { throw Problem.badRequest("Say who you are: header X-Operator, or the name asked for on the page.") }
        return actor
    }

    func id(_ name: String = "id", of what: String) throws(Problem) -> ULID {
        guard let id = ULID(parts[name] ?? "") else { throw Problem.notFound(what) }
        return id
    }

    func page() throws(Problem) -> PageRequest {
        guard let text = query["limit"] else { return PageRequest(cursor: query["cursor"]) }
        guard let limit = Int(text), (1...PageRequest.limitMax).contains(limit) else {
            throw Problem.badRequest("limit must be a number from 1 to \(PageRequest.limitMax).")
        }
        return PageRequest(cursor: query["cursor"], limit: limit)
    }

    /// A time of the query.
    func instant(_ name: String) throws(Problem) -> Instant? {
        guard let text = query[name], !text.isEmpty else { return nil }
        guard let instant = Instant(rfc3339: text) else { throw Problem.badRequest("\(name) must be a date or time like 2026-11-23T10:00:00Z.") }
        return instant
    }

    /// The body as a JSON object; an empty body counts as `{}`.
    func body(upTo limit: Int = APIRequest.bodyMax) async throws -> JSON {
        if let type = request.headers[.contentType], !type.lowercased().hasPrefix("application/json") {
            throw Problem("media-type", status: 415, "Send the body as application/json")
        }
        let bytes = try await collect(request, upTo: limit)
        if bytes.isEmpty { return .object([]) }
        let value: JSON
        do {
            value = try JSON.parse(bytes)
        } catch {
            throw Problem.badRequest("The body is no JSON: \(error).")
        }
        guard value.members != nil else { throw Problem.badRequest("The body must be a JSON object.") }
        return value
    }
}

/// The whole body, read once.
/// - Throws: `Problem.tooLarge`, or what the connection ran into.
func collect(_ request: Request, upTo limit: Int) async throws -> [UInt8] {
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit { throw Problem.tooLarge }
    var iterator = request.body.makeAsyncIterator()
    guard let first = try await iterator.next() else { return [] }
    var bytes = Array(first.readableBytesView)
    while let buffer = try await iterator.next() {
        guard bytes.count + buffer.readableBytes <= limit else { throw Problem.tooLarge }
        bytes.append(contentsOf: buffer.readableBytesView)
    }
    guard bytes.count <= limit else { throw Problem.tooLarge }
    return bytes
}

extension JSON {
    /// An object with no other members than these.
    func checked(_ names: Set<String>) throws(Problem) -> JSON {
        for member in members ?? [] where !names.contains(member.name) {
            throw Problem.badRequest("\"\(member.name.prefix(40))\" is not known here; known: \(names.sorted().joined(separator: ", ")).")
        }
        return self
    }
}
