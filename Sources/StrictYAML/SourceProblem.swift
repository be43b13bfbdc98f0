// SPDX-License-Identifier: Apache-2.0

/// A mistake in a file that a person wrote: where it is, what was found, what would be right.
///
/// One type for configuration, dialects, recipes and rule files, so that every command prints them alike.
public struct SourceProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file as the person knows it (relative to the folder that was loaded).
    public var file: String
    /// From 1; 0 when the whole file is meant.
    public var line: Int
    /// From 1, counted in Unicode scalars; 0 when the whole line is meant.
    public var column: Int
    /// Stable id of the kind of mistake ("E01"), where there is one.
    public var code: String?
    /// What is wrong, in a sentence without the position.
    public var message: String
    /// What would be right, as an instruction or the text to put there.
    public var fix: String?

    public init(file: String, line: Int = 0, column: Int = 0, code: String? = nil, message: String, fix: String? = nil) {
        self.file = file
        self.line = line
        self.column = column
        self.code = code
        self.message = message
        self.fix = fix
    }

    /// `rules/agency.yaml:14:9: E01 unknown fact "budjet" — did you mean "budget"?`
    public var description: String {
        let place = line == 0 ? file : column == 0 ? "\(file):\(line)" : "\(file):\(line):\(column)"
        return "\(place): " + (code.map { "\($0) " } ?? "") + message + (fix.map { " — \($0)" } ?? "")
    }
}

/// All that is wrong with one load, in the order of the files.
public struct SourceProblems: Error, Sendable, CustomStringConvertible {
    public var problems: [SourceProblem]
    public init(_ problems: [SourceProblem]) { self.problems = problems }
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}
