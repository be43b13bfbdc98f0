// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import SQLEngine
import SQLiteDriver
import SalesBook
import Testing
import WireFormats

/// A book in a folder of its own, behind a router, at a time that stands still.
struct BookRig: Sendable {
    let book: SalesBook
    let time: ManualTime
    let client: any TestClientProtocol

    static let token = Secret("book-token-of-the-tests")
    /// 2026-11-23T12:00:00Z, 15:00 in Moscow.
    static let start = Instant(unixSeconds: 1_795_435_200)
    static let key = "cs-01JDD5W0000000000000000000"

    /// Runs `body` over a new book, or one that an earlier run left in `folder`.
    static func run(
        folder: TemporaryFolder = TemporaryFolder(), at start: Instant = BookRig.start, _ body: @escaping @Sendable (BookRig) async throws -> Void
    ) async throws {
        let database = try SQLiteDatabase(folder: folder.path)
        let time = ManualTime(start)
        let book = try await SalesBook.open(database, time: time, random: SeededRandom(seed: UInt64(start.unixMilliseconds)))
        let access = BookAccess(token: token) { request in
            request.headers[.authorization] == "Bearer console" || request.cookies["callsieve"]?.value == "session" ? "Anna" : nil
        }
        let router = Router()
        try BookInterface(book: book, access: access).addRoutes(to: router)
        let application = Application(router: router)
        try await application.test(.router) { client in try await body(BookRig(book: book, time: time, client: client)) }
        await database.close()
    }

    /// A request with a JSON body. `token` is what is borne: the intake's, the console's, or nothing.
    func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, token: String? = BookRig.token.reveal(), match: String? = nil,
        type: String = "application/json", headers: HTTPFields = [:]
    ) async throws -> BookAnswer {
        var fields = headers
        if let token { fields[.authorization] = "Bearer \(token)" }
        if body != nil { fields[.contentType] = type }
        if let match { fields[.ifMatch] = match }
        let answer = try await client.execute(uri: path, method: method, headers: fields, body: body.map { ByteBuffer(string: $0) }) { $0 }
        return BookAnswer(answer)
    }

    /// A request to the cards, as a person's program sends it.
    func person(_ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, match: String? = nil) async throws -> BookAnswer {
        try await send(method, path, body, token: "console", match: match)
    }

    /// A page or a form, as a browser sends it.
    func browse(_ method: HTTPRequest.Method, _ path: String, form: String? = nil, headers: HTTPFields = [:]) async throws -> BookAnswer {
        var fields = headers
        fields[.cookie] = fields[.cookie].map { "callsieve=session; \($0)" } ?? "callsieve=session"
        return try await send(method, path, form, token: nil, type: "application/x-www-form-urlencoded", headers: fields)
    }

    /// Makes a card of a qualified lead and gives its id.
    @discardableResult
    func deliver(_ key: String = BookRig.key, _ members: String = "") async throws -> String {
        let answer = try await send(.put, "/book/api/v1/leads/\(key)", #"{"status":"QUALIFIED","name":"Ivan Petrov"\#(members)}"#)
        #expect(answer.status == 201 || answer.status == 200, "\(answer.text)")
        return try #require(answer.json["id"]?.string)
    }

    /// Changes a card, whatever its version.
    @discardableResult
    func change(_ id: String, _ body: String) async throws -> BookAnswer {
        try await person(.patch, "/book/api/v1/cards/\(id)", body, match: "*")
    }
}

struct BookAnswer: Sendable {
    let status: Int
    let headers: HTTPFields
    let text: String

    init(_ response: TestResponse) {
        status = response.status.code
        headers = response.headers
        text = String(buffer: response.body)
    }

    var json: JSON { (try? JSON.parse(text)) ?? .null }
}

/// A folder that goes with its last user.
final class TemporaryFolder: Sendable {
    let path = FileManager.default.temporaryDirectory.appending(path: "callsieve-book-\(UUID().uuidString)").path
    deinit { try? FileManager.default.removeItem(atPath: path) }
}

extension BookLeadIntakeTests.HTTPRequestMethodName {
    var method: HTTPRequest.Method {
        switch self {
        case .put: .put
        case .post: .post
        case .get: .get
        }
    }
}

/// Files of a test, by their permissions.
enum Folder {
    static func make(_ path: String) throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    static func open(_ path: String) throws { try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path) }
    static func mode(_ path: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }
}

/// A text kept beside the tests and compared as a whole.
enum Snapshot {
    static func expect(_ text: String, named name: String, _ location: SourceLocation = #_sourceLocation) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name)")
        if ProcessInfo.processInfo.environment["UPDATE_SNAPSHOTS"] != nil { try text.write(to: file, atomically: true, encoding: .utf8) }
        let known = try String(contentsOf: file, encoding: .utf8)
        let difference = zip(text.split(separator: "\n"), known.split(separator: "\n")).first { $0 != $1 }
        #expect(text == known, "first difference: \(difference.map { "\($0.0) | \($0.1)" } ?? "length")", sourceLocation: location)
    }
}
