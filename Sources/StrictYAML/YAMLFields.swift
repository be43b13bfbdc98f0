// SPDX-License-Identifier: Apache-2.0

extension YAMLNode {
    /// The text of a scalar. A bare nothing (`key:`) is the empty text.
    /// - Throws: a problem at the node when it is a list or a block.
    public func text() throws(SourceProblem) -> String {
        guard case .scalar(let text, _) = content else { throw problem("a text is expected here") }
        return text
    }

    /// A whole number.
    public func integer(in range: ClosedRange<Int> = .min ... .max) throws(SourceProblem) -> Int {
        let text = try text()
        guard let value = Int(text), range.contains(value) else {
            let bounds = range == .min ... .max ? "" : " from \(range.lowerBound) to \(range.upperBound)"
            throw problem("\"\(text)\" is no whole number\(bounds)")
        }
        return value
    }

    /// `yes` or `no` (also `true` and `false`).
    public func yesNo() throws(SourceProblem) -> Bool {
        switch try text() {
        case "yes", "true": return true
        case "no", "false": return false
        case let other: throw problem("\"\(other)\" is neither yes nor no")
        }
    }

    /// The elements of a list.
    public func list() throws(SourceProblem) -> [YAMLNode] {
        guard case .sequence(let nodes) = content else { throw problem("a list is expected here") }
        return nodes
    }

    /// A list, or one value standing for a list of one.
    public func oneOrMany() -> [YAMLNode] {
        if case .sequence(let nodes) = content { nodes } else { [self] }
    }

    /// The entries of a block in the order of the file. A bare nothing is an empty block.
    public func entries() throws(SourceProblem) -> [Entry] {
        switch content {
        case .mapping(let entries): return entries
        case .scalar("", quoted: false): return []
        default: throw problem("a block of \"key: value\" is expected here")
        }
    }

    public var isMapping: Bool { if case .mapping = content { true } else { false } }
    public var isScalar: Bool { if case .scalar = content { true } else { false } }

    /// The block as fields to be taken one by one; what is not taken is an error at the end.
    public func fields() throws(SourceProblem) -> YAMLFields { YAMLFields(entries: try entries(), place: self) }
}

/// A block whose keys are all known: take each by name, then call `finish()`, which names the first key nobody took.
public struct YAMLFields {
    private var entries: [YAMLNode.Entry]
    private let place: YAMLNode
    private var known: [String] = []

    init(entries: [YAMLNode.Entry], place: YAMLNode) {
        self.entries = entries
        self.place = place
    }

    /// The value of a key, `nil` when it is not there.
    public mutating func take(_ key: String) -> YAMLNode? {
        known.append(key)
        guard let index = entries.firstIndex(where: { $0.key == key }) else { return nil }
        return entries.remove(at: index).value
    }

    /// The value of a key that must be there.
    public mutating func require(_ key: String) throws(SourceProblem) -> YAMLNode {
        guard let node = take(key) else { throw place.problem("\"\(key):\" is missing here") }
        return node
    }

    public mutating func text(_ key: String) throws(SourceProblem) -> String? {
        guard let node = take(key) else { return nil }
        return try node.text()
    }

    /// What has not been taken yet, for blocks whose further keys are names of the user's own.
    public mutating func rest() -> [YAMLNode.Entry] {
        defer { entries = [] }
        return entries
    }

    /// - Throws: a problem at the first key that was not taken, with the nearest known key as the fix.
    public func finish() throws(SourceProblem) {
        guard let entry = entries.first else { return }
        let near = nearest(to: entry.key, among: known)
        throw SourceProblem(
            file: place.file, line: entry.keyPlace.line, column: entry.keyPlace.column, message: "unknown key \"\(entry.key)\"",
            fix: near.map { "did you mean \"\($0)\"?" } ?? "known here: \(known.sorted().joined(separator: ", "))")
    }
}

/// The candidate that a misspelled word most likely means; `nil` when none is near (a third of its letters off, or more).
///
/// Distance of Damerau and Levenshtein (restricted: neighbours swapped count once), without regard to case.
public func nearest(to word: String, among candidates: [String]) -> String? {
    let limit = max(1, word.count / 3)
    let scored = candidates.map { ($0, distance(Array(word.lowercased()), Array($0.lowercased()))) }
    return scored.filter { $0.1 <= limit }.min { $0.1 < $1.1 }?.0
}

private func distance(_ left: [Character], _ right: [Character]) -> Int {
    if left.isEmpty || right.isEmpty { return max(left.count, right.count) }
    var rows = [Array(0...right.count)]
    for (i, a) in left.enumerated() {
        var row = [i + 1]
        for (j, b) in right.enumerated() {
            var best = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a == b ? 0 : 1))
            if i > 0, j > 0, a == right[j - 1], left[i - 1] == b { best = min(best, rows[i - 1][j - 1] + 1) }
            row.append(best)
        }
        rows.append(row)
    }
    return rows[left.count][right.count]
}
