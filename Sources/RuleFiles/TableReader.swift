// SPDX-License-Identifier: Apache-2.0
import CallModel
import Decisions
import Foundation
import StrictYAML

/// Reads `tables:` of one file.
struct TableReader {
    let book: FactBook
    let findings: Findings
    let files: [String: String]
    let inForce: ClosedRange<Int64>?

    /// Declares the facts that tables give, before any cell is read: another file may ask for them.
    func declareGivenFacts(_ node: YAMLNode) {
        for table in (try? node.list()) ?? [] {
            guard let entries = try? table.entries(), let gives = entries.first(where: { $0.key == "gives" })?.value,
                let name = try? gives.text(), !name.isEmpty, book.index(of: name) == nil
            else { continue }
            let policy = entries.first { $0.key == "hits" }.flatMap { try? $0.value.text() }
            book.add(FactDeclaration(name: name, type: policy.map(folded) == "all" ? .tags : .number, place: gives.textPlace))
        }
    }

    func tables(_ node: YAMLNode) -> [TableDeclaration] {
        guard let nodes = findings.note({ () throws(SourceProblem) in try node.list() }) else { return [] }
        return nodes.compactMap(table)
    }

    private func table(_ node: YAMLNode) -> TableDeclaration? {
        guard let block = Block(node, findings) else { return nil }
        defer { block.finish() }
        guard let name = block.text("table"), !name.isEmpty else {
            findings.add("a table has no name", fix: "begin it with: - table: name", at: node.sourcePlace)
            _ = block.rest()
            return nil
        }
        if let plain = unmixed(name) { findings.add("\"\(name)\" mixes Latin and Cyrillic letters", fix: plain, at: node.sourcePlace) }
        let decides = block.take("decides")
        let gives = block.take("gives")
        let hits = block.take("hits")
        guard let policy = policy(hits, node), let role = role(decides, gives, policy, node) else {
            _ = block.rest()
            return nil
        }
        var table = TableDeclaration(name: name, place: node.sourcePlace, role: role, policy: policy)
        table.inForce = inForce
        table.before = block.text("before")
        readUnknown(block.take("when unknown"), &table)
        readOutputs(block.take("outputs"), &table)
        readNumbers(block, &table)
        let reader = RuleReader(book: book, findings: findings, table: table)
        table.rules = rules(block, reader, node)
        if let otherwise = block.take("otherwise"), let outputs = Block(otherwise, findings) {
            table.otherwise = reader.outcome(outputs, rule: "otherwise", cells: [], place: otherwise.sourcePlace)
            outputs.finish()
            table.otherwisePlace = otherwise.sourcePlace
        }
        return table
    }

    private func rules(_ block: Block, _ reader: RuleReader, _ node: YAMLNode) -> [RuleDeclaration] {
        let inYAML = block.take("rules")
        let file = block.take("file")
        if let inYAML, file != nil { findings.add("rules: and file: can't stand together", fix: "keep one of them", at: inYAML.sourcePlace) }
        if let inYAML { return reader.rules(inYAML) }
        guard let file, let path = findings.note({ () throws(SourceProblem) in try file.text() }) else {
            if file == nil { findings.add("the table has no rules", fix: "rules: or file: tables/name.csv", at: node.sourcePlace) }
            return []
        }
        guard let text = files[path] else {
            findings.add(
                "there is no file \"\(path)\"",
                fix: closest(path, among: files.keys.filter { $0.hasSuffix(".csv") }.sorted()) ?? "create it, with a header line",
                at: file.textPlace)
            return []
        }
        return reader.rules(csv: text, file: path)
    }

    private func policy(_ node: YAMLNode?, _ table: YAMLNode) -> HitPolicy? {
        let names = HitPolicy.allCases.map(\.rawValue)
        guard let node, let text = findings.note({ () throws(SourceProblem) in try node.text() }) else {
            findings.add("how the table hits is missing", fix: "hits: first", at: table.sourcePlace)
            return nil
        }
        if let policy = HitPolicy(rawValue: folded(text)) { return policy }
        let known = ["unique": "only one", "any": "agree", "priority": "best", "collect": "all", "collect sum": "sum", "f": "first", "u": "only one"]
        findings.add("\"\(text)\" is no way to hit", fix: known[folded(text)] ?? suggestion(for: text, among: names), at: node.textPlace)
        return nil
    }

    private func role(_ decides: YAMLNode?, _ gives: YAMLNode?, _ policy: HitPolicy, _ table: YAMLNode) -> TableDeclaration.Role? {
        if let decides, gives != nil {
            findings.add("a table decides a moment or gives a fact, not both", fix: "delete one of them", at: decides.sourcePlace)
            return nil
        }
        if let decides, let text = findings.note({ () throws(SourceProblem) in try decides.text() }) {
            guard let moment = Moment(rawValue: folded(text)) else {
                findings.add("\"\(text)\" is no moment", fix: suggestion(for: text, among: Moment.allCases.map(\.rawValue)), at: decides.textPlace)
                return nil
            }
            guard policy.isSingleHit else {
                findings.add(
                    "a table that decides can't hit by \"\(policy.rawValue)\"", fix: "first, only one, agree or best", at: decides.sourcePlace)
                return nil
            }
            return .decides(moment)
        }
        if let gives, let name = findings.note({ () throws(SourceProblem) in try gives.text() }), let fact = book.index(of: name) {
            check(book.facts[fact], policy, gives)
            return .gives(fact)
        }
        findings.add(
            "the table says neither what it decides nor what it gives", fix: "decides: ring | brief | hangup, or gives: a fact", at: table.sourcePlace
        )
        return nil
    }

    private func check(_ fact: FactDeclaration, _ policy: HitPolicy, _ node: YAMLNode) {
        let isNumber = [.count, .number, .days, .money, .duration].contains(fact.type)
        if [.sum, .min, .max, .count].contains(policy), !isNumber {
            findings.add("\(policy.rawValue) gives a number, and \(fact.name) is a \(fact.type.rawValue)", fix: "type: number", at: node.textPlace)
        }
        if policy == .all, fact.type != .tags {
            findings.add("all gives tags, and \(fact.name) is a \(fact.type.rawValue)", fix: "type: tags", at: node.textPlace)
        }
        if fact.type == .text { findings.add("a table can't give a text", fix: "type: choice", at: node.textPlace) }
    }

    private func readUnknown(_ node: YAMLNode?, _ table: inout TableDeclaration) {
        guard let node, let text = findings.note({ () throws(SourceProblem) in try node.text() }) else { return }
        switch folded(text) {
        case "skip": break
        case "ask":
            table.asks = true
            if table.moment != .brief || table.policy != .first {
                findings.add("\"ask\" goes only with decides: brief and hits: first", fix: "skip", at: node.textPlace)
            }
        default:
            findings.add("\"\(text)\" is no way to treat what is unknown", fix: suggestion(for: text, among: ["ask", "skip"]), at: node.textPlace)
        }
    }

    private func readOutputs(_ node: YAMLNode?, _ table: inout TableDeclaration) {
        guard let node, let block = Block(node, findings) else { return }
        defer { block.finish() }
        if let fact = table.givenFact, let values = block.take(book.facts[fact].name),
            let text = findings.note({ () throws(SourceProblem) in try values.text() })
        {
            for part in commaParts(text) {
                do throws(Mistake) { table.ranking.append(try ValueReader(fact: book.facts[fact]).read(part.text)) } catch {
                    findings.add(error.moved(by: part.offset), at: values.textPlace)
                }
            }
        }
        guard let moment = table.moment, let then = block.take("then"), let text = findings.note({ () throws(SourceProblem) in try then.text() })
        else { return }
        let allowed = Action.allowed(at: moment)
        for part in commaParts(text) {
            if let action = Action(rawValue: folded(part.text)), allowed.contains(action) {
                table.outputs.append(action)
            } else {
                findings.add(
                    Mistake(
                        "\"\(part.text)\" can't be said at \(moment.rawValue)", fix: suggestion(for: part.text, among: allowed.map(\.rawValue)),
                        offset: part.offset),
                    at: then.textPlace)
            }
        }
    }

    private func readNumbers(_ block: Block, _ table: inout TableDeclaration) {
        let start = block.take("start")
        let limits = block.take("stay within")
        guard let fact = table.givenFact.map({ book.facts[$0] }) else {
            for node in [start, limits].compactMap({ $0 }) {
                findings.add("this goes with a table that gives a number", fix: "leave it out", at: node.sourcePlace)
            }
            return
        }
        do throws(Mistake) {
            if let start, let text = try? start.text() { table.start = try ValueReader(fact: fact).read(text.trimmed) }
        } catch { findings.add(error, at: start?.textPlace ?? table.place) }
        guard let limits, let text = try? limits.text() else { return }
        do throws(Mistake) {
            guard let range = try RangeReader(fact: fact).range(text)?.ranges.first else { throw Mistake("a range is expected", fix: "-50 .. 100") }
            table.limits = range
        } catch { findings.add(error, at: limits.textPlace) }
    }
}
