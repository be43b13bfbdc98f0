// SPDX-License-Identifier: Apache-2.0
public import CallModel
import Decisions
import RuleFiles

/// An example that a set does not have yet: a call, and the decision that it gets now (RULES.md 4.8).
public struct ProposedExample: Sendable, Hashable {
    /// A fact or an output with its text.
    public struct Stated: Sendable, Hashable {
        public let name: String
        public let text: String
    }

    public let name: String
    public let moment: Moment
    public let table: String
    /// The rule that it is proposed for; a call just beyond a bound of it is decided by another.
    public let rule: String
    public let closed: Bool
    /// In the order of facts.yaml.
    public let facts: [Stated]
    public let expect: [Stated]

    /// A block of `examples:`.
    public var yaml: String {
        var lines = ["  - example: \(Self.quoted(name))", "    at: \(moment.rawValue)"]
        if closed { lines.append("    closed: yes") }
        if !facts.isEmpty { lines.append("    facts:") }
        lines += facts.map { "      \($0.name): \(Self.quoted($0.text))" }
        lines.append("    expect:")
        lines += expect.map { "      \($0.name): \(Self.quoted($0.text))" }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func quoted(_ text: String) -> String {
        let isPlain = text.first.map { $0.isLetter || $0.isNumber || $0 == "+" } ?? false
        guard !isPlain || text.contains(": ") || text.contains(" #") || text.hasSuffix(":") else { return text }
        return "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}

extension RuleSet {
    /// Proposes an example for each rule that no example hits, and one just beyond each bound of its cells. Every proposal is decided
    /// here, so that it passes as it stands; a person judges whether that decision is wanted.
    /// - Parameter all: for the rules, too, that an example hits.
    /// - Returns: in the order of the moments and tables; and the rules for which no call could be made up.
    public func missingExamples(all: Bool = false) -> (examples: [ProposedExample], without: [String]) {
        var proposer = ExampleProposer(set: self)
        for moment in Moment.allCases { if let tables = programs[moment] { proposer.propose(moment, tables, all: all) } }
        return (proposer.examples, proposer.without)
    }
}

/// Makes up calls from what the analysis finds.
private struct ExampleProposer {
    let set: RuleSet
    private(set) var examples: [ProposedExample] = []
    private(set) var without: [String] = []
    private var names: Set<String>
    private let hit: Set<[String]>
    /// Steps of the search for one rule's call.
    private static let budget = 200_000

    init(set: RuleSet) {
        self.set = set
        names = Set(set.folder.examples.map { folded($0.name) })
        let verdicts = set.folder.examples.map { set.decide($0) }
        hit = Set(verdicts.compactMap { verdict in verdict.table.flatMap { table in verdict.rule.map { [table, $0] } } })
    }

    mutating func propose(_ moment: Moment, _ tables: MomentProgram, all: Bool) {
        for place in tables.chainPlaces {
            let table = set.folder.tables[tables.tables[place]]
            for (index, rule) in table.rules.enumerated() where all || !hit.contains([table.name, rule.name]) {
                guard case .found(let call, _) = tables.program.findCall(hitting: index, of: place, budget: Self.budget),
                    let facts = texts(call), let example = self.example("hits \(rule.name)", moment, table, rule, facts), example.decidedBy(rule)
                else {
                    without.append(rule.name)
                    continue
                }
                add(example)
                for beyond in bounds(of: rule) {
                    var moved = facts
                    moved[beyond.fact] = beyond.text
                    let name = "just beyond \(rule.name): \(set.folder.facts[beyond.fact].name) \(beyond.text)"
                    if let example = self.example(name, moment, table, rule, moved), !example.decidedBy(rule) { add(example) }
                }
            }
        }
    }

    private mutating func add(_ example: ProposedExample) {
        if names.insert(folded(example.name)).inserted { examples.append(example) }
    }

    /// The texts of a call; `nil` when one can't be written.
    private func texts(_ call: [Int: Sample]) -> [Int: String]? {
        var texts: [Int: String] = [:]
        for (fact, sample) in call where fact < set.folder.facts.count {
            switch sample {
            case .unknown: continue
            case .declined: texts[fact] = "declined"
            case .text(let text, let listed): texts[fact] = entry(listed) ?? text
            case .tags(let bits): texts[fact] = written(Int64(bitPattern: bits), fact)
            case .values(let values, let listed):
                if let entry = entry(listed) {
                    texts[fact] = entry
                } else {
                    guard let value = typical(values, fact) else { return nil }
                    texts[fact] = written(value, fact)
                }
            }
        }
        return texts
    }

    /// An entry of the first list that the call's value must be in.
    private func entry(_ listed: [Int: Bool]) -> String? {
        guard let index = listed.filter(\.value).keys.min(), set.folder.lists.indices.contains(index) else { return nil }
        return set.folder.lists[index].rows.first { $0.until == .max }?.key
    }

    /// A value that a person would name.
    private func typical(_ values: IntervalSet, _ fact: Int) -> Int64? {
        guard let range = values.ranges.first else { return nil }
        if set.folder.facts[fact].type == .phone {
            return values.nearest(to: (try? ValueReader(fact: set.folder.facts[fact]).read("+7 900 000-00-00")) ?? 0)
        }
        return range.lowerBound == 0 && range.upperBound < .max && set.folder.facts[fact].type.hasOrder ? range.upperBound : range.lowerBound
    }

    private func written(_ value: Int64, _ fact: Int) -> String {
        var declaration = set.folder.facts[fact]
        declaration.unit = nil
        return CellWording(fact: declaration, language: .en).value(value)
    }

    /// Values just outside of a rule's cells.
    private func bounds(of rule: RuleDeclaration) -> [(fact: Int, text: String)] {
        rule.cells.flatMap { cell -> [(fact: Int, text: String)] in
            let fact = set.folder.facts[cell.fact]
            guard fact.type.hasOrder, case .values(let values) = cell.cell, case .scale(let domain) = fact.domain else { return [] }
            let ends = values.ranges.flatMap {
                [$0.lowerBound > domain.lowerBound ? $0.lowerBound - 1 : nil, $0.upperBound < domain.upperBound ? $0.upperBound + 1 : nil]
            }
            return ends.compactMap { $0 }.filter { !values.contains($0) }.map { (cell.fact, written($0, cell.fact)) }
        }
    }

    private func example(
        _ name: String, _ moment: Moment, _ table: TableDeclaration, _ rule: RuleDeclaration, _ facts: [Int: String]
    ) -> ProposedExample? {
        var stated: [String: FactInput] = [:]
        for (fact, text) in facts { stated[set.folder.facts[fact].name] = input(text, fact) }
        var isClosed = false
        var verdict = set.decide(AskedCall(moment: moment, facts: stated))
        if !verdict.decided {
            isClosed = true
            verdict = set.decide(AskedCall(moment: moment, closed: true, facts: stated))
        }
        guard let then = verdict.then, let hit = verdict.rule, verdict.unreadable.isEmpty else { return nil }
        var expect = [ProposedExample.Stated(name: "then", text: then.rawValue), .init(name: "rule", text: hit)]
        if let reason = verdict.reason { expect.append(.init(name: "reason", text: reason.code)) }
        return ProposedExample(
            name: name, moment: moment, table: table.name, rule: rule.name, closed: isClosed,
            facts: facts.sorted { $0.key < $1.key }.map { .init(name: set.folder.facts[$0.key].name, text: $0.value) }, expect: expect)
    }

    private func input(_ text: String, _ fact: Int) -> FactInput { text == "declined" ? .declined : .text(text) }
}

extension ProposedExample {
    fileprivate func decidedBy(_ rule: RuleDeclaration) -> Bool { expect.contains { $0.name == "rule" && folded($0.text) == folded(rule.name) } }
}
