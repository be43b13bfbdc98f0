// SPDX-License-Identifier: Apache-2.0

/// A change of one stretch of a file, for a machine to apply: what a click on a fix does.
public struct TextEdit: Hashable, Sendable, Codable {
    /// Line and column, both from 1, columns in Unicode scalars.
    public struct Place: Hashable, Sendable, Codable, Comparable {
        public var line: Int
        public var column: Int

        public init(line: Int, column: Int) {
            self.line = line
            self.column = column
        }

        public static func < (left: Place, right: Place) -> Bool { (left.line, left.column) < (right.line, right.column) }
    }

    /// The path inside the folder.
    public var file: String
    /// The first replaced scalar.
    public var start: Place
    /// Behind the last replaced scalar; equal to `start` for an insertion.
    public var end: Place
    public var replacement: String

    public init(file: String, start: Place, end: Place, replacement: String) {
        self.file = file
        self.start = start
        self.end = end
        self.replacement = replacement
    }

    /// Replaces whole lines, their ends included.
    public init(file: String, lines: Range<Int>, replacement: String) {
        self.init(
            file: file, start: Place(line: lines.lowerBound, column: 1), end: Place(line: lines.upperBound, column: 1), replacement: replacement)
    }
}

extension Sequence<TextEdit> {
    /// The files with these edits in them. Edits must not overlap; those whose place is not in the file change nothing.
    public func applied(to files: [RuleSource]) -> [RuleSource] {
        let byFile = Dictionary(grouping: self, by: \.file)
        return files.map { source in
            guard let edits = byFile[source.path] else { return source }
            var scalars = Array(source.text.unicodeScalars)
            let starts = LineStarts(scalars)
            for edit in edits.sorted(by: { $0.start > $1.start }) {
                guard let first = starts.offset(edit.start), let last = starts.offset(edit.end), first <= last else { continue }
                scalars.replaceSubrange(first..<last, with: edit.replacement.unicodeScalars)
            }
            var text = String.UnicodeScalarView()
            text.append(contentsOf: scalars)
            return RuleSource(path: source.path, text: String(text))
        }
    }
}

/// Where the lines of a text begin, in Unicode scalars.
public struct LineStarts: Sendable {
    private let starts: [Int]
    private let count: Int

    public init(_ scalars: [Unicode.Scalar]) {
        var starts = [0]
        for (index, scalar) in scalars.enumerated() where scalar == "\n" { starts.append(index + 1) }
        self.starts = starts
        count = scalars.count
    }

    /// The offset of a place; `nil` when the text has no such place. The line behind the last one is the text's end.
    public func offset(_ place: TextEdit.Place) -> Int? {
        guard place.line >= 1, place.column >= 1 else { return nil }
        if place.line == starts.count + 1, place.column == 1 { return count }
        guard place.line <= starts.count else { return nil }
        let end = place.line < starts.count ? starts[place.line] - 1 : count
        let offset = starts[place.line - 1] + place.column - 1
        return offset <= end ? offset : nil
    }
}
