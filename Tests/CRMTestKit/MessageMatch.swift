// SPDX-License-Identifier: Apache-2.0
public import CRM
import Foundation
import WireFormats

/// Compares a request with its recorded template, value by value: order of keys and spelling of percent signs do not matter.
public struct MessageMatch {
    public let template: RecordedMessage
    public let values: [String: String]

    public init(_ template: RecordedMessage, values: [String: String]) {
        self.template = template
        self.values = values
    }

    /// What differs, in words; empty: nothing does.
    ///
    /// - Parameter host: `nil`: whatever address it went to.
    public func differences(method: String, host: String?, target: String, headers: [CRMHeader], body: [UInt8]) -> [String] {
        var out: [String] = []
        if method != template.method { out.append("method \(method), recorded \(template.method)") }
        if let host, let wanted = template.header("host").map(filled), host != wanted { out.append("host \(host), recorded \(wanted)") }
        let (path, query) = MessageMatch.split(target)
        // A target that is one placeholder brings its own query.
        let (wantedPath, wantedQuery) = MessageMatch.split(template.target.hasPrefix("{") ? filled(template.target) : template.target)
        if !MessageMatch.same(decoded(path), filled(decoded(wantedPath))) { out.append("path \(path), recorded \(filled(wantedPath))") }
        out += queryDifferences(query, wantedQuery)
        for header in template.headers where !["host", "accept", "user-agent", "content-type"].contains(header.name.lowercased()) {
            let found = headers.first { $0.name.lowercased() == header.name.lowercased() }?.value
            if !MessageMatch.same(found, filled(header.value)) {
                out.append("header \(header.name): \(found ?? "-"), recorded \(filled(header.value))")
            }
        }
        return out + bodyDifferences(headers, body)
    }

    private func queryDifferences(_ query: String, _ wanted: String) -> [String] {
        guard wanted.contains("=") else {
            let (found, expected) = (decoded(query), filled(decoded(wanted)))
            guard !expected.isEmpty || !found.isEmpty else { return [] }
            return MessageMatch.jsonDifference(found, expected).map { ["query \($0)"] } ?? []
        }
        let found = pairs(query, fills: false), expected = pairs(wanted, fills: true)
        return found.count == expected.count && zip(found, expected).allSatisfy { $0.0 == $1.0 && MessageMatch.same($0.1, $1.1) }
            ? [] : ["query \(found), recorded \(expected)"]
    }

    private func bodyDifferences(_ headers: [CRMHeader], _ body: [UInt8]) -> [String] {
        let text = String(decoding: body, as: UTF8.self)
        guard !template.body.isEmpty else { return text.isEmpty ? [] : ["body \(text), recorded none"] }
        let type = headers.first { $0.name.lowercased() == "content-type" }?.value ?? ""
        var out: [String] = []
        if let wanted = template.header("content-type"), type != wanted { out.append("content type \(type), recorded \(wanted)") }
        if type.contains("form-urlencoded") {
            let found = pairs(text, fills: false), expected = pairs(template.body, fills: true)
            let isSame = found.count == expected.count && zip(found, expected).allSatisfy { $0.0 == $1.0 && MessageMatch.same($0.1, $1.1) }
            return out + (isSame ? [] : ["form \(found), recorded \(expected)"])
        }
        return out + (MessageMatch.jsonDifference(text, filledJSON(template.body)).map { ["body \($0)"] } ?? [])
    }

    private static func split(_ target: String) -> (path: String, query: String) {
        guard let mark = target.firstIndex(of: "?") else { return (target, "") }
        return (String(target[..<mark]), String(target[target.index(after: mark)...]))
    }

    private func decoded(_ text: String) -> String { String(decoding: percentDecoded(Array(text.utf8)), as: UTF8.self) }

    private func pairs(_ text: String, fills: Bool) -> [(String, String)] {
        let pairs = text.split(separator: "&").map { pair -> (String, String) in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { part in
                String(decoding: percentDecoded(Array(part.utf8), plusIsSpace: true), as: UTF8.self)
            }
            let (name, value) = (parts.first ?? "", parts.count > 1 ? parts[1] : "")
            return fills ? (filled(name), filled(value)) : (name, value)
        }
        return pairs.sorted { $0 < $1 }
    }

    // MARK: Filling

    /// Placeholders are `{lower_snake}`; what has no value stays, and is seen as a difference.
    public func filled(_ text: String) -> String { fill(text) { value, _ in value } }

    /// In a JSON body: inside quotes JSON-escaped; a name that ends in `_enc` is percent-encoded before.
    public func filledJSON(_ text: String) -> String {
        fill(text) { value, name in
            let value = name.hasSuffix("_enc") ? percentEncoded(value) : value
            return String(JSON.string(value).text.dropFirst().dropLast())
        }
    }

    private func fill(_ text: String, _ encode: (String, String) -> String) -> String {
        var out = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "{") {
            out += rest[..<open]
            let inner = rest[rest.index(after: open)...]
            let name = inner.prefix { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "_") }
            if !name.isEmpty, inner[name.endIndex...].hasPrefix("}"), let value = values[String(name)] {
                out += encode(value, String(name))
                rest = inner[inner.index(after: name.endIndex)...]
            } else {
                out += "{"
                rest = inner
            }
        }
        return out + rest
    }

    // MARK: Comparing

    /// `<any>` stands for any text.
    static func same(_ found: String?, _ wanted: String) -> Bool {
        guard let found else { return false }
        guard let any = wanted.range(of: "<any>") else { return found == wanted }
        return found.hasPrefix(wanted[..<any.lowerBound]) && found.hasSuffix(wanted[any.upperBound...])
    }

    static func jsonDifference(_ found: String, _ wanted: String) -> String? {
        guard let left = try? JSON.parse(found), let right = try? JSON.parse(wanted) else {
            return found == wanted ? nil : "is not readable: \(found), recorded \(wanted)"
        }
        return difference(left, right, at: "")
    }

    /// The first place where two trees differ.
    static func difference(_ found: JSON, _ wanted: JSON, at path: String) -> String? {
        switch (found, wanted) {
        case (.object(let left), .object(let right)):
            for member in right {
                guard let other = found[member.name] else { return "\(path).\(member.name) is missing" }
                if let difference = difference(other, member.value, at: "\(path).\(member.name)") { return difference }
            }
            return left.first { wanted[$0.name] == nil }.map { "\(path).\($0.name) is not in the recorded one: \($0.value.text)" }
        case (.array(let left), .array(let right)):
            guard left.count == right.count else { return "\(path) has \(left.count) elements, recorded \(right.count): \(found.text)" }
            for (index, pair) in zip(left, right).enumerated() {
                if let difference = difference(pair.0, pair.1, at: "\(path)[\(index)]") { return difference }
            }
            return nil
        case (.string(let left), .string(let right)): return same(left, right) ? nil : "\(path) is \"\(left)\", recorded \"\(right)\""
        default: return found == wanted ? nil : "\(path) is \(found.text), recorded \(wanted.text)"
        }
    }
}
