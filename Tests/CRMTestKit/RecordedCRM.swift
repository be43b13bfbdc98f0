// SPDX-License-Identifier: Apache-2.0
public import CRM
import Essentials
import Foundation
public import WireFormats

/// The recorded messages of one CRM, as `Fixtures/<crm>/index.json` lists them, with `profile.json`: which recipe they belong to, and what
/// its templates are filled with. A new CRM is a recipe and such a folder.
public struct RecordedCRM: Sendable, CustomStringConvertible {
    public let name: String
    public let index: JSON
    public let profile: JSON

    public init(_ name: String) throws {
        self.name = name
        index = try JSON.parse(RecordedCRM.bytes("\(name)/index.json"))
        profile = try JSON.parse(RecordedCRM.bytes("\(name)/profile.json"))
    }

    /// Every folder of fixtures that holds an index, by name.
    public static var all: [RecordedCRM] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().filter {
                FileManager.default.fileExists(atPath: folder.appending(path: "\($0)/index.json").path)
            }.map { try RecordedCRM($0) }
        }
    }

    public var description: String { name }

    /// Operations of the index in its order.
    public var operations: [RecordedOperation] {
        (index["operations"]?.members ?? []).map { RecordedOperation(crm: self, name: $0.name, entry: $0.value) }
    }

    /// Answers that any operation may get.
    public var common: [RecordedAnswer] { (index["common"]?.members ?? []).map { RecordedAnswer(crm: self, name: $0.name, entry: $0.value) } }

    /// All messages that the index lists: requests and answers.
    public var messageCount: Int { operations.reduce(common.count) { $0 + 1 + $1.answers.count } }

    /// How many files of messages the folder holds.
    public func files() throws -> Int {
        let names = FileManager.default.enumerator(atPath: RecordedCRM.folder.appending(path: name).path)?.allObjects ?? []
        return names.count { ($0 as? String)?.hasSuffix(".http") == true }
    }

    /// Start line, headers and body; the newline at the end of a body is the text file's.
    public func message(_ file: String) throws -> RecordedMessage {
        let text = String(decoding: try RecordedCRM.bytes("\(name)/\(file)"), as: UTF8.self)
        let cut = text.range(of: "\n\n")
        let head = text[..<(cut?.lowerBound ?? text.endIndex)].split(separator: "\n").map(String.init)
        var body = cut.map { String(text[$0.upperBound...]) } ?? ""
        while body.hasSuffix("\n") { body.removeLast() }
        let headers = head.dropFirst().compactMap { line -> CRMHeader? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            return CRMHeader(String(line[..<colon]), String(line[line.index(after: colon)...].drop { $0 == " " }))
        }
        return RecordedMessage(line: head.first ?? "", headers: headers, body: body)
    }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "CRMTests/Fixtures")

    private static func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: folder.appending(path: path))) }
}

/// An operation of an index.
public struct RecordedOperation: Sendable, CustomStringConvertible {
    public let crm: RecordedCRM
    public let name: String
    public let entry: JSON
    public var description: String { "\(crm.name) \(name)" }

    /// The CRM sends it to us.
    public var isInbound: Bool { entry["direction"]?.string == "from_crm" }
    public var isIdempotent: Bool { entry["idempotent"]?.bool ?? false }
    public var placeholders: [String] { entry["placeholders"]?.array?.compactMap(\.string) ?? [] }
    public var answers: [RecordedAnswer] {
        (entry["responses"]?.members ?? []).map { RecordedAnswer(crm: crm, name: "\(name).\($0.name)", entry: $0.value) }
    }

    public func request() throws -> RecordedMessage { try crm.message(entry["request"]?.string ?? "") }
}

/// An answer of an index, and what a recipe must make of it.
public struct RecordedAnswer: Sendable, CustomStringConvertible {
    public let crm: RecordedCRM
    public let name: String
    public let entry: JSON
    public var description: String { "\(crm.name) \(name)" }

    public var `class`: String { entry["class"]?.string ?? "" }
    public var recordID: String? { entry["record_id"]?.scalarText }
    public var wait: Duration? { entry["retry_after_s"]?.integer.map { .seconds($0) } }

    public func response() throws -> CRMResponse {
        let message = try crm.message(entry["file"]?.string ?? "")
        let status = message.line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return CRMResponse(status: status, headers: message.headers, body: Array(message.body.utf8))
    }
}

/// A message as it stands in its file.
public struct RecordedMessage: Sendable {
    public var line: String
    public var headers: [CRMHeader]
    public var body: String

    public var method: String { String(line.prefix { $0 != " " }) }
    public var target: String { line.split(separator: " ").dropFirst().first.map(String.init) ?? "" }
    public func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name.lowercased() }?.value }
}
