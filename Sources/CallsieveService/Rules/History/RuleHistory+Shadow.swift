// SPDX-License-Identifier: Apache-2.0
internal import CallModel
internal import Essentials
internal import Screening
internal import Store
internal import WebServer
public import WireFormats

extension RuleHistory {
    /// Differing decisions that are read for the groups of a report.
    static let differingMax = 20_000

    /// What the shadow of a set says otherwise than the live rules, by change; `version` is `null` where there is no shadow.
    /// - Parameter number: a version that was a shadow; `nil`: the one that is.
    public func shadow(of name: String, version number: Int? = nil) async throws -> JSON {
        let version = try await store.read { store -> RuleVersion? in
            guard let pointers = try store.rulePointers(of: name) else { throw try Self.unknown(name, in: store) }
            guard let number else { return try pointers.shadow.flatMap { try store.ruleVersion($0) } }
            guard let version = try store.ruleVersion(of: name, number: number) else { throw RuleActs.unknown(number, of: name) }
            return version
        }
        guard let version else { return ["set": .string(name), "version": .null, "compared": 0, "changed": 0, "changes": []] }
        let count = try await store.read { try $0.shadowCount(of: version.id) }
        let changes = try await differing(version.id)
        return [
            "set": .string(name), "version": version.json, "compared": JSON(count.compared), "changed": JSON(count.differing),
            "changes": .array(changes),
        ]
    }

    private func differing(_ version: RuleVersion.ID) async throws -> [JSON] {
        var decided: [DecidedCall] = []
        var said: [Verdict] = []
        var cursor: Cursor?
        repeat {
            let from = cursor
            let page = try await store.read { try $0.differingDecisions(of: version, from: from) }
            decided += page.items.map(\.decided)
            said += page.items.map(\.shadow)
            cursor = page.next
        } while cursor != nil && decided.count < Self.differingMax
        let difference = ReplayDifference(ReplayedVerdicts(recorded: decided.map(\.decision.verdict)), ReplayedVerdicts(recorded: said))
        return difference.changes.map { Self.change($0, decided) }
    }
}
