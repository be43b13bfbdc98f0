// SPDX-License-Identifier: Apache-2.0
import Essentials
import Foundation
import PBX
import Testing
import WireFormats

/// Requests as they were recorded, and the manifest that says what they must yield (Fixtures/pbx/README.md).
enum Recorded {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures")

    static func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: folder.appending(path: path))) }

    /// - Parameter arrivedAt: `nil`: the base time of the samples.
    static func request(_ path: String, arrivedAt: Instant? = nil) throws -> HookRequest {
        try request(bytes(path), arrivedAt: arrivedAt ?? Instant(unixSeconds: 1_772_445_600))
    }

    static func request(_ bytes: [UInt8], arrivedAt: Instant) throws -> HookRequest {
        let end = try #require(bytes.indices.first { bytes[$0...].starts(with: [13, 10, 13, 10]) })
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
        let line = try #require(lines.first).split(separator: " ")
        let target = String(line[1])
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts[0].split(separator: "/").map { String(decoding: percentDecoded(Array($0.utf8)), as: UTF8.self) }
        let headers = lines.dropFirst().map { line in
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            return HookHeader(String(line[..<colon]), line[colon...].dropFirst().trimmingCharacters(in: .whitespaces))
        }
        return HookRequest(
            method: String(line[0]), tail: path.first == "hooks" ? Array(path.dropFirst(2)) : path, target: target,
            query: parts.count > 1 ? Array(parts[1].utf8) : [], headers: headers, body: Array(bytes[(end + 4)...]), arrivedAt: arrivedAt)
    }

    struct Row: Sendable, CustomStringConvertible {
        let file: String
        let provider: String
        let kind: String
        let verdict: String
        let call: String?
        let dedupe: String?
        let answer: String
        let now: Instant?
        var description: String { file }
    }

    /// All rows of the manifest, in its order.
    static func manifest() throws -> [Row] {
        let rows = try #require(try JSON.parse(bytes("pbx/manifest.json")).array)
        return rows.map { row in
            Row(
                file: row["file"]?.string ?? "", provider: row["provider"]?.string ?? "", kind: row["kind"]?.string ?? "",
                verdict: row["verdict"]?.string ?? "", call: row["call"]?.string, dedupe: row["dedupe"]?.string,
                answer: row["answer"]?.scalarText ?? "", now: row["now"]?.integer.map { Instant(unixSeconds: $0) })
        }
    }
}
