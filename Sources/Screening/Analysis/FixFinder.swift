// SPDX-License-Identifier: Apache-2.0
import RuleFiles
import StrictYAML

/// Turns what a finding proposes into a change of files that a click can apply.
///
/// Several places and spans are tried, the smallest first; a change is offered only when the files with it are read and
/// judged again and the mistake is gone, with no new one in its place.
struct FixFinder {
    let files: [RuleSource]
    let name: String
    /// All files are at hand, so that a change can be tried.
    let isComplete: Bool

    /// Findings for which a change is looked for, at the most.
    private static let triedMax = 60
    private static let candidatesMax = 60
    /// Folders larger than this are not read again for each try.
    private static let bytesMax = 2_000_000

    func fixed(_ findings: [Finding]) -> [Finding] {
        guard isComplete, !findings.isEmpty, files.reduce(0, { $0 + $1.text.utf8.count }) <= Self.bytesMax else { return findings }
        let sources = Dictionary(files.map { ($0.path, SourceText($0)) }) { first, _ in first }
        let before = judged(files)
        var left = Self.triedMax
        return findings.map { finding in
            guard let source = sources[finding.place.file], finding.code != "I01", left > 0 else { return finding }
            left -= 1
            let candidates = FixCandidates(finding: finding, source: source, sources: sources)
            let exact = candidates.exact.first { isRight($0, for: finding, before, isStepEnough: true) }
            guard let edits = exact ?? candidates.all.prefix(Self.candidatesMax).first(where: { isRight($0, for: finding, before) }) else {
                return finding
            }
            var fixed = finding
            fixed.fix = Finding.Fix(text: finding.fix?.text ?? finding.text, edits: edits)
            return fixed
        }
    }

    /// What is wrong with files: what can't be read, else what the rules do wrong together.
    private func judged(_ files: [RuleSource]) -> [SourceProblem] {
        do throws(SourceProblems) {
            return Analysis.errors(of: try RuleSet.read(files: files, name: name)).map(\.problem)
        } catch {
            return error.problems
        }
    }

    /// - Parameter isStepEnough: a mistake that is left may stand behind this one in the same line.
    private func isRight(_ edits: [TextEdit], for finding: Finding, _ before: [SourceProblem], isStepEnough: Bool = false) -> Bool {
        let changed = edits.applied(to: files)
        guard changed != files else { return false }
        let after = judged(changed)
        guard finding.severity == .error else { return after.count <= before.count }
        if after.isEmpty { return true }
        let problem = finding.problem
        if after.contains(where: { $0.message == problem.message }) { return false }
        if after.count < before.count { return true }
        let here = after.filter { $0.file == problem.file && $0.line == problem.line }
        if isStepEnough, after.count <= before.count, here.allSatisfy({ $0.column > problem.column }) { return true }
        // What rules do together is only judged once everything can be read; and once a file can be read, mistakes show that
        // were hidden: they may be more, but not where something was changed.
        let isReader: (SourceProblem) -> Bool = { $0.code == "E01" || $0.code == "E02" || $0.code == "E05" }
        if before.allSatisfy(isReader), after.allSatisfy({ $0.code != "E01" }) { return true }
        let lines = Set(edits.flatMap { [$0.start.line, $0.end.line] } + [problem.line])
        return before.count == 1 && problem.message.hasPrefix("not readable")
            && !after.contains { $0.file == problem.file && lines.contains($0.line) }
            && !after.contains { $0.message.hasPrefix("not readable") }
    }
}
