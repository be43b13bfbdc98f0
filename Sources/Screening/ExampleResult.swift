// SPDX-License-Identifier: Apache-2.0
public import CallModel
public import RuleFiles

/// What became of one example.
public struct ExampleResult: Sendable {
    public let example: ExampleDeclaration
    /// What the rules say to it.
    public let verdict: Verdict
    /// Where that is not what it expects (E06); empty: it passes.
    public let findings: [Finding]

    public var passes: Bool { findings.isEmpty }
}

extension RuleSet {
    /// Runs every example, in the order of the files.
    public func testExamples() -> [ExampleResult] {
        folder.examples.map { ExampleResult(example: $0, verdict: decide($0), findings: failures(of: $0)) }
    }
}
