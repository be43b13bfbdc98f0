// SPDX-License-Identifier: Apache-2.0
import CallModel
import Foundation
import RuleFiles
import StrictYAML

/// Changes of a file's form: indents, lines, quotes, separators.
extension FixCandidates {
    /// For fixes that say what to do.
    var structural: [[TextEdit]] {
        if message.contains("a cell is one text") { return quotes(line) }
        let isMissing = ["is missing", "neither what it decides", "no moment", "has no otherwise", "has no rules", "has no name", "has no type"]
        if isMissing.contains(where: { message.contains($0) }) { return misspelledKeys + (fix.hasPrefix("otherwise:") ? missingOtherwise : []) }
        if message.contains("a tab is used") { return indented(line) + everyTab }
        if fix.contains("outputs: then:") { return addedOutput }
        if fix == "exchange from and until" { return exchanged }
        if fix.hasPrefix("give one of them another name") { return renamed }
        if fix.hasPrefix("leave it out") || fix.hasPrefix("leave the cell out") { return [[source.deletion(source.entry(at: line))]] }
        if fix.hasPrefix("otherwise:") { return missingOtherwise }
        if fix.hasPrefix("delete one of them") || fix.hasPrefix("delete a comma") || fix.hasPrefix("delete the line") || fix == "keep one of them" {
            return doubled
        }
        if message.contains("set apart by semicolons") { return [semicolons] }
        if message.contains("fields and the header") { return quotedFields }
        if message.contains("quote") { return quotes }
        if fix == "write it as plain tests, or as two rules" { return plainFEEL }
        return []
    }

    /// For files whose form can't be read, and lines at the wrong depth.
    var asWritten: [[TextEdit]] {
        let isForm =
            message.hasPrefix("not readable") || message.contains("block of") || message.contains("unknown key") || message.contains("is expected")
            || message.contains("names no") || fix.hasPrefix("a colon is missing") || fix.hasPrefix("every level") || message.contains("one text")
            || message.contains("there is no fact") || message.contains("says nothing") || message.contains("expects nothing")
            || message.contains("no rules")
        guard isForm, !source.isCSV else { return [] }
        let near = [line, line - 1, line + 1, line - 2].filter { $0 > 0 && $0 <= source.lines.count && !source.isBlank($0) }
        let open =
            message.hasPrefix("not readable") ? source.lines.indices.map { $0 + 1 }.filter { source.line($0).count { $0 == "\"" } % 2 == 1 } : []
        return open.flatMap(quotes) + near.flatMap(colons) + near.flatMap(quotes) + near.flatMap(indented) + shiftedBlocks
    }

    /// A key of the entry at the place that is nearly the one that is missing.
    private var misspelledKeys: [[TextEdit]] {
        let wanted = ["hits", "decides", "gives", "otherwise", "rules", "then", "at", "type", "rule", "table"].filter {
            fix.contains("\($0):") || message.contains($0)
        }
        return source.entry(at: line).flatMap { number -> [[TextEdit]] in
            let text = source.text(number)
            let start = source.indent(number) + (text.dropFirst(source.indent(number)).hasPrefix("- ") ? 2 : 0)
            guard let colon = source.line(number)[start...].firstIndex(of: ":") else { return [] }
            let key = SourceText.text(source.line(number)[start..<colon])
            return wanted.filter { $0 != key && nearest(to: key, among: [$0]) != nil }.map { [source.edit(number, start..<colon, $0)] }
        }
    }

    // MARK: - Depth

    /// The depth of a neighbour, or one level more or less.
    private func indented(_ number: Int) -> [[TextEdit]] {
        let own = source.indent(number)
        let above = stride(from: number - 1, to: 0, by: -1).first { !source.isBlank($0) && !source.isComment($0) }.map(source.indent) ?? 0
        let below =
            ((number + 1)..<max(number + 2, source.lines.count + 1)).first { !source.isBlank($0) && !source.isComment($0) }.map(source.indent) ?? 0
        let isUnderKey = number > 1 && source.text(number - 1).trimmingCharacters(in: .whitespaces).hasSuffix(":")
        let isItemAbove = number > 1 && source.text(number - 1).trimmingCharacters(in: .whitespaces).hasPrefix("- ")
        var depths =
            isUnderKey ? [above + 2, above, below] : isItemAbove ? [above + 2, above, below] : [above, below, above - 2, above + 2, above - 4]
        depths += [own + 1, own - 1, own + 2, own - 2]
        var seen: Set<Int> = []
        let hasTab = source.line(number).prefix(own).contains("\t")
        return depths.filter { $0 >= 0 && ($0 != own || hasTab) && seen.insert($0).inserted }.map { depth in
            [source.edit(number, 0..<own, String(repeating: " ", count: depth))]
        }
    }

    /// Every tab that indents becomes two spaces.
    private var everyTab: [[TextEdit]] {
        [2, 4, 8].map { width in
            source.lines.indices.compactMap { index in
                let own = source.indent(index + 1)
                let head = source.lines[index].prefix(own)
                guard head.contains("\t") else { return nil }
                let depth = head.reduce(0) { $0 + ($1 == "\t" ? width : 1) }
                return source.edit(index + 1, 0..<own, String(repeating: " ", count: depth))
            }
        }
    }

    /// The whole entry at the place one level deeper or higher.
    private var shiftedBlocks: [[TextEdit]] {
        guard line > 0, line <= source.lines.count else { return [] }
        let entry = source.entry(at: line)
        return [2, -2, 4, -4].compactMap { shift in
            guard source.indent(line) + shift >= 0 else { return nil }
            return entry.filter { !source.isBlank($0) }.map { number in
                source.edit(number, 0..<source.indent(number), String(repeating: " ", count: max(0, source.indent(number) + shift)))
            }
        }
    }

    // MARK: - Colons and quotes

    /// A colon behind each word of the line, from the first on, and at its end.
    private func colons(_ number: Int) -> [[TextEdit]] {
        let line = source.line(number)
        let end = source.end(number)
        var start = source.indent(number)
        if source.text(number).dropFirst(start).hasPrefix("- ") { start += 2 }
        guard start < end,
            !line[start..<end].contains(":") || line[start..<end].firstIndex(of: ":").map({ $0 + 1 < end && line[$0 + 1] != " " }) == true
        else { return [] }
        if let colon = line[start..<end].firstIndex(of: ":") { return [[source.edit(number, (colon + 1)..<(colon + 1), " ")]] }
        var candidates = (start..<end).filter { line[$0] == " " }.map { [source.edit(number, $0..<$0, ":")] }
        candidates += (start..<end).filter { "=;".unicodeScalars.contains(line[$0]) }.map { place in
            let from = line[start..<place].lastIndex { $0 != " " }.map { $0 + 1 } ?? place
            return [source.edit(number, from..<(place + 1), ":")]
        }
        candidates.append([source.edit(number, end..<end, ":")])
        return candidates.reversed()
    }

    /// Without quotes, with a closing one, or as a quoted text.
    private func quotes(_ number: Int) -> [[TextEdit]] {
        guard let value = source.value(number), !value.isEmpty else { return [] }
        let text = SourceText.text(source.line(number)[value])
        let bare = text.filter { $0 != "\"" && $0 != "'" && $0 != "«" && $0 != "»" && $0 != "“" && $0 != "”" }
        var candidates: [String] = bare == text ? [] : [bare.trimmingCharacters(in: .whitespaces)]
        if "[{".contains(text.first ?? " ") { candidates.append(text.filter { !"[]{}\"'".contains($0) }) }
        if bare == text { candidates.append("\"\(text)\"") }
        return candidates.map { [source.edit(number, value, $0)] }
    }

    private var quotes: [[TextEdit]] { source.isCSV ? closedQuote : quotes(line) }

    /// A quote of CSV that is never closed: closed in front of the next comma, at the end of its line, or taken away.
    private var closedQuote: [[TextEdit]] {
        let numbers = message.split { !$0.isNumber }.compactMap { Int($0) }
        let number = numbers.first ?? line
        let text = source.line(number)
        guard let open = text.firstIndex(of: "\"") else { return [] }
        let commas = text.indices.filter { $0 > open && text[$0] == "," }
        return [[source.edit(number, open..<(open + 1), "")]] + (commas + [source.end(number)]).map { [source.edit(number, $0..<$0, "\"")] }
    }

    private var plainFEEL: [[TextEdit]] {
        guard let value = source.value(line) else { return [] }
        let text = SourceText.text(source.line(line)[value]).filter { $0 != "'" && $0 != "\"" }
        let test = text.dropFirst(5).trimmingCharacters(in: .whitespaces)
        let words = [(">=", "at least"), ("<=", "at most"), (">", "over"), ("<", "under")]
        return words.filter { test.hasPrefix($0.0) }.prefix(1).map { symbol, word in
            [source.edit(line, value, "\(word) \(test.dropFirst(symbol.count).trimmingCharacters(in: .whitespaces))")]
        }
    }

    // MARK: - Lines and words

    /// Something that stands twice: the comma, the word with its comma, or the line goes.
    private var doubled: [[TextEdit]] {
        let text = source.line(line)
        var candidates: [[TextEdit]] = []
        if source.isCSV {
            if message.contains("column") { return [] }
            return [[source.deletion(line..<(line + 1))]]
        }
        for place in [column, column - 1, column + 1] where text.indices.contains(place) && text[place] == "," {
            candidates.append([source.edit(line, place..<(place + 1), "")])
        }
        if column > 0, column <= text.count, let comma = text[..<column].lastIndex(of: ",") {
            let end = text[column...].firstIndex(of: ",") ?? source.end(line)
            candidates.append([source.edit(line, comma..<end, "")])
        }
        // A key that stands twice: the later one with the same value goes.
        let name = message.split(separator: "\"").dropFirst().first.map(String.init) ?? ""
        let repeated = source.entry(at: line).filter { source.text($0).trimmingCharacters(in: .whitespaces).hasPrefix("\(name):") }
        let wider =
            repeated.count > 1
            ? Array(repeated)
            : (line...min(source.lines.count, line + 12)).filter { source.text($0).trimmingCharacters(in: .whitespaces).hasPrefix("\(name):") }
        if wider.count > 1, let last = wider.last { candidates.append([source.deletion(source.entry(at: last))]) }
        candidates.append([source.deletion(source.block(at: line))])
        return candidates
    }

    private var renamed: [[TextEdit]] {
        if source.isCSV {
            let end = source.line(line).firstIndex(of: ",") ?? source.end(line)
            return [[source.edit(line, end..<end, " 2")]]
        }
        return [[source.edit(line, source.end(line)..<source.end(line), " 2")]]
    }

    private var exchanged: [[TextEdit]] {
        guard let until = source.value(line) else { return [] }
        let above = (max(1, line - 3)...(line + 3)).first { source.text($0).trimmingCharacters(in: .whitespaces).hasPrefix("from:") }
        guard let above, let from = source.value(above) else { return [] }
        let (first, last) = (SourceText.text(source.line(above)[from]), SourceText.text(source.line(line)[until]))
        return [[source.edit(above, from, last), source.edit(line, until, first)]]
    }

    private var addedOutput: [[TextEdit]] {
        guard let word = message.split(separator: "\"").dropFirst(message.hasPrefix("rule \"") ? 3 : 1).first else { return [] }
        let above = (1..<line).reversed().first { source.text($0).trimmingCharacters(in: .whitespaces) == "outputs:" }
        guard let above, let value = source.value(above + 1) else { return [] }
        return [[source.edit(above + 1, value.upperBound..<value.upperBound, ", \(word)")]]
    }

    /// What the service itself would say.
    private var missingOtherwise: [[TextEdit]] {
        let entry = source.entry(at: line)
        let isRing = entry.contains { source.text($0).trimmingCharacters(in: .whitespaces) == "decides: ring" }
        let pad = String(repeating: " ", count: column)
        let said = isRing ? "\(pad)  then: answer" : "\(pad)  then: callback\n\(pad)  reason: MISSED"
        return [[source.insertion(before: entry.upperBound, "\(pad)otherwise:\n\(said)")]]
    }

    // MARK: - CSV

    private var semicolons: [TextEdit] {
        source.lines.indices.filter { source.lines[$0].contains(";") }.map { index in
            let text = source.text(index + 1)
            let fields = text.split(separator: ";", omittingEmptySubsequences: false).map {
                $0.contains(",") && !$0.hasPrefix("\"") ? "\"\($0)\"" : String($0)
            }
            return source.edit(index + 1, 0..<source.lines[index].count, fields.joined(separator: ","))
        }
    }

    /// Neighbouring fields that were meant to be one cell, in quotes.
    private var quotedFields: [[TextEdit]] {
        let numbers = message.split { !$0.isNumber }.compactMap { Int($0) }
        guard numbers.count >= 2, numbers[numbers.count - 2] > numbers[numbers.count - 1] else { return [] }
        let extra = numbers[numbers.count - 2] - numbers[numbers.count - 1]
        let fields = source.text(line).components(separatedBy: ",")
        guard fields.count > extra + 1 else { return [] }
        return (0..<(fields.count - extra)).map { start in
            let joined = "\"" + fields[start...(start + extra)].joined(separator: ",").trimmingCharacters(in: .whitespaces) + "\""
            let all = fields[..<start] + [joined] + fields[(start + extra + 1)...]
            return [source.edit(line, 0..<source.line(line).count, all.joined(separator: ","))]
        }
    }
}
