// SPDX-License-Identifier: Apache-2.0
internal import Yams

/// A node of a YAML file with its place. Scalars are texts exactly as written: `09:00`, `no` and `007` stay what they are.
public struct YAMLNode: Sendable, Hashable {
    public enum Content: Sendable, Hashable {
        /// `quoted` tells `'yes'` from `yes`.
        case scalar(String, quoted: Bool)
        case sequence([YAMLNode])
        case mapping([Entry])
    }

    public struct Entry: Sendable, Hashable {
        public var key: String
        public var keyPlace: Place
        public var value: YAMLNode
    }

    /// Line and column, both from 1.
    public struct Place: Sendable, Hashable {
        public var line: Int
        public var column: Int
        public init(line: Int, column: Int) {
            self.line = line
            self.column = column
        }
    }

    public var content: Content
    public var place: Place
    public var file: String

    public init(content: Content, place: Place, file: String) {
        self.content = content
        self.place = place
        self.file = file
    }

    /// Nodes of one file at the most; aliases count each time they are used, so that a bomb of them stays small.
    public static let nodesMax = 400_000

    /// Reads one document.
    /// - Parameters:
    ///   - file: the name to put into problems.
    /// - Throws: `SourceProblem` with line and column for anything that is no YAML, for a key that stands twice, tabs
    ///   used to indent, and for a key that is no scalar. An empty file is an empty mapping.
    public static func parse(_ text: String, file: String) throws(SourceProblem) -> YAMLNode {
        try refuseTabs(in: text, file: file)
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch {
            throw problem(error, file: file)
        }
        guard let node else { return YAMLNode(content: .mapping([]), place: Place(line: 1, column: 1), file: file) }
        var budget = nodesMax
        return try convert(node, file: file, budget: &budget)
    }

    /// A problem at this node.
    public func problem(_ message: String, fix: String? = nil, code: String? = nil) -> SourceProblem {
        SourceProblem(file: file, line: place.line, column: place.column, code: code, message: message, fix: fix)
    }

    private static func refuseTabs(in text: String, file: String) throws(SourceProblem) {
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let indent = line.prefix { $0 == " " || $0 == "\t" }
            guard let tab = indent.firstIndex(of: "\t"), line.count > indent.count else { continue }
            throw SourceProblem(
                file: file, line: index + 1, column: line.distance(from: line.startIndex, to: tab) + 1,
                message: "a tab is used to indent", fix: "use two spaces for each level")
        }
    }

    private static func convert(_ node: Node, file: String, budget: inout Int) throws(SourceProblem) -> YAMLNode {
        let place = Place(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
        budget -= 1
        guard budget > 0 else { throw SourceProblem(file: file, message: "more than \(nodesMax) nodes", fix: "split the file") }
        switch node {
        case .scalar(let scalar):
            // `service: != site` would be the text "site" with the tag "!=", the opposite of what is written.
            let tag = scalar.tag.description
            guard !tag.hasPrefix("!") || tag == "!" else {
                throw SourceProblem(
                    file: file, line: place.line, column: place.column, message: "\"\(tag)\" has another meaning in YAML",
                    fix: "put the text into quotes")
            }
            let quoted = scalar.style == .singleQuoted || scalar.style == .doubleQuoted
            return YAMLNode(content: .scalar(scalar.string, quoted: quoted), place: place, file: file)
        case .sequence(let sequence):
            var nodes: [YAMLNode] = []
            for element in sequence { nodes.append(try convert(element, file: file, budget: &budget)) }
            return YAMLNode(content: .sequence(nodes), place: place, file: file)
        case .mapping(let mapping):
            var entries: [Entry] = []
            for (key, value) in mapping {
                let keyPlace = Place(line: key.mark?.line ?? place.line, column: key.mark?.column ?? place.column)
                guard case .scalar(let name) = key else {
                    throw SourceProblem(file: file, line: keyPlace.line, column: keyPlace.column, message: "a key must be a plain text")
                }
                entries.append(Entry(key: name.string, keyPlace: keyPlace, value: try convert(value, file: file, budget: &budget)))
            }
            return YAMLNode(content: .mapping(entries), place: place, file: file)
        case .alias:
            throw SourceProblem(
                file: file, line: place.line, column: place.column, message: "aliases (*name) are not used here", fix: "write the text out")
        }
    }

    private static func problem(_ error: any Error, file: String) -> SourceProblem {
        guard let error = error as? YamlError else { return SourceProblem(file: file, message: "\(error)") }
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
            return SourceProblem(file: file, line: mark.line, column: mark.column, message: "not readable as YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            let names = duplicates.map { "\"\($0)\"" }.joined(separator: ", ")
            return SourceProblem(
                file: file, line: context.mark.line, column: context.mark.column, message: "the key \(names) stands twice", fix: "keep one of them")
        case .reader(let problem, _, _, _):
            return SourceProblem(file: file, message: "not readable as text: \(problem)", fix: "save the file as UTF-8")
        default:
            return SourceProblem(file: file, message: "not readable as YAML: \(error)")
        }
    }
}
