// SPDX-License-Identifier: Apache-2.0
import RuleFiles

/// A file as lines, for finding what an edit has to replace.
struct SourceText {
    let path: String
    let lines: [[Unicode.Scalar]]
    var isCSV: Bool { path.hasSuffix(".csv") }

    init(_ source: RuleSource) {
        path = source.path
        lines = Array(source.text.unicodeScalars).split(separator: "\n", omittingEmptySubsequences: false).map(Array.init)
    }

    func line(_ number: Int) -> [Unicode.Scalar] { lines.indices.contains(number - 1) ? lines[number - 1] : [] }
    func text(_ number: Int) -> String { Self.text(line(number)[...]) }

    static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return String(text)
    }

    /// Spaces (and tabs) that a line begins with.
    func indent(_ number: Int) -> Int { line(number).prefix { $0 == " " || $0 == "\t" }.count }
    func isBlank(_ number: Int) -> Bool { line(number).allSatisfy { $0 == " " || $0 == "\t" || $0 == "\r" } }
    func isComment(_ number: Int) -> Bool { line(number).first { $0 != " " } == "#" }

    /// The entry that begins in a line, with the lines that are set in deeper; comments between belong to what follows.
    func entry(at number: Int) -> Range<Int> {
        guard lines.indices.contains(number - 1) else { return number..<number }
        if isCSV { return number..<(number + 1) }
        let own = indent(number)
        let isItem = text(number).dropFirst(own).hasPrefix("- ")
        var end = number + 1
        var last = number
        while end <= lines.count {
            if isBlank(end) || isComment(end) {
                end += 1
                continue
            }
            let isDeeper = indent(end) > own || (!isItem && indent(end) == own && text(end).dropFirst(own).hasPrefix("- "))
            guard isDeeper else { break }
            last = end
            end += 1
        }
        return number..<(last + 1)
    }

    /// The same with the comments right above it.
    func block(at number: Int) -> Range<Int> {
        var range = entry(at: number)
        while range.lowerBound > 1, isComment(range.lowerBound - 1), indent(range.lowerBound - 1) == indent(number) {
            range = (range.lowerBound - 1)..<range.upperBound
        }
        return range
    }

    func lines(_ range: Range<Int>) -> String { range.map { text($0) + "\n" }.joined() }

    /// Where the value of `key: value` begins, and where the line's text ends, comment and spaces left out; columns from 0.
    func value(_ number: Int) -> Range<Int>? {
        let line = line(number)
        guard let colon = line.indices.first(where: { line[$0] == ":" && ($0 + 1 == line.count || line[$0 + 1] == " ") }) else { return nil }
        let start = line[(colon + 1)...].firstIndex { $0 != " " } ?? line.count
        return start..<max(start, end(number))
    }

    /// Behind the last scalar of a line that counts.
    func end(_ number: Int) -> Int {
        let line = line(number)
        var end = line.count
        if !isCSV, let comment = line.indices.first(where: { line[$0] == "#" && $0 > 0 && line[$0 - 1] == " " }) { end = comment }
        while end > 0, line[end - 1] == " " || line[end - 1] == "\r" { end -= 1 }
        return end
    }

    func edit(_ number: Int, _ columns: Range<Int>, _ replacement: String) -> TextEdit {
        TextEdit(
            file: path, start: .init(line: number, column: columns.lowerBound + 1), end: .init(line: number, column: columns.upperBound + 1),
            replacement: replacement)
    }

    func deletion(_ lines: Range<Int>) -> TextEdit { TextEdit(file: path, lines: lines, replacement: "") }

    /// A new line in front of another one.
    func insertion(before number: Int, _ text: String) -> TextEdit {
        // A file whose last line has no end needs one first.
        let isBehind = number > lines.count
        let needsEnd = isBehind && lines.last?.isEmpty == false
        let place = isBehind ? TextEdit.Place(line: lines.count, column: (lines.last?.count ?? 0) + 1) : TextEdit.Place(line: number, column: 1)
        return TextEdit(file: path, start: place, end: place, replacement: (needsEnd ? "\n" : "") + text + "\n")
    }
}
