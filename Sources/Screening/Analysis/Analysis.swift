// SPDX-License-Identifier: Apache-2.0
public import CallModel
import Decisions
public import RuleFiles
import StrictYAML

/// What can be said of a rule folder without waiting for calls (RULES.md 4.10, 4.12): mistakes, rules that can never win,
/// contradictions, broken promises, gaps, and what a change changes. Pure; the same every time.
public enum Analysis {
    /// What an analysis may know besides the folder.
    public struct Context: Sendable {
        /// The version that is live, to compare with (I01).
        public var live: RuleSet?
        /// Calls of the last 90 days or so, as they were asked: for what rules did to them (W02, W04, W05, I01).
        public var history: [ScreeningInput]
        /// Days since 1970-01-01, for entries of lists that have ended (W07); `nil`: none counts as ended.
        public var today: Int64?

        public init(live: RuleSet? = nil, history: [ScreeningInput] = [], today: Int64? = nil) {
            (self.live, self.history, self.today) = (live, history, today)
        }
    }

    /// All findings on a folder that could be read, errors first, then in the order of the files.
    public static func run(_ set: RuleSet, _ context: Context = Context()) -> [Finding] {
        let pass = AnalysisPass(set)
        let errors = pass.errors()
        var findings = errors + pass.warnings(context)
        if let live = context.live { findings += ChangeFindings(live: live, draft: set).findings(context.history) }
        return FixFinder(files: set.files, name: set.name, isComplete: set.isEveryFileKept).fixed(sorted(findings))
    }

    /// The same for texts as they are being edited: what can't be read (E01, E02, E05) is told with a fix, too.
    public static func run(files: [RuleSource], name: String, _ context: Context = Context()) -> [Finding] {
        do throws(SourceProblems) {
            return run(try RuleSet.read(files: files, name: name), context)
        } catch {
            let finder = FixFinder(files: files, name: name, isComplete: true)
            return finder.fixed(error.problems.map { Finding(reading: $0) })
        }
    }

    /// Findings that keep a folder from going live.
    static func errors(of set: RuleSet) -> [Finding] { AnalysisPass(set).errors().filter { $0.severity == .error } }

    private static func sorted(_ findings: [Finding]) -> [Finding] {
        func key(_ finding: Finding) -> (Int, String, Int, Int) {
            let rank = finding.severity == .error ? 0 : finding.severity == .warning ? 1 : 2
            return (rank, finding.place.file, finding.place.line, finding.place.column)
        }
        return findings.enumerated().sorted { left, right in
            let (a, b) = (key(left.element), key(right.element))
            return a == b ? left.offset < right.offset : a < b
        }.map(\.element)
    }
}

extension Finding {
    /// What a reader could not read.
    init(reading problem: SourceProblem) {
        let code = problem.code ?? "E01"
        self.init(
            code: code, severity: .error, place: SourcePlace(file: problem.file, line: problem.line, column: problem.column),
            text: Translation.wording(problem.message), fix: problem.fix.map { Fix(text: Translation.wording(fix: $0)) })
    }
}

/// One look at a folder; the walks over its tables are made once and shared by all checks.
struct AnalysisPass {
    let set: RuleSet
    let moments: [MomentAnalysis]
    var folder: RuleFolder { self.set.folder }

    /// The tables of a moment with what the walk over them found.
    struct MomentAnalysis {
        let moment: Moment
        let tables: MomentProgram
        /// `nil`: too large to look at all calls.
        let survey: Survey?
        /// Not all texts, tags or lists were tried.
        var certainty: Finding.Certainty { survey != nil && tables.program.isEveryCaseTried ? .proved : .searched }
    }

    init(_ set: RuleSet) {
        self.set = set
        moments = Moment.allCases.compactMap { moment in
            set.programs[moment].map { MomentAnalysis(moment: moment, tables: $0, survey: $0.program.survey()) }
        }
    }

    /// E02 to E04, E06, E07.
    func errors() -> [Finding] {
        let cells = CellFindings(folder: folder).findings()
        // A rule with a cell that nothing meets can never win either; that is said once.
        let empty = Set(cells.compactMap(\.rule))
        let never = moments.flatMap { ReachFindings(folder: folder).findings($0) } + ReachFindings(folder: folder).findingsOfGivingTables()
        return cells + never.filter { $0.rule.map(empty.contains) != true }
            + folder.tables.indices.flatMap { ConflictFindings(folder: folder).findings(table: $0) }
            + PromiseCheck(folder: folder).findings(set.programs) + set.failingExamples()
    }

    /// W01 to W07.
    func warnings(_ context: Analysis.Context) -> [Finding] {
        moments.flatMap { GapFindings(folder: folder).findings($0) }
            + moments.flatMap { OrderFindings(set: set).findings($0, context.history) }
            + moments.flatMap { UselessFindings(folder: folder).findings($0) }
            + HistoryFindings(set: set).findings(context.history)
            + SpellingFindings(set: set).findings()
            + ListFindings(folder: folder).findings(today: context.today)
    }
}
