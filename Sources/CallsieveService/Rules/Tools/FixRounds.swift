// SPDX-License-Identifier: Apache-2.0
internal import CallModel
public import RuleFiles
public import Screening

/// `rules lint --fix`: applies the fixes that a machine can apply, one at a time, until none is left. Comments and everything around a
/// fix stay as they are.
public struct FixRounds: Sendable {
    public private(set) var files: [RuleSource]
    /// What was fixed, in that order.
    public private(set) var fixed: [Finding] = []
    /// What is left.
    public private(set) var findings: [Finding] = []

    /// Fixes of one run at the most; each needs the whole folder to be looked at again.
    public static let roundsMax = 200

    /// - Parameter warnings: applies fixes of warnings too; else of errors alone.
    public init(_ files: [RuleSource], name: String, warnings: Bool, context: Analysis.Context = Analysis.Context()) {
        self.files = files
        findings = Analysis.run(files: files, name: name, context)
        var tried: Set<[TextEdit]> = []
        while fixed.count < Self.roundsMax {
            guard
                let next = findings.first(where: { finding in
                    guard let edits = finding.fix?.edits, !edits.isEmpty, !tried.contains(edits) else { return false }
                    return finding.severity == .error || (warnings && finding.severity == .warning)
                }), let edits = next.fix?.edits
            else { return }
            tried.insert(edits)
            let mended = edits.applied(to: self.files)
            let after = Analysis.run(files: mended, name: name, context)
            // A fix that makes more mistakes than it mends is none.
            guard mended != self.files, Self.errors(after) <= Self.errors(findings) else { continue }
            (self.files, findings) = (mended, after)
            fixed.append(next)
            tried = []
        }
    }

    private static func errors(_ findings: [Finding]) -> Int { findings.count { $0.severity == .error } }
}
