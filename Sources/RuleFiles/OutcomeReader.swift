// SPDX-License-Identifier: Apache-2.0
import CallModel
import Decisions
import Foundation
import StrictYAML

/// One output as a YAML key or a CSV field.
struct OutputText {
    let text: String
    let place: SourcePlace
    /// The YAML node, where the text may stand in several languages.
    var node: YAMLNode?
}

/// The outputs of one rule by their names: a dozen at the most, so that looking through them beats hashing.
struct OutputTexts {
    private var fields: [(key: String, text: OutputText)] = []

    subscript(key: String) -> OutputText? {
        get { fields.first { $0.key == key }?.text }
        set {
            guard let newValue else { return fields.removeAll { $0.key == key } }
            if let place = fields.firstIndex(where: { $0.key == key }) { fields[place].text = newValue } else { fields.append((key, newValue)) }
        }
    }
}

/// Reads what a rule says and checks it against the vocabulary (RULES.md 0, VOCABULARY.md 6.3).
struct OutcomeReader {
    static let keys = ["add", "then", "reason", "say", "group", "to", "within", "priority", "tags"]
    static let codes: Set<String> = Set(
        (ReasonCode.notALead + ReasonCode.notQualified + ReasonCode.deferred + ReasonCode.outcomes).map(\.code)
            + ["DUPLICATE", "BRIEFING_NOT_CLOSED", "CHECK_SUPPLY"])
    static let priorities = ["high", "normal", "low"]

    let book: FactBook
    let findings: Findings
    let table: TableDeclaration
    let rule: String

    /// - Parameters:
    ///   - cells: the rule's own, which limit what `by <fact>` must cover.
    ///   - place: of the rule, for what is missing.
    func read(_ fields: OutputTexts, cells: [CellDeclaration], place: SourcePlace) -> OutcomeDeclaration {
        var outcome = OutcomeDeclaration()
        if table.moment == nil { refuse(["then", "reason", "group", "to", "within", "priority"], in: fields) }
        outcome.then = action(fields["then"], place)
        outcome.group = fields["group"].flatMap { word($0) }
        outcome.to = fields["to"].flatMap { word($0) }
        outcome.reason = fields["reason"].flatMap { word($0) }
        outcome.within = fields["within"].flatMap { within($0, then: outcome.then) }
        outcome.priority = fields["priority"].flatMap(priority)
        outcome.tags = fields["tags"].map { commaParts($0.text).map { folded($0.text) }.filter { !$0.isEmpty } } ?? []
        outcome.say = fields["say"].flatMap(say)
        readNumber(fields, into: &outcome, place)
        checkReason(outcome, fields["reason"], cells, place)
        if let then = outcome.then, then == .divert || then == .menu, outcome.to == nil {
            add("\(then.rawValue) needs a target", fix: "to: such as account manager", at: fields["then"]?.place ?? place)
        }
        return outcome
    }

    private func add(_ message: String, fix: String?, at place: SourcePlace) { findings.add(message, fix: fix, at: place, rule: rule) }

    private func refuse(_ keys: [String], in fields: OutputTexts) {
        for key in keys {
            if let field = fields[key] { add("\(key): goes with tables that decide", fix: "leave it out", at: field.place) }
        }
    }

    private func action(_ field: OutputText?, _ place: SourcePlace) -> Action? {
        guard let moment = table.moment else { return nil }
        let allowed = Action.allowed(at: moment)
        guard let field else {
            add(
                "it says nothing: then is missing",
                fix: "then: \((table.outputs.isEmpty ? allowed : table.outputs).map(\.rawValue).joined(separator: " | "))", at: place)
            return nil
        }
        guard let action = Action(rawValue: folded(field.text)) else {
            add("\"\(field.text)\" is nothing to do", fix: suggestion(for: field.text, among: allowed.map(\.rawValue)), at: field.place)
            return nil
        }
        guard allowed.contains(action) else {
            add(
                "\"\(action.rawValue)\" can't be said at \(moment.rawValue)", fix: "one of: \(allowed.map(\.rawValue).joined(separator: ", "))",
                at: field.place)
            return nil
        }
        if !table.outputs.isEmpty, !table.outputs.contains(action) {
            add("\"\(action.rawValue)\" is not among the outputs of \(table.name)", fix: "add it to outputs: then:", at: field.place)
        }
        return action
    }

    // MARK: - Words

    private func word(_ field: OutputText) -> OutcomeDeclaration.Word? {
        if field.text.isEmpty { return nil }
        guard let rest = Operator.rest(of: field.text, after: "by"), !rest.isEmpty else {
            if let plain = unmixed(field.text) { add("\"\(field.text)\" mixes Latin and Cyrillic letters", fix: plain, at: field.place) }
            return .word(field.text)
        }
        guard let index = book.index(of: rest.text) else {
            add("there is no fact \"\(rest.text)\"", fix: closest(rest.text, among: book.names).map { "by \($0)" }, at: field.place)
            return nil
        }
        guard book.facts[index].type == .choice else {
            add(
                "by needs a choice, and \(book.facts[index].name) is a \(book.facts[index].type.rawValue)", fix: "write the word itself",
                at: field.place)
            return nil
        }
        return .by(index)
    }

    private func within(_ field: OutputText, then: Action?) -> OutcomeDeclaration.Within? {
        guard !field.text.isEmpty else { return nil }
        let parts = field.text.components(separatedBy: " before ")
        do throws(Mistake) {
            let milliseconds = try TimeReader.duration(parts[0].trimmed)
            guard parts.count > 1 else { return .duration(milliseconds) }
            let name = parts[1].trimmed
            guard let fact = book.index(of: name) else {
                throw Mistake("there is no fact \"\(name)\"", fix: closest(name, among: book.names).map { "\(parts[0]) before \($0)" })
            }
            guard [.days, .date].contains(book.facts[fact].type) else {
                throw Mistake("\(name) is a \(book.facts[fact].type.rawValue), and before needs days or a date", fix: parts[0])
            }
            guard then == .defer else { throw Mistake("\"before\" goes with defer", fix: parts[0].trimmed) }
            return .before(milliseconds, fact: fact)
        } catch {
            findings.add(error, at: field.place, rule: rule)
            return nil
        }
    }

    private func priority(_ field: OutputText) -> String? {
        let word = folded(field.text)
        if word.isEmpty { return nil }
        if Self.priorities.contains(word) { return word }
        add("\"\(field.text)\" is no priority", fix: suggestion(for: field.text, among: Self.priorities), at: field.place)
        return nil
    }

    private func say(_ field: OutputText) -> Wording? {
        if let node = field.node { return WordingReader(findings: findings).read(node) }
        return field.text.isEmpty ? nil : Wording(field.text)
    }

    // MARK: - Numbers

    private func readNumber(_ fields: OutputTexts, into outcome: inout OutcomeDeclaration, _ place: SourcePlace) {
        guard let fact = table.givenFact else {
            if let field = fields["add"], !field.text.isEmpty {
                add("add: goes with a table that gives a number", fix: "leave it out", at: field.place)
            }
            return
        }
        let name = book.facts[fact].name
        let isSingle = table.policy.isSingleHit || rule == "otherwise"
        let key = isSingle ? name : "add"
        switch table.policy {
        case .count where !isSingle: return
        case .all where !isSingle:
            if outcome.tags.isEmpty { add("it gives no tags", fix: "tags:", at: place) }
            outcome.number = tagBits(outcome.tags, of: fact, at: fields["tags"]?.place ?? place)
        default:
            guard let field = fields[key], !field.text.isEmpty else {
                add("\(key): is missing", fix: "\(key): and a value", at: place)
                return
            }
            do throws(Mistake) {
                outcome.number =
                    book.facts[fact].type == .tags
                    ? try tags(field.text, of: fact) : try ValueReader(fact: book.facts[fact]).read(field.text)
            } catch {
                findings.add(error, at: field.place, rule: rule)
            }
        }
    }

    private func tagBits(_ tags: [String], of fact: Int, at place: SourcePlace) -> Int64 {
        var bits: UInt64 = 0
        for tag in tags {
            do throws(Mistake) { bits |= try book.tagBit(tag, of: fact) } catch { findings.add(error, at: place, rule: rule) }
        }
        return Int64(bitPattern: bits)
    }

    private func tags(_ text: String, of fact: Int) throws(Mistake) -> Int64 {
        var bits: UInt64 = 0
        for part in commaParts(text) { bits |= try book.tagBit(part.text, of: fact) }
        return Int64(bitPattern: bits)
    }

    // MARK: - Reasons

    private func checkReason(_ outcome: OutcomeDeclaration, _ field: OutputText?, _ cells: [CellDeclaration], _ place: SourcePlace) {
        guard let then = outcome.then, let moment = table.moment else { return }
        let allowed = ReasonCode.allowed(for: then, at: moment).map(\.code)
        guard let reason = outcome.reason else {
            if ReasonCode.isRequired(for: then), field?.text.isEmpty != false {
                add("\(then.rawValue) needs a reason", fix: "reason: one of \(allowed.joined(separator: ", "))", at: place)
            }
            return
        }
        let spot = field?.place ?? place
        switch reason {
        case .word(let code): check(code, allowed, then, at: spot)
        case .by(let fact):
            for (number, word) in book.facts[fact].words.enumerated() where admits(cells, fact: fact, value: Int64(number)) {
                if let code = word.reason {
                    check(code, allowed, then, at: spot)
                } else {
                    add(
                        "\(book.facts[fact].name) can be \"\(word.word)\" here, which has no reason",
                        fix: "add \(word.word): under reasons: of \(book.facts[fact].name)", at: spot)
                }
            }
        }
    }

    private func check(_ code: String, _ allowed: [String], _ then: Action, at place: SourcePlace) {
        guard !allowed.contains(code) else { return }
        guard Self.codes.contains(code) else {
            return add("there is no reason \"\(code)\"", fix: closest(code, among: Self.codes.sorted()), at: place)
        }
        add(
            "\(code) is no reason for \(then.rawValue)", fix: allowed.isEmpty ? "leave it out" : "one of: \(allowed.joined(separator: ", "))",
            at: place)
    }

    private func admits(_ cells: [CellDeclaration], fact: Int, value: Int64) -> Bool {
        cells.allSatisfy { cell in
            guard cell.fact == fact else { return true }
            switch cell.cell {
            case .values(let set): return set.contains(value)
            case .unknown, .declined: return false
            default: return true
            }
        }
    }
}
