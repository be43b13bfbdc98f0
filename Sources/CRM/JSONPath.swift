// SPDX-License-Identifier: Apache-2.0
import StrictYAML
import WireFormats

/// `result.items[0].id | result.id`: places in an answer, the first that holds something; `fields[*].value` are many places.
struct JSONPath: Sendable, Hashable {
    enum Part: Sendable, Hashable {
        case member(String)
        case index(Int)
        /// `[*]`: each element.
        case each
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

    /// What stands there, of several things the first; `nil` for nothing and for null.
    func value(in json: JSON) -> JSON? { values(in: json).first }

    /// All that stands there, by the first alternative that holds something.
    func values(in json: JSON) -> [JSON] {
        for parts in alternatives {
            let found = JSONPath.values(parts[...], in: json).filter { $0 != .null }
            if !found.isEmpty { return found }
        }
        return []
    }

    private static func values(_ parts: ArraySlice<Part>, in json: JSON) -> [JSON] {
        guard let first = parts.first else { return [json] }
        let next =
            switch first {
            case .member(let name): [json[name]].compactMap(\.self)
            case .index(let index): [json[index]].compactMap(\.self)
            case .each: json.array ?? []
            }
        return next.flatMap { values(parts.dropFirst(), in: $0) }
    }

    private static func parts(_ text: String) -> [Part]? {
        if text == "." { return [] }
        var parts: [Part] = []
        for piece in text.split(separator: ".", omittingEmptySubsequences: false) {
            let pieces = piece.split(separator: "[", omittingEmptySubsequences: false)
            guard let name = pieces.first, !(name.isEmpty && pieces.count == 1) else { return nil }
            if !name.isEmpty { parts.append(.member(String(name))) }
            for index in pieces.dropFirst() {
                if index == "*]" {
                    parts.append(.each)
                    continue
                }
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
