// SPDX-License-Identifier: Apache-2.0
internal import CallModel
public import Essentials
public import RuleFiles
internal import Screening
internal import Store
internal import WebServer
public import WireFormats

extension RuleHistory {
    /// Calls that a lint looks at, the newest ones.
    static let lintedMax = 20_000

    /// Findings on a draft with what the store knows: the live version, and what was asked in a period.
    public func lint(_ files: [RuleSource], of name: String, from: Instant, to: Instant) async throws -> JSON {
        let live = try await liveSet(of: name)
        var inputs: [ScreeningInput] = []
        try await each(DecisionSpan(from: from, to: to, ruleSet: name)) { call in
            if !call.decision.erased { inputs.append(call.decision.input) }
        }
        let context = Analysis.Context(live: live, history: Array(inputs.suffix(Self.lintedMax)), today: to.unixSeconds / 86_400)
        return RuleReports.findings(Analysis.run(files: files, name: name, context), set: name)
    }

    /// The live version of a set; `nil` when its texts can't be read.
    func liveSet(of name: String) async throws -> RuleSet? {
        try await store.read { [texts] store -> RuleSet? in
            guard let pointers = try store.rulePointers(of: name) else { throw try Self.unknown(name, in: store) }
            return try pointers.live.flatMap { try store.ruleVersion($0) }.flatMap { try texts.set(of: $0, in: store) }
        }
    }
}
