// SPDX-License-Identifier: Apache-2.0
public import CallModel
public import RuleFiles
public import StrictYAML

/// One thing that an analysis has to say about a rule folder (RULES.md 4.10).
public struct Finding: Hashable, Sendable {
    public enum Severity: String, Hashable, Sendable, Codable {
        /// Keeps the rules from going live.
        case error
        case warning
        case information
    }

    /// How far a finding holds.
    public enum Certainty: String, Hashable, Sendable, Codable {
        /// All calls were looked at.
        case proved
        /// There were too many calls to look at all of them: what is said is right, but there may be more.
        case searched
    }

    /// What would be right, in words and as a change of files that was tried: the same rules with it have this mistake no more.
    public struct Fix: Hashable, Sendable {
        public let text: Wording
        /// Empty where only a person can know what was meant.
        public let edits: [TextEdit]

        public init(text: Wording, edits: [TextEdit] = []) {
            self.text = text
            self.edits = edits
        }
    }

    /// E01 … E07, W01 … W07, I01.
    public let code: String
    public let severity: Severity
    public let place: SourcePlace
    /// The rule, promise or example it is about.
    public var rule: String?
    public var table: String?
    /// What was found, in a sentence.
    public let text: Wording
    public var fix: Fix?
    /// `nil` where there is nothing to look through.
    public var certainty: Certainty?
    /// A call that shows it: texts of cells by fact; empty where none is needed.
    public var call: [String: String] = [:]
    /// How many of the calls that were given as history it touches; `nil`: no history, or it does not say.
    public var calls: Int?

    public init(code: String, severity: Severity, place: SourcePlace, text: Wording, fix: Fix? = nil) {
        self.code = code
        self.severity = severity
        self.place = place
        self.text = text
        self.fix = fix
    }

    /// The same as the loader reports it, in English.
    public var problem: SourceProblem {
        SourceProblem(
            file: place.file, line: place.line, column: place.column, code: code, message: text.text(.en), fix: fix?.text.text(.en))
    }
}

extension Finding {
    /// `agency.yaml:14:9: E03 rule "late" can never win (proved) — move it above "all"`
    public func line(_ language: Language) -> String {
        let where_ = place.line == 0 ? place.file : "\(place.file):\(place.line):\(max(1, place.column))"
        return "\(where_): \(code) \(text.text(language))" + (fix.map { " — \($0.text.text(language))" } ?? "")
    }
}
