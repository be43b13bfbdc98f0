// SPDX-License-Identifier: Apache-2.0
import StrictYAML

/// What a person probably meant where a file is no YAML at all.
enum YAMLDiagnosis {
    /// - Returns: the mistakes that can be told from single lines, or the reader's own problem when there are none.
    static func problems(_ text: String, _ original: SourceProblem) -> [SourceProblem] {
        var found: [SourceProblem] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if let (column, mistake) = mistake(in: String(line)) {
                found.append(
                    SourceProblem(file: original.file, line: index + 1, column: column, code: "E01", message: mistake.message, fix: mistake.fix))
            }
        }
        if !found.isEmpty { return found }
        var problem = original
        problem.code = "E01"
        if problem.fix == nil { problem.fix = hint(original, text) }
        return [problem]
    }

    private static func mistake(in line: String) -> (column: Int, mistake: Mistake)? {
        guard let match = line.firstMatch(of: #/^(\s*(?:- )?)([^:#"']+?):(\s*)(.*)$/#) else { return nil }
        let value = String(match.4).trimmed
        let column = line[..<match.4.startIndex].unicodeScalars.count + 1
        let isSeparated = !match.3.isEmpty || value.isEmpty
        if value.isEmpty { return nil }
        if !isSeparated {
            if let first = value.first, first == "/" || (first.isNumber && match.2.last?.isNumber == true) { return nil }
            return (column, Mistake("a space is missing behind the colon", fix: "\(match.2): \(value)"))
        }
        for symbol in ["!=", "<>"] where value.hasPrefix(symbol) {
            return (column, Mistake("\"\(symbol)\" is no test", fix: "not \(value.dropFirst(2).drop { $0 == " " })"))
        }
        if let leading = Operator.leading(value), value.first?.isLetter == false, !leading.rest.isEmpty {
            return (column, Mistake("a symbol needs quotes in YAML; write words", fix: "\(leading.operator.english) \(leading.rest)"))
        }
        if value == "-" || value.hasPrefix("- ") {
            return (column, Mistake("a dash has another meaning in YAML", fix: value == "-" ? "any" : String(value.dropFirst(2))))
        }
        if value.hasPrefix("\""), value.contains(#/",/#) || value.contains(#/" (to|\.\.) /#) {
            return (column, Mistake("values are not quoted", fix: value.replacing("\"", with: "")))
        }
        if let first = value.first, "*&!%@`".contains(first) {
            return (column, Mistake("\"\(first)\" has another meaning in YAML", fix: "\"\(value.replacing("\"", with: ""))\""))
        }
        if value.contains(": ") { return (column, Mistake("a second colon in one line", fix: "\"\(value)\"")) }
        return nil
    }

    private static func hint(_ problem: SourceProblem, _ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for number in [problem.line, problem.line - 1] where lines.indices.contains(number - 1) {
            let line = lines[number - 1].trimmingPrefix { $0 == " " || $0 == "-" }
            if !line.isEmpty, !line.contains(":"), !line.hasPrefix("#") { return "a colon is missing: \(line):" }
        }
        return "every level is set in by two spaces, and a key ends with a colon and a space"
    }
}
