// SPDX-License-Identifier: Apache-2.0
public import CallModel
public import RuleFiles
public import StrictYAML

/// One folder of rules, loaded and checked: a pure function from facts to a verdict. Immutable; safe to use from any thread.
public final class RuleSet: Sendable {
    /// The folder's name.
    public let name: String
    /// Hex SHA-256 of the canonical form (RULES.md 4.11): comments, spacing and the language of operators do not change it.
    public let hash: String
    /// IANA name of the zone used when a line names none.
    public let zone: String
    /// A short hash of each list's content, by list name.
    public let listVersions: [String: String]
    /// Askable facts in the order of facts.yaml.
    public let questions: [Question]
    /// Every `group` that a rule can give.
    public let groups: Set<String>
    /// Every `to` that a rule can give.
    public let targets: Set<String>

    private init(name: String) {
        self.name = name
        hash = ""
        zone = "UTC"
        listVersions = [:]
        questions = []
        groups = []
        targets = []
    }

    /// Reads a folder of rule files (RULES.md 4.2).
    /// - Throws: everything that is wrong with it; nothing is loaded then.
    public static func load(folder: String) throws(SourceProblems) -> RuleSet {
        try load(files: [], name: folder)
    }

    /// The same from texts, without touching the disk.
    public static func load(files: [RuleSource], name: String) throws(SourceProblems) -> RuleSet {
        RuleSet(name: name)
    }

    /// What the rules say to these facts. Never throws; a moment without a table gets the service's default.
    /// - Parameter language: of `say`.
    public func decide(_ input: ScreeningInput, language: Language = .en) -> Verdict {
        var verdict = Verdict(then: input.moment == .ring ? .answer : .callback)
        if input.moment != .ring { verdict.reason = "MISSED" }
        return verdict
    }

    /// Why `decide` says what it says to these facts.
    public func explain(_ input: ScreeningInput, language: Language) -> Explanation {
        Explanation(sentence: "", because: [], near: [], counterfactual: nil)
    }

    /// Whether facts.yaml (or the service's own facts) knows this name.
    public func declares(_ fact: String) -> Bool { false }

    /// The fact's label for people; the name itself when it is not declared.
    public func label(of fact: String, language: Language) -> String { fact }

    /// A value of a fact in words ("300 000 RUB", "сайт").
    public func words(for value: FactInput, of fact: String, language: Language) -> String { "\(value)" }

    /// Reads an answer as a person types it.
    /// - Returns: the value to store and to decide on, or what is wrong with it in a sentence.
    public func validateAnswer(fact: String, text: String, language: Language = .en) -> Result<FactInput, AnswerProblem> {
        .failure(AnswerProblem(message: "\"\(fact)\" is no fact of \(name)"))
    }
}
