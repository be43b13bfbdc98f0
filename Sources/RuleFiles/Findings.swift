// SPDX-License-Identifier: Apache-2.0
import StrictYAML

/// A place in a file of rules.
public struct SourcePlace: Hashable, Sendable {
    public var file: String
    /// From 1; 0: the file as a whole.
    public var line: Int
    /// From 1, in Unicode scalars.
    public var column: Int

    public init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }
}

/// Gathers everything that is wrong with a folder, so that a person sees all of it at once.
final class Findings {
    private(set) var problems: [SourceProblem] = []
    private var seen: Set<SourceProblem> = []

    func add(_ problem: SourceProblem) {
        var problem = problem
        if problem.code == nil { problem.code = "E01" }
        if seen.insert(problem).inserted { problems.append(problem) }
    }

    func add(_ mistake: Mistake, at place: SourcePlace, rule: String? = nil) {
        let message = rule.map { "rule \"\($0)\": " } ?? ""
        add(
            SourceProblem(
                file: place.file, line: place.line, column: place.column + mistake.offset, code: mistake.code,
                message: message + mistake.message, fix: mistake.fix))
    }

    func add(_ message: String, fix: String? = nil, code: String = "E01", at place: SourcePlace, rule: String? = nil) {
        add(Mistake(message, fix: fix, code: code), at: place, rule: rule)
    }

    /// The result of `read`; what it throws is noted and `nil` stands for it.
    func note<T>(_ read: () throws(SourceProblem) -> T) -> T? {
        do {
            return try read()
        } catch {
            add(error)
            return nil
        }
    }
}

extension Findings {
    /// The keys and values of a block; a text that was meant to be one is noted.
    func entries(of node: YAMLNode) -> [YAMLNode.Entry]? {
        if case .scalar(let text, _) = node.content, let colon = text.firstIndex(of: ":") {
            let value = String(text[text.index(after: colon)...]).trimmed
            add("a space is missing behind the colon", fix: "\(text[..<colon]): \(value)", at: node.textPlace)
            return nil
        }
        do throws(SourceProblem) {
            return try node.entries()
        } catch {
            var problem = error
            problem.fix = problem.fix ?? "set the lines in by two spaces, each with a colon and a space behind its key"
            add(problem)
            return nil
        }
    }
}

/// A block whose keys are all known: what nobody took is wrong.
final class Block {
    private var entries: [YAMLNode.Entry]
    private var known: [String] = []
    private let findings: Findings
    let place: SourcePlace

    /// - Returns: `nil` when the node is no block; the problem is noted.
    init?(_ node: YAMLNode, _ findings: Findings) {
        self.findings = findings
        place = node.sourcePlace
        guard let entries = findings.entries(of: node) else { return nil }
        self.entries = entries
    }

    var keys: [String] { entries.map(\.key) }

    func take(_ key: String) -> YAMLNode? {
        known.append(key)
        guard let index = entries.firstIndex(where: { $0.key == key }) else { return nil }
        return entries.remove(at: index).value
    }

    func text(_ key: String) -> String? {
        take(key).flatMap { node in findings.note { () throws(SourceProblem) in try node.text() } }
    }

    func rest() -> [YAMLNode.Entry] {
        defer { entries = [] }
        return entries
    }

    /// Notes every key that nobody took.
    func finish() {
        for entry in entries {
            let near = nearest(to: entry.key, among: known) ?? lookAlike(entry.key, among: known)
            findings.add(
                "unknown key \"\(entry.key)\"", fix: near.map { "did you mean \"\($0)\"?" } ?? "known here: \(known.joined(separator: ", "))",
                at: SourcePlace(file: place.file, line: entry.keyPlace.line, column: entry.keyPlace.column))
        }
    }
}

extension YAMLNode {
    var sourcePlace: SourcePlace { SourcePlace(file: file, line: place.line, column: place.column) }

    /// Where the text of a scalar begins: behind the quote, if it has one.
    var textPlace: SourcePlace {
        if case .scalar(_, quoted: true) = content { return SourcePlace(file: file, line: place.line, column: place.column + 1) }
        return sourcePlace
    }

    var isQuoted: Bool { if case .scalar(_, quoted: true) = content { true } else { false } }
}
