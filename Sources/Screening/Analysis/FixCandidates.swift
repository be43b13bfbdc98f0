// SPDX-License-Identifier: Apache-2.0
import CallModel
import Foundation
import RuleFiles

/// Changes that might be what a finding's fix means, the most likely first.
struct FixCandidates {
    let finding: Finding
    let source: SourceText
    let sources: [String: SourceText]

    var line: Int { finding.place.line }
    /// From 0.
    var column: Int { max(0, finding.place.column - 1) }
    var message: String { finding.text.text(.en) }
    var fix: String { finding.fix?.text.text(.en) ?? "" }

    var all: [[TextEdit]] {
        switch finding.code {
        case "E01", "E02", "E05", "W06": structural + literal + asWritten
        case "E03": isAboutOtherwise ? [[source.deletion(source.entry(at: entryLine("otherwise")))]] : moveOrDelete
        case "E04": [hitsFirst].compactMap { $0 }
        case "E06": expected
        case "W03": useless
        case "W07": [[source.deletion(line..<(line + 1))]]
        default: []
        }
    }

    // MARK: - The text that would be right stands in the fix

    private static let instructions = [
        "such as ", "one of: ", "write ", "use ", "create ", "delete ", "move ", "leave ", "give ", "put ", "close ", "choose ", "add ", "declare ",
        "begin ", "known here", "it takes", "a day", "a time", "ask another", "change ", "narrow ", "units are", "exchange", "keep one",
        "set the lines",
        "a colon is missing", "every level", "digits after", "fill its", "first, only one", "split ", "save ", "widen ", "otherwise:",
        "a number from",
    ]

    /// `nil` when the fix is something to do rather than a text.
    var replacement: String? {
        if fix.hasPrefix("did you mean \""), let end = fix.lastIndex(of: "\"") { return String(fix[fix.index(fix.startIndex, offsetBy: 14)..<end]) }
        return fix.isEmpty || fix.contains(" | ") || Self.instructions.contains { fix.hasPrefix($0) } ? nil : fix
    }

    /// The text that the message quotes, replaced by what would be right; and with what follows it, where the fix has that, too.
    var exact: [[TextEdit]] {
        guard ["E01", "E02", "W06"].contains(finding.code), let text = replacement, line > 0, !text.contains(": ") else { return [] }
        return quotedSpans.map { span in
            let end = source.end(line)
            let rest = span.upperBound < end ? SourceText.text(source.line(line)[span.upperBound..<end]).trimmingCharacters(in: .whitespaces) : ""
            return [source.edit(line, !rest.isEmpty && text.hasSuffix(rest) ? span.lowerBound..<end : span, text)]
        }
    }

    private var literal: [[TextEdit]] {
        guard let text = replacement, line > 0 else { return [] }
        var spans: [Range<Int>] = quotedSpans
        if column < source.line(line).count { spans += tokens }
        if let value = source.value(line) { spans.append(value) }
        let indent = source.indent(line)
        let start = source.text(line).dropFirst(indent).hasPrefix("- ") ? indent + 2 : indent
        if text.contains(":") { spans.insert(start..<source.end(line), at: 0) }
        var candidates = spans.filter { $0.lowerBound <= $0.upperBound }.map { [source.edit(line, $0, text)] }
        candidates =
            message.contains("YAML list") || message.contains("a list is not needed") ? wholeBlock(text) + candidates : candidates + wholeBlock(text)
        if text.contains(":") { candidates += missingLine(text) }
        return candidates
    }

    /// What the message quotes, where it stands at the place.
    private var quotedSpans: [Range<Int>] {
        let line = source.line(line)
        guard column <= line.count else { return [] }
        let rest = line[min(column, line.count)...]
        return message.split(separator: "\"", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }.compactMap { _, quoted in
            let scalars = Array(quoted.unicodeScalars)
            return !scalars.isEmpty && rest.starts(with: scalars) ? column..<(column + scalars.count) : nil
        }
    }

    /// One word from the place on, two, three …, up to a comma, and to the end.
    private var tokens: [Range<Int>] {
        let line = source.line(line)
        let end = source.end(self.line)
        guard column < end else { return [] }
        var spans: [Range<Int>] = []
        for place in column..<end where place > column {
            let isEnd =
                line[place] == " " || line[place] == "," || line[place] == "\"" || line[place] == "'"
                || (line[place] == ":" && !line[place - 1].isNumber)
            if isEnd { spans.append(column..<place) }
        }
        spans.append(column..<end)
        // The place lies behind a quote: the quotes go, too.
        if column > 0, line[column - 1] == "\"" || line[column - 1] == "'", let close = line[column...].lastIndex(of: line[column - 1]) {
            spans.append((column - 1)..<(close + 1))
        }
        return spans
    }

    /// A value that was written over several lines becomes one.
    private func wholeBlock(_ text: String) -> [[TextEdit]] {
        for number in [line, line - 1] where number > 0 {
            let entry = source.entry(at: number)
            guard entry.count > 1, let value = source.value(number), value.isEmpty || number == line else { continue }
            let key = SourceText.text(source.line(number)[..<min(value.lowerBound, source.line(number).count)]).trimmingCharacters(in: .newlines)
            let head = key.hasSuffix(" ") ? key : key + " "
            return [[TextEdit(file: source.path, lines: entry, replacement: head + text + "\n")]]
        }
        return []
    }

    /// A key that is missing: below the place, as deep as it; or as the first line of the file.
    private func missingLine(_ text: String) -> [[TextEdit]] {
        guard message.contains("missing") || message.contains("has no") || message.contains("needs") || message.contains("names no") else {
            return []
        }
        if line <= 1 { return [[source.insertion(before: 1, text)]] }
        let pad = String(repeating: " ", count: column)
        let indent = String(repeating: " ", count: source.indent(line))
        return [[source.insertion(before: line + 1, pad + text)], [source.insertion(before: line + 1, indent + text)]]
    }
}

extension Unicode.Scalar {
    fileprivate var isNumber: Bool { ("0"..."9").contains(self) }
}
