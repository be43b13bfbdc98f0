// SPDX-License-Identifier: Apache-2.0
package import Essentials
package import Foundation
package import PBX
import WireFormats

/// Requests as they were recorded, and the manifest that says what they must yield (Fixtures/pbx/README.md).
package enum Recorded {
    package static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "PBXTests/Fixtures")

    package static func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: folder.appending(path: path))) }

    /// - Parameter arrivedAt: `nil`: the base time of the samples.
    package static func request(_ path: String, arrivedAt: Instant? = nil) throws -> HookRequest {
        try request(bytes(path), arrivedAt: arrivedAt ?? Instant(unixSeconds: 1_772_445_600))
    }

    /// A recorded answer is read as if it were a request, for its headers and body.
    package static func request(_ bytes: [UInt8], arrivedAt: Instant) throws -> HookRequest {
        let bytes = bytes.starts(with: Array("HTTP/".utf8)) ? Array("GET /".utf8) + bytes.drop { $0 != 0x20 } : bytes
        guard let request = HookRequest(recorded: bytes, arrivedAt: arrivedAt) else { throw Samples.Unexpected(what: "no request") }
        return request
    }

    package struct Row: Sendable, CustomStringConvertible {
        package let file: String
        package let provider: String
        package let kind: String
        package let verdict: String
        package let call: String?
        package let dedupe: String?
        package let answer: String
        package let now: Instant?
        package var description: String { file }
    }

    /// All rows of the manifest, in its order.
    package static func manifest() throws -> [Row] {
        let rows = try JSON.parse(bytes("pbx/manifest.json")).array ?? []
        return rows.map { row in
            Row(
                file: row["file"]?.string ?? "", provider: row["provider"]?.string ?? "", kind: row["kind"]?.string ?? "",
                verdict: row["verdict"]?.string ?? "", call: row["call"]?.string, dedupe: row["dedupe"]?.string,
                answer: row["answer"]?.scalarText ?? "", now: row["now"]?.integer.map { Instant(unixSeconds: $0) })
        }
    }
}
