// SPDX-License-Identifier: Apache-2.0
import CallModel
import Decisions

/// A rule folder as one text that is the same for folders that mean the same: what the hash of a set is taken over.
///
/// Cells are written as the values they hold for, so neither spelling nor language shows; comments, spacing, examples and
/// the content of lists (which have versions of their own) are not in it.
public struct CanonicalForm {
    let folder: RuleFolder
    private var bytes = Array("callsieve rules 1".utf8)

    public static func text(_ folder: RuleFolder) -> String { String(decoding: bytes(folder), as: UTF8.self) }

    /// The same as UTF-8.
    public static func bytes(_ folder: RuleFolder) -> [UInt8] {
        var form = CanonicalForm(folder: folder)
        form.write()
        return form.bytes
    }

    private init(folder: RuleFolder) { self.folder = folder }

    /// A line; each part stands in quotes, so that no two different lists of parts read the same.
    private mutating func add(_ parts: String...) {
        bytes.append(UInt8(ascii: "\n"))
        for (place, part) in parts.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: " ")) }
            addQuoted(part)
        }
    }

    private mutating func addQuoted(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        defer { bytes.append(UInt8(ascii: "\"")) }
        if !text.utf8.contains(where: { $0 == 0x22 || $0 == 0x5C || $0 == 0x0A }) { return bytes += text.utf8 }
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"), UInt8(ascii: "\""):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case UInt8(ascii: "\n"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
            default: bytes.append(byte)
            }
        }
    }

    private mutating func write() {
        add("zone", folder.zone ?? "")
        for fact in folder.facts { write(fact) }
        for list in folder.lists.sorted(by: { $0.name < $1.name }) {
            add("list", list.name, list.holds.rawValue, list.of, list.gives.joined(separator: ","))
        }
        for table in folder.tables.indices.sorted(by: { order($0) < order($1) }) { write(folder.tables[table]) }
        for promise in folder.promises.sorted(by: { $0.name < $1.name }) {
            add(
                "promise", promise.name, promise.isNever ? "never" : "always", promise.moments.map { $0.map(\.rawValue).joined(separator: ",") } ?? ""
            )
            writeCells(promise.when)
            for output in promise.outputs { add("output", "\(output.output)", output.isNegated ? "not" : "", output.words.joined(separator: ",")) }
        }
    }

    /// Deciding tables in the order in which they are asked, then the others by name.
    private func order(_ index: Int) -> String {
        let table = folder.tables[index]
        guard let moment = table.moment, let place = folder.chains[moment]?.firstIndex(of: index) else { return "z\(table.name)" }
        return "\(Moment.allCases.firstIndex(of: moment) ?? 0)\(String(1_000_000 + place))"
    }

    private mutating func write(_ fact: FactDeclaration) {
        add("fact", fact.name, fact.type.rawValue, fact.unit ?? "", fact.ask.map(both) ?? "", both(fact.label), fact.isPrivate ? "private" : "")
        guard fact.valuesFrom == nil else { return add("values from", fact.valuesFrom?.name ?? "") }
        for word in fact.words { add("value", word.word, both(word.show), word.reason ?? "", word.group ?? "", word.target ?? "") }
    }

    private func both(_ wording: Wording) -> String { Language.allCases.map { wording.text($0) }.joined(separator: "\u{1F}") }

    private mutating func write(_ table: TableDeclaration) {
        let role = table.moment?.rawValue ?? table.givenFact.map { folder.facts[$0].name } ?? ""
        add(
            "table", table.name, table.moment == nil ? "gives" : "decides", role, table.policy.rawValue, table.asks ? "ask" : "skip",
            table.before ?? "")
        add(
            "numbers", "\(table.start)", days(table.limits), days(table.inForce), table.outputs.map(\.rawValue).joined(separator: ","),
            "\(table.ranking)")
        for rule in table.rules {
            add("rule", rule.name, rule.was ?? "", days(rule.inForce))
            writeCells(rule.cells)
            write(rule.outcome)
        }
        if let otherwise = table.otherwise {
            add("otherwise")
            write(otherwise)
        }
    }

    private func days(_ range: ClosedRange<Int64>?) -> String { range.map { String($0.lowerBound) + "…" + String($0.upperBound) } ?? "" }

    private mutating func writeCells(_ cells: [CellDeclaration]) {
        for cell in cells.sorted(by: { $0.fact < $1.fact }) {
            if case .anything = cell.cell { continue }
            add("if", folder.facts[cell.fact].name, describe(cell.cell, folder.facts[cell.fact]))
        }
    }

    private func describe(_ cell: Cell, _ fact: FactDeclaration) -> String {
        switch cell {
        case .anything: return "any"
        case .unknown: return "unknown"
        case .known: return "known"
        case .declined: return "declined"
        case .values(let set):
            if fact.valuesFrom != nil {
                return set.ranges.flatMap { Array($0) }.compactMap { fact.words.indices.contains(Int($0)) ? fact.words[Int($0)].word : nil }.sorted()
                    .joined(separator: "|")
            }
            if set.ranges.count == 1 { return days(set.ranges[0]) }
            return set.ranges.map { "\($0.lowerBound)…\($0.upperBound)" }.joined(separator: "|")
        case .test(let test): return (test.isNegated ? "not " : "") + test.atoms.map { describe($0, fact) }.sorted().joined(separator: "|")
        }
    }

    private func describe(_ atom: CellTest.Atom, _ fact: FactDeclaration) -> String {
        func words(_ bits: UInt64) -> String {
            fact.words.indices.filter { bits & 1 << UInt64($0) != 0 }.map { fact.words[$0].word }.sorted().joined(separator: ",")
        }
        switch atom {
        case .values(let set): return set.ranges.map { "\($0.lowerBound)…\($0.upperBound)" }.joined(separator: "+")
        case .list(let index, let isMember): return "\(isMember ? "in" : "not in") \(folder.lists[index].name)"
        case .equals(let text): return "= \(text)"
        case .startsWith(let text): return "starts \(text)"
        case .contains(let text): return "contains \(text)"
        case .endsWith(let text): return "ends \(text)"
        case .hasAny(let bits): return "any of \(words(bits))"
        case .hasAll(let bits): return "all of \(words(bits))"
        case .hasNone(let bits): return "none of \(words(bits))"
        }
    }

    private mutating func write(_ outcome: OutcomeDeclaration) {
        func word(_ word: OutcomeDeclaration.Word?) -> String {
            switch word {
            case .word(let text): "=\(text)"
            case .by(let fact): "by \(folder.facts[fact].name)"
            case nil: ""
            }
        }
        var within = ""
        switch outcome.within {
        case .duration(let milliseconds): within = "\(milliseconds)"
        case .before(let milliseconds, let fact): within = "\(milliseconds) before \(folder.facts[fact].name)"
        case nil: break
        }
        add(
            "says", outcome.then?.rawValue ?? "", word(outcome.reason), word(outcome.group), word(outcome.to), within, outcome.priority ?? "",
            Set(outcome.tags).sorted().joined(separator: ","), outcome.say.map(both) ?? "", outcome.number.map { "\($0)" } ?? "")
    }
}
