// SPDX-License-Identifier: Apache-2.0
internal import CallModel
public import Essentials
internal import RuleFiles
internal import Screening
internal import Store
internal import WebServer
public import WireFormats

/// `rules hits`: how often each rule decided, whether that grows or shrinks, and what its leads became.
extension RuleHistory {
    /// Parts that a period is cut into, to show a trend.
    static let trendParts = 12

    private struct Counter {
        var calls = 0
        /// In the period of the same length before.
        var before = 0
        var overridden = 0
        var trend = [Int](repeating: 0, count: RuleHistory.trendParts)
        var value = LeadValue()
    }

    private struct Key: Hashable {
        let moment: String
        let table: String
        let rule: String
    }

    /// - Parameters:
    ///   - from: the period is `[from, to)`; decisions before it, over the same length, are what it is compared with.
    public func hits(of name: String, from: Instant, to: Instant) async throws -> JSON {
        let length = max(1, (to - from).milliseconds)
        let live = try await liveSet(of: name)
        let renamed = Self.renames(live)
        var counters: [Key: Counter] = [:]
        var total = 0
        try await each(DecisionSpan(from: from - .milliseconds(length), to: to, ruleSet: name)) { call in
            let verdict = call.decision.verdict
            let table = verdict.table ?? ""
            let rule = renamed[table]?[verdict.rule ?? ""] ?? verdict.rule ?? ""
            let key = Key(moment: call.decision.input.moment.rawValue, table: table, rule: rule)
            let offset = (call.decision.input.at - from).milliseconds
            guard offset >= 0 else {
                counters[key, default: Counter()].before += 1
                return
            }
            total += 1
            counters[key, default: Counter()].calls += 1
            counters[key, default: Counter()].trend[min(Self.trendParts - 1, Int(offset * Int64(Self.trendParts) / length))] += 1
            if call.decision.overriddenBy != nil { counters[key, default: Counter()].overridden += 1 }
            counters[key, default: Counter()].value.add(call)
        }
        var items: [JSON] = []
        for key in Self.keys(of: live) { items.append(Self.row(key, counters.removeValue(forKey: key) ?? Counter(), isLive: true)) }
        for (key, counter) in counters.sorted(by: { $0.value.calls > $1.value.calls }) { items.append(Self.row(key, counter, isLive: false)) }
        return [
            "set": .string(name), "from": .string(from.rfc3339), "to": .string(to.rfc3339), "decisions": JSON(total), "items": .array(items),
        ]
    }

    private static func row(_ key: Key, _ counter: Counter, isLive: Bool) -> JSON {
        [
            "at": .string(key.moment), "table": .string(key.table), "rule": .string(key.rule), "live": .bool(isLive), "calls": JSON(counter.calls),
            "before": JSON(counter.before), "trend": .array(counter.trend.map { JSON($0) }), "overridden": JSON(counter.overridden),
            "became": counter.value.json,
        ]
    }

    /// Rules of the live set in the order in which they are asked, with the catch-all of each table.
    private static func keys(of set: RuleSet?) -> [Key] {
        guard let folder = set?.folder else { return [] }
        return Moment.allCases.flatMap { moment in
            (folder.chains[moment] ?? []).flatMap { index in
                let table = folder.tables[index]
                let names = table.rules.map(\.name) + (table.otherwise == nil ? [] : ["otherwise"])
                return names.map { Key(moment: moment.rawValue, table: table.name, rule: $0) }
            }
        }
    }

    /// By table: the name that a rule had before (`was:`) → the name it has now.
    private static func renames(_ set: RuleSet?) -> [String: [String: String]] {
        var result: [String: [String: String]] = [:]
        for table in set?.folder.tables ?? [] {
            for rule in table.rules { if let was = rule.was { result[table.name, default: [:]][was] = rule.name } }
        }
        return result
    }
}
