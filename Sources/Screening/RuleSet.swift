// SPDX-License-Identifier: Apache-2.0
public import CallModel
import Decisions
import Essentials
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

    /// What the files declare, for whoever shows or edits rules.
    public let folder: RuleFolder
    /// The files it was read from, but for those of more than a megabyte.
    public let files: [RuleSource]
    let isEveryFileKept: Bool
    let programs: [Moment: MomentProgram]
    let lookups: [ListLookup]
    let declarations: [DeclaredFact]
    let clock = ZoneClock()

    /// Reads a folder of rule files (RULES.md 4.2). Blocks on the disk.
    /// - Throws: everything that is wrong with it; nothing is loaded then. Wrong are also rules that can never win (E03) or
    ///   contradict each other (E04), examples that fail (E06) and promises that can be broken (E07).
    public static func load(folder: String) throws(SourceProblems) -> RuleSet {
        let files = try FolderFiles.read(folder)
        return try load(files: files, name: FolderFiles.name(of: folder))
    }

    /// The same from texts, without touching the disk.
    public static func load(files: [RuleSource], name: String) throws(SourceProblems) -> RuleSet {
        let set = try read(files: files, name: name)
        let errors = Analysis.errors(of: set)
        guard errors.isEmpty else { throw SourceProblems(errors.map(\.problem)) }
        return set
    }

    /// The same without looking at what rules do together: for an analysis, and for comparing a draft.
    /// - Throws: what can't be read (E01, E02, E05).
    public static func read(files: [RuleSource], name: String) throws(SourceProblems) -> RuleSet {
        let set = RuleSet(try RuleFolder.read(files, name: name), files)
        let problems = set.zoneProblems()
        guard problems.isEmpty else { throw SourceProblems(problems) }
        return set
    }

    /// Bytes of a file that is kept, at the most: lists of millions of numbers are not kept twice.
    private static let keptBytesMax = 1_000_000

    private init(_ folder: RuleFolder, _ files: [RuleSource]) {
        self.folder = folder
        self.files = files.filter { $0.text.utf8.count <= Self.keptBytesMax }
        isEveryFileKept = self.files.count == files.count
        name = folder.name
        zone = folder.zone ?? "UTC"
        hash = SetHash.hash(of: folder)
        listVersions = SetHash.listVersions(of: folder)
        questions = folder.facts.compactMap { Question($0) }
        declarations = folder.facts.map { DeclaredFact($0) }
        lookups = folder.lists.compactMap { ListLookup($0, in: folder) }
        programs = MomentProgram.all(of: folder, lookups: lookups)
        let outcomes = folder.tables.flatMap { $0.rules.map(\.outcome) + ($0.otherwise.map { [$0] } ?? []) }
        groups = Self.words(outcomes.map(\.group), in: folder) { $0.group }
        targets = Self.words(outcomes.map(\.to), in: folder) { $0.target }
    }

    private static func words(
        _ given: [OutcomeDeclaration.Word?], in folder: RuleFolder, _ declared: (DeclaredWord) -> String?
    ) -> Set<String> {
        Set(
            given.flatMap { word -> [String] in
                switch word {
                case .word(let text): [text]
                case .by(let fact): folder.facts[fact].words.compactMap(declared)
                case nil: []
                }
            })
    }

    private func zoneProblems() -> [SourceProblem] {
        guard !ZoneClock.exists(zone) else { return lookups.flatMap { $0.zoneProblems(folder) } }
        return [SourceProblem(file: name, code: "E01", message: "there is no time zone \"\(zone)\"", fix: "zone: Europe/Moscow, for example")]
    }

    /// Whether facts.yaml (or the service's own facts) knows this name.
    public func declares(_ fact: String) -> Bool { folder.factIndex(of: fact) != nil }

    /// The fact's label for people; the name itself when it is not declared.
    public func label(of fact: String, language: Language) -> String {
        folder.factIndex(of: fact).map { folder.facts[$0].label.text(language) } ?? fact
    }
}
