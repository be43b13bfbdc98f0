// SPDX-License-Identifier: Apache-2.0
import StrictYAML
import WireFormats

/// `result.items[0].id | result.id`: places in an answer, the first that holds something; `fields[*].value` are many places, and
/// `message after "Existing ID: "` is the word of a text that stands behind a mark.
struct JSONPath: Sendable, Hashable {
    enum Part: Sendable, Hashable {
        case member(String)
        case index(Int)
        /// `[*]`: each element.
        case each
    }
    struct Way: Sendable, Hashable {
        var parts: [Part]
        /// Only the word behind this mark, up to the next space.
        var mark: String?
    }
    let alternatives: [Way]

    /// The answer itself.
    static let whole = JSONPath(alternatives: [Way(parts: [])])

    private init(alternatives: [Way]) { self.alternatives = alternatives }

    /// Reads the text; `nil` when a part is empty or an index is no number. `.` alone is the whole answer.
    init?(_ text: String) {
        var alternatives: [Way] = []
        for one in text.split(separator: "|", omittingEmptySubsequences: false) {
            guard let way = Way(one.trimming()) else { return nil }
            alternatives.append(way)
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

    /// All that stands there, by the first alternative that holds something; an empty text counts only where no other holds more.
    func values(in json: JSON) -> [JSON] {
        var empty: [JSON] = []
        for way in alternatives {
            let found = way.values(in: json)
            if found.contains(where: { $0 != .string("") }) { return found }
            if empty.isEmpty { empty = found }
        }
        return empty
    }
}

extension JSONPath.Way {
    /// Reads one path with its mark.
    init?(_ text: String) {
        let cut = text.firstRange(of: " after \"")
        guard let parts = JSONPath.Way.parts(cut.map { text[..<$0.lowerBound].trimming() } ?? text) else { return nil }
        guard let cut else {
            self.init(parts: parts)
            return
        }
        let rest = text[cut.upperBound...]
        guard rest.count > 1, rest.hasSuffix("\"") else { return nil }
        self.init(parts: parts, mark: String(rest.dropLast()))
    }

    func values(in json: JSON) -> [JSON] {
        let found = JSONPath.Way.values(parts[...], in: json).filter { $0 != .null }
        guard let mark else { return found }
        return found.compactMap { $0.scalarText.flatMap { JSONPath.Way.word(of: $0, after: mark) }.map(JSON.string) }
    }

    /// The word behind `mark`, without the punctuation that ends a sentence; `nil`: the mark is not there, or nothing is behind it.
    static func word(of text: String, after mark: String) -> String? {
        guard let place = text.firstRange(of: mark) else { return nil }
        var word = text[place.upperBound...].prefix { !$0.isWhitespace && $0 != "\"" && $0 != "<" }
        while let last = word.last, ".,;:)]}".contains(last) { word.removeLast() }
        return word.isEmpty ? nil : String(word)
    }

    private static func values(_ parts: ArraySlice<JSONPath.Part>, in json: JSON) -> [JSON] {
        guard let first = parts.first else { return [json] }
        let next =
            switch first {
            case .member(let name): [json[name]].compactMap(\.self)
            case .index(let index): [json[index]].compactMap(\.self)
            case .each: json.array ?? json.members?.map(\.value) ?? []
            }
        return next.flatMap { values(parts.dropFirst(), in: $0) }
    }

    private static func parts(_ text: String) -> [JSONPath.Part]? {
        if text == "." { return [] }
        var parts: [JSONPath.Part] = []
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
