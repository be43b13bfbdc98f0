// SPDX-License-Identifier: Apache-2.0
import CRM
import Foundation
import WireFormats

/// Recorded messages of a CRM, as `Fixtures/<crm>/index.json` lists them.
struct CRMFixtures {
    let crm: String
    let index: JSON

    init(_ crm: String) throws {
        self.crm = crm
        index = try JSON.parse(CRMFixtures.bytes("\(crm)/index.json"))
    }

    /// One answer and what a recipe must make of it.
    struct Case: Sendable, CustomStringConvertible {
        var operation: String
        var name: String
        var response: CRMResponse
        var `class`: String
        var recordID: String?
        var retryAfter: Int64?
        var description: String { "\(operation).\(name)" }
    }

    /// Every answer of the operations that we send.
    var cases: [Case] {
        get throws {
            var out: [Case] = []
            for operation in index["operations"]?.members ?? [] where operation.value["direction"] == nil {
                for answer in operation.value["responses"]?.members ?? [] {
                    out.append(
                        Case(
                            operation: operation.name, name: answer.name, response: try response(answer.value["file"]?.string ?? ""),
                            class: answer.value["class"]?.string ?? "", recordID: answer.value["record_id"]?.scalarText,
                            retryAfter: answer.value["retry_after_s"]?.integer))
                }
            }
            return out
        }
    }

    func response(_ file: String) throws -> CRMResponse {
        let (line, headers, body) = try message(file)
        let status = line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return CRMResponse(status: status, headers: headers, body: body)
    }

    /// Start line, headers and body; the newline at the end of a body is the text file's.
    func message(_ file: String) throws -> (line: String, headers: [CRMHeader], body: [UInt8]) {
        let text = String(decoding: try CRMFixtures.bytes("\(crm)/\(file)"), as: UTF8.self)
        let cut = text.range(of: "\n\n")
        let head = text[..<(cut?.lowerBound ?? text.endIndex)].split(separator: "\n").map(String.init)
        var body = cut.map { String(text[$0.upperBound...]) } ?? ""
        while body.hasSuffix("\n") { body.removeLast() }
        let headers = head.dropFirst().compactMap { line -> CRMHeader? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            return CRMHeader(String(line[..<colon]), String(line[line.index(after: colon)...].drop { $0 == " " }))
        }
        return (head.first ?? "", headers, Array(body.utf8))
    }

    static func bytes(_ path: String) throws -> [UInt8] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
        return Array(try Data(contentsOf: folder.appending(path: path)))
    }
}

extension JSON {
    /// The value with the members of every object in the order of their names, for comparing.
    var sorted: JSON {
        switch self {
        case .object(let members): .object(members.map { Member($0.name, $0.value.sorted) }.sorted { $0.name < $1.name })
        case .array(let elements): .array(elements.map(\.sorted))
        default: self
        }
    }
}
