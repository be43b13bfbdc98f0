// SPDX-License-Identifier: Apache-2.0
public import CallModel
internal import Essentials
internal import Foundation
public import Hummingbird
internal import Logging
internal import SQLEngine
internal import WireFormats

/// The book over HTTP: lead intake, JSON API and pages, all below `/book` (docs/salesbook.md).
public struct BookInterface: Sendable {
    let book: SalesBook
    let access: BookAccess
    /// Answers where neither a cookie nor Accept-Language says otherwise.
    let language: Language
    /// In which days and hours are shown, and payments are dated.
    let zone: TimeZone
    let templates: BookTemplates

    /// - Parameter zone: an IANA name; UTC when the system does not know it.
    /// - Throws: when a page's template does not parse, a mistake of ours that any test shows.
    public init(book: SalesBook, access: BookAccess, language: Language = .en, zone: String = "Europe/Moscow") throws {
        self.book = book
        self.access = access
        self.language = language
        self.zone = TimeZone(identifier: zone) ?? .gmt
        templates = try BookTemplates()
    }

    /// Adds every route of the book to a router or group that stands at the listener's root.
    public func addRoutes<Context: RequestContext>(to router: some RouterMethods<Context>) {
        let group = router.group("book")
        addLeadRoutes(to: group.group("api/v1/leads"))
        addCardRoutes(to: group.group("api/v1/cards"))
        addPageRoutes(to: group)
    }

    /// All routes as one function, for a server that has its own way of choosing who answers below `/book`; HEAD is answered as GET.
    public func respond<Context: RequestContext>(
        as context: Context.Type = Context.self
    ) -> @Sendable (Request, Context) async throws -> Response {
        let router = Router(context: context, options: .autoGenerateHeadEndpoints)
        addRoutes(to: router)
        let responder = router.buildResponder()
        return { request, context in try await responder.respond(to: request, context: context) }
    }

    /// Bodies longer than this are refused (docs/salesbook.md).
    static let bodyBytesMax = 256 * 1024

    var today: Day {
        let now = book.time.now().unixSeconds
        let offset = Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(now))))
        return Day(number: (now + offset) / 86_400)
    }

    /// Runs a handler and turns what it throws into a problem.
    func answering(
        _ request: Request, _ context: some RequestContext, _ body: () async throws -> Response
    ) async -> Response {
        do {
            return try await body()
        } catch {
            return Reply.problem(known(error, context), request.language(fallback: .en))
        }
    }

    /// Any error as one of the book's; what was not expected is logged with itself.
    func known(_ error: any Error, _ context: some RequestContext) -> BookError {
        if let error = error as? BookError { return error }
        if !(error is CancellationError) { context.logger.warning("the book could not answer", metadata: ["error": "\(error)"]) }
        return .unavailable
    }

    /// The request's body as bytes.
    func bytes(_ request: Request) async throws -> [UInt8] {
        let tooLarge = BookError(
            .tooLarge, en: "A body is at most \(Self.bodyBytesMax / 1024) KiB.", ru: "Тело запроса не больше \(Self.bodyBytesMax / 1024) КиБ.")
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > Self.bodyBytesMax { throw tooLarge }
        do {
            let buffer = try await request.body.collect(upTo: Self.bodyBytesMax)
            return Array(buffer.readableBytesView)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw tooLarge
        }
    }

    /// The request's body as JSON.
    func json(_ request: Request) async throws -> JSON {
        let type = (request.headers[.contentType] ?? "").split(separator: ";").first?.lowercased() ?? ""
        guard type.trimmingSpaces() == "application/json" else {
            throw BookError(
                .notJSON, en: "The body must be JSON: send Content-Type: application/json.", ru: "Нужен JSON: Content-Type: application/json.")
        }
        do {
            return try JSON.parse(try await bytes(request))
        } catch let error as JSONError {
            throw BookError(.malformed, en: "The body is no JSON: \(error).", ru: "Тело запроса не JSON: \(error).")
        }
    }
}
