// SPDX-License-Identifier: Apache-2.0
import Essentials
import HTTPTypes
import Hummingbird
import RuleFiles
import WireFormats

/// Versions of rule sets: what is live, what is tried beside it, what it would have changed.
struct RuleRoutes: Sendable {
    let backend: any RuleBackend

    /// A folder of rules with its lists; larger lists go live with the folder on the disk.
    private static let bodyMax = 32 << 20

    var routes: [Route] {
        let set = "/api/v1/rules/{set}"
        return [
            Route(.get, "/api/v1/rules", .program, list), Route(.get, set + "/versions", .program, versions),
            Route(.get, set + "/versions/{number}", .program, version), Route(.get, set + "/shadow", .program, shadowed),
            Route(.get, set + "/hits", .program, hits), Route(.post, set + "/replay", .program, replay),
            Route(.post, set + "/lint", .program, lint),
        ] + RuleChange.Act.allCases.map { act in Route(.post, "\(set)/\(act.rawValue)", .program) { try await change(act, $0) } }
    }

    @Sendable func list(_ request: APIRequest) async throws -> Response { try await .json(backend.ruleSets()) }

    @Sendable func versions(_ request: APIRequest) async throws -> Response {
        try await .json(backend.ruleVersions(of: request.parts["set"] ?? ""))
    }

    @Sendable func version(_ request: APIRequest) async throws -> Response {
        guard let number = Int(request.parts["number"] ?? "") else { throw Problem.notFound("version") }
        return try await .json(backend.ruleVersion(number, of: request.parts["set"] ?? ""))
    }

    @Sendable func shadowed(_ request: APIRequest) async throws -> Response {
        try await .json(backend.ruleShadow(of: request.parts["set"] ?? ""))
    }

    @Sendable func hits(_ request: APIRequest) async throws -> Response {
        let (from, to) = (try request.instant("from"), try request.instant("to"))
        return try await .json(backend.ruleHits(of: request.parts["set"] ?? "", from: from, to: to))
    }

    @Sendable func replay(_ request: APIRequest) async throws -> Response {
        let body = try await body(request).checked(["files", "version", "from", "to"])
        let (from, to) = (try Self.instant("from", in: body), try Self.instant("to", in: body))
        return try await .json(
            backend.replay(Self.files(body), version: Self.number(body), of: request.parts["set"] ?? "", from: from, to: to))
    }

    @Sendable func lint(_ request: APIRequest) async throws -> Response {
        let body = try await body(request).checked(["files"])
        guard let files = try Self.files(body) else { throw Problem.badRequest("Send the draft's files.") }
        return try await .json(backend.lint(files, of: request.parts["set"] ?? ""))
    }

    private func change(_ act: RuleChange.Act, _ request: APIRequest) async throws -> Response {
        let actor = try request.requireActor()
        let body = try await body(request).checked(act == .publish || act == .shadow ? ["files", "version", "note"] : ["version", "note"])
        let change = RuleChange(
            act, files: try Self.files(body), version: try Self.number(body), note: body["note"]?.string ?? "", actor: actor)
        if act == .publish || act == .shadow, (change.files == nil) == (change.version == nil) {
            throw Problem.badRequest("Send either files or a version.")
        }
        return try await .json(backend.change(change, of: request.parts["set"] ?? ""))
    }

    private func body(_ request: APIRequest) async throws -> JSON { try await request.body(upTo: Self.bodyMax) }

    private static func number(_ body: JSON) throws(Problem) -> Int? {
        guard let value = body["version"], value != .null else { return nil }
        guard let number = value.integer.flatMap(Int.init(exactly:)) else { throw .badRequest("version must be a whole number.") }
        return number
    }

    private static func instant(_ name: String, in body: JSON) throws(Problem) -> Instant? {
        guard let value = body[name], value != .null else { return nil }
        guard let instant = value.string.flatMap({ Instant(rfc3339: $0) }) else {
            throw .badRequest("\(name) must be a date or time like 2026-11-23T10:00:00Z.")
        }
        return instant
    }

    /// `{"files": [{"path": "facts.yaml", "text": "…"}]}`
    private static func files(_ body: JSON) throws(Problem) -> [RuleSource]? {
        guard let value = body["files"], value != .null else { return nil }
        guard let items = value.array, !items.isEmpty else { throw .badRequest("files must be an array of {\"path\", \"text\"}.") }
        var files: [RuleSource] = []
        for item in items {
            guard let path = item["path"]?.string, let text = item["text"]?.string else {
                throw .badRequest("files must be an array of {\"path\", \"text\"}.")
            }
            files.append(RuleSource(path: path, text: text))
        }
        return files
    }
}
