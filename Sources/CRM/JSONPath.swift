// SPDX-License-Identifier: Apache-2.0
import StrictYAML
import WireFormats

/// `result.items[0].id | result.id`: places in an answer, the first that holds something.
struct JSONPath: Sendable, Hashable {
    enum Part: Sendable, Hashable {
        case member(String)
        case index(Int)
    }
    let alternatives: [[Part]]

    /// Reads the text; `nil` when a part is empty or an index is no number. `.` alone is the whole answer.
    init?(_ text: String) {
        var alternatives: [[Part]] = []
        for one in text.split(separator: "|", omittingEmptySubsequences: false) {
            guard let parts = JSONPath.parts(one.trimming()) else { return nil }
            alternatives.append(parts)
        }
        self.alternatives = alternatives
    }

    init(_ node: YAMLNode) throws(SourceProblem) {
        let text = try node.text()
        guard let path = JSONPath(text) else { throw node.problem("\"\(text)\" is no path", fix: "write it like result.items[0].id") }
        self = path
    }

    /// What stands there; `nil` for nothing and for null.
    func value(in json: JSON) -> JSON? {
        for parts in alternatives {
            if let found = JSONPath.value(parts[...], in: json), found != .null { return found }
        }
        return nil
    }

    private static func value(_ parts: ArraySlice<Part>, in json: JSON) -> JSON? {
        guard let first = parts.first else { return json }
        switch first {
        case .member(let name): return json[name].flatMap { value(parts.dropFirst(), in: $0) }
        case .index(let index): return json[index].flatMap { value(parts.dropFirst(), in: $0) }
        }
    }

    private static func parts(_ text: String) -> [Part]? {
        if text == "." { return [] }
        var parts: [Part] = []
        for piece in text.split(separator: ".", omittingEmptySubsequences: false) {
            let pieces = piece.split(separator: "[", omittingEmptySubsequences: false)
            guard let name = pieces.first, !(name.isEmpty && pieces.count == 1) else { return nil }
            if !name.isEmpty { parts.append(.member(String(name))) }
            for index in pieces.dropFirst() {
                guard index.hasSuffix("]"), let number = Int(index.dropLast()), number >= 0 else { return nil }
                parts.append(.index(number))
            }
        }
        return parts
    }
}

extension StringProtocol {
    func trimming() -> String {
        let start = drop { $0 == " " }
        guard let end = start.lastIndex(where: { $0 != " " }) else { return "" }
        return String(start[...end])
    }
}
