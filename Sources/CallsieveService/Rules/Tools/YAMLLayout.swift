// SPDX-License-Identifier: Apache-2.0

/// Lays a block-style YAML file out anew: two spaces a level, items set in under their key, one space behind colons and dashes,
/// two before a comment, at most one empty line. Order, words and comments stay.
struct YAMLLayout {
    /// Rewrites a value; gets the keys above it, outermost first, with its own at the end.
    typealias Rewrite = (_ keys: [String], _ value: String) -> String

    private struct Level {
        /// Where the level stood, and where it stands now.
        let old: Int
        let new: Int
        /// The key that opened it; `nil` for an item of a list.
        var key: String?
        /// Column of the dash, for an item of a list.
        var dash: Int?
        var isItem: Bool { dash != nil }
    }

    private let rewrite: Rewrite
    private var levels: [Level] = []
    private var output: [String] = []

    /// - Returns: `nil` for a file that uses more of YAML than blocks; it is left as it is.
    static func format(_ text: String, rewrite: @escaping Rewrite = { $1 }) -> String? {
        guard let lines = logical(text) else { return nil }
        var layout = YAMLLayout(rewrite: rewrite)
        for (index, line) in lines.enumerated() {
            if line.isBlank {
                if layout.output.last?.isEmpty == false { layout.output.append("") }
            } else if line.isComment {
                let next = lines[index...].first { !$0.isBlank && !$0.isComment }
                layout.output.append(spaces(layout.commentIndent(line, before: next)) + line.comment)
            } else {
                layout.write(line)
            }
        }
        while layout.output.last?.isEmpty == true { layout.output.removeLast() }
        return layout.output.isEmpty ? "" : layout.output.joined(separator: "\n") + "\n"
    }

    private init(rewrite: @escaping Rewrite) { self.rewrite = rewrite }

    private static func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }

    /// Lines with the texts that go over several of them joined on.
    private static func logical(_ text: String) -> [YAMLLine]? {
        var text = text
        if text.hasPrefix("\u{FEFF}") { text.removeFirst() }
        let raw = text.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var lines: [YAMLLine] = []
        var index = 0
        while index < raw.count {
            var line = YAMLLine(raw[index])
            index += 1
            if line.isBeyondUs || raw[index - 1] == "---" || raw[index - 1] == "..." { return nil }
            if line.opensBlock {
                while index < raw.count, raw[index].allSatisfy(\.isWhitespace) || raw[index].prefix(while: { $0 == " " }).count > line.indent {
                    line.continuation.append(raw[index])
                    index += 1
                }
                while line.continuation.last?.allSatisfy(\.isWhitespace) == true {
                    line.continuation.removeLast()
                    index -= 1
                }
            } else if !line.isBlank, !line.isComment, line.key == nil, line.dashes.isEmpty {
                return nil
            }
            lines.append(line)
        }
        return lines
    }

    private mutating func write(_ line: YAMLLine) {
        Self.close(&levels, before: line)
        let begin = levels.last.map { $0.isItem ? $0.new : $0.new + 2 } ?? 0
        var (old, new) = (line.indent, levels.isEmpty ? 0 : begin)
        var text = Self.spaces(new)
        for spaces in line.dashes {
            levels.append(Level(old: old + 1 + spaces, new: new + 2, key: nil, dash: old))
            text += "- "
            old += 1 + spaces
            new += 2
        }
        let keys = levels.compactMap(\.key)
        if let key = line.key {
            levels.append(Level(old: old, new: new, key: Self.plain(key)))
            text += key + ":"
            if !line.value.isEmpty { text += " " + rewritten(line, keys + [Self.plain(key)]) }
        } else {
            text += rewritten(line, keys)
        }
        if !line.comment.isEmpty { text += (text.last == " " ? " " : "  ") + line.comment }
        while text.last == " " { text.removeLast() }
        output.append(text)
        write(line.continuation, under: new + (line.key == nil ? 0 : 2))
    }

    /// Ends the levels that a line is no part of. An item may stand right under its key, at the key's own column.
    private static func close(_ levels: inout [Level], before line: YAMLLine) {
        let isItem = !line.dashes.isEmpty
        while let last = levels.last, last.old > line.indent || (last.old == line.indent && !last.isItem && !isItem) { levels.removeLast() }
    }

    private func rewritten(_ line: YAMLLine, _ keys: [String]) -> String {
        line.opensBlock ? line.value : rewrite(keys, line.value)
    }

    private mutating func write(_ block: [String], under indent: Int) {
        let own = block.filter { !$0.allSatisfy(\.isWhitespace) }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
        for line in block { output.append(line.allSatisfy(\.isWhitespace) ? "" : Self.spaces(indent) + line.dropFirst(own)) }
    }

    private static func plain(_ key: String) -> String { key.trimmingPrefix("\"").hasSuffix("\"") ? String(key.dropFirst().dropLast()) : key }

    /// A comment stands with the line that follows, unless it stood at the column of a block that is still open.
    private func commentIndent(_ comment: YAMLLine, before next: YAMLLine?) -> Int {
        if comment.indent != next?.indent {
            for level in levels.reversed() {
                if level.old == comment.indent { return level.new }
                if level.dash == comment.indent { return level.new - 2 }
            }
        }
        guard let next else { return 0 }
        var open = levels
        Self.close(&open, before: next)
        return open.last.map { $0.isItem ? $0.new : $0.new + 2 } ?? 0
    }
}
