// SPDX-License-Identifier: Apache-2.0
import Decisions

/// Reads the text of a cell into the set of values it stands for (RULES.md 4.6).
struct CellReader {
    enum Origin {
        /// Unquoted in YAML, where symbols are mistakes.
        case plainYAML
        /// Quoted in YAML, from CSV, or typed in the browser.
        case free
    }

    let book: FactBook
    let factIndex: Int
    let origin: Origin
    let fact: FactDeclaration

    init(book: FactBook, factIndex: Int, origin: Origin) {
        self.book = book
        self.factIndex = factIndex
        self.origin = origin
        fact = book.facts[factIndex]
    }

    var type: FactType { fact.type }

    private static let anything: Set<String> = ["", "any", "-", "любое"]
    private static let states: [String: Cell] = [
        "unknown": .unknown, "неизвестно": .unknown, "known": .known, "известно": .known, "declined": .declined, "отказ": .declined,
    ]
    static let reservedWords: Set<String> = anything.union(states.keys)

    func read(_ raw: String) throws(Mistake) -> Cell {
        let text = raw.trimmed
        if let single = single(text) { return single }
        let lead = raw.unicodeScalars.prefix { $0.properties.isWhitespace }.count
        if let state = keyword(text) {
            if text == "-", origin == .plainYAML { throw Mistake("a dash alone means nothing in YAML", fix: "any", offset: lead) }
            return state
        }
        if folded(text).hasPrefix("feel:") {
            throw Mistake("expert cells (feel:) are not understood yet", fix: "write it as plain tests, or as two rules", offset: lead)
        }
        do throws(Mistake) {
            try refuseSymbols(text)
            return try negatable(text)
        } catch {
            throw error.moved(by: lead)
        }
    }

    /// A declared word or a plain number, which most cells of large tables are; `nil`: look closer.
    private func single(_ text: String) -> Cell? {
        switch type {
        case .choice:
            guard let number = fact.numbers[text] else { return nil }
            return .values(IntervalSet(Int64(number)))
        case .count, .number, .days, .money:
            guard let value = NumberReader.quick(text, places: type.places), case .scale(let domain) = fact.domain, domain.contains(value) else {
                return nil
            }
            return .values(IntervalSet(value))
        default: return nil
        }
    }

    private func keyword(_ text: String) -> Cell? {
        let word = folded(text)
        return Self.anything.contains(word) ? .anything : Self.states[word]
    }

    private func refuseSymbols(_ text: String) throws(Mistake) {
        guard origin == .plainYAML else { return }
        for candidate in Operator.allCases {
            for symbol in candidate.spellings where symbol.first?.isLetter == false {
                guard let rest = Operator.rest(of: text, after: symbol), Operator.leading(text)?.operator == candidate else { continue }
                let word = candidate.counterpart(for: type)?.english ?? candidate.english
                throw Mistake("the symbol \(symbol) needs quotes in YAML; write words", fix: "\(word) \(rest.text)")
            }
        }
    }

    private func negatable(_ text: String) throws(Mistake) -> Cell {
        for word in ["not", "не"] {
            guard let rest = Operator.rest(of: text, after: word), fact.number(of: text) == nil else { continue }
            if let leading = Operator.leading(text), leading.operator == .atLeast || leading.operator == .atMost { break }
            if rest.isEmpty { throw Mistake("\"\(word)\" stands alone", fix: "such as not \(example)") }
            if type == .tags { throw Mistake("tags are not negated by \"not\"", fix: "has none \(rest.text)") }
            if keyword(rest.text) != nil { throw Mistake("\"\(text)\" is no test", fix: opposite(of: rest.text)) }
            let skipped = text.unicodeScalars.count - rest.text.unicodeScalars.count
            do throws(Mistake) { return try tests(rest.text, isNegated: true) } catch { throw error.moved(by: skipped) }
        }
        return try tests(text, isNegated: false)
    }

    private func opposite(of keyword: String) -> String {
        switch folded(keyword) {
        case "unknown", "неизвестно": "known"
        case "known", "известно": "unknown"
        default: "leave the cell out"
        }
    }

    private var example: String { fact.words.first?.word ?? "300 000" }

    private func tests(_ text: String, isNegated: Bool) throws(Mistake) -> Cell {
        if type == .tags { return try TagTests(book: book, factIndex: factIndex).read(text) }
        try refuseDigitComma(text)
        var ranges: [ClosedRange<Int64>] = []
        var atoms: [CellTest.Atom] = []
        for part in commaParts(text) {
            do throws(Mistake) {
                switch try test(part.text) {
                case .set(let set): ranges += set.ranges
                case .atom(let atom): atoms.append(atom)
                }
            } catch {
                throw error.moved(by: part.offset)
            }
        }
        let set = IntervalSet(ranges)
        if !atoms.isEmpty || type == .text {
            return .test(CellTest(atoms + (set.isEmpty ? [] : [.values(set)]), isNegated: isNegated))
        }
        guard case .scale(let domain) = fact.domain else { return .anything }
        let values = isNegated ? set.complement(in: domain) : set
        if values.intersection(IntervalSet([domain])).isEmpty {
            throw Mistake(
                "\"\(text)\" holds for no value of \(fact.name)", fix: isNegated ? "leave out a value" : "widen it or delete the rule", code: "E02")
        }
        return .values(values)
    }

    /// `300,000` would be two values; whoever writes it means one.
    private func refuseDigitComma(_ text: String) throws(Mistake) {
        var last: UInt8 = 0
        guard
            text.utf8.contains(where: { byte in
                defer { last = byte }
                return byte == 0x2C && (0x30...0x39).contains(last)
            })
        else { return }
        var isQuoted = false
        let scalars = Array(text.unicodeScalars)
        for index in scalars.indices {
            if scalars[index] == "\"" { isQuoted.toggle() }
            guard scalars[index] == ",", !isQuoted, index > 0, index + 1 < scalars.count,
                scalars[index - 1].isDigit, scalars[index + 1].isDigit
            else { continue }
            let start = scalars[..<index].lastIndex { !($0.isDigit || $0 == "," || $0 == ".") }.map { $0 + 1 } ?? 0
            var end = scalars[index...].firstIndex { !($0.isDigit || $0 == "," || $0 == ".") } ?? scalars.count
            if let word = scalars[end...].firstIndex(where: { $0 != " " }) {
                let stop = scalars[word...].firstIndex { $0 == " " || $0 == "," } ?? scalars.count
                if NumberReader.isMultiple(String(String.UnicodeScalarView(scalars[word..<stop]))) { end = stop }
            }
            let number = String(String.UnicodeScalarView(scalars[start..<end]))
            do throws(Mistake) {
                _ = try NumberReader.read(number, type.places > 0 || type == .count || type == .days ? type : .number)
            } catch {
                throw error.moved(by: start)
            }
        }
    }

    // MARK: - One test

    private enum Part {
        case set(IntervalSet)
        case atom(CellTest.Atom)
    }

    private func test(_ text: String) throws(Mistake) -> Part {
        if text.isEmpty { throw Mistake("there is nothing between two commas", fix: "delete one of them") }
        if type == .choice, let number = fact.numbers[text] { return .set(IntervalSet(Int64(number))) }
        if let quoted = unquoted(text) { return try equality(quoted) }
        if type == .choice, fact.number(of: text) != nil { return try equality(text) }
        if let rest = Operator.rest(of: text, after: "not") ?? Operator.rest(of: text, after: "не"),
            let leading = Operator.leading(rest.text), leading.operator == .inList
        {
            return .atom(try listAtom(leading.rest, isMember: false))
        }
        if let range = try range(text) { return .set(range) }
        if let leading = Operator.leading(text) {
            try refuseWrongOperator(leading.operator, leading.rest)
            do throws(Mistake) { return try compare(leading.operator, leading.rest) } catch { throw error.moved(by: leading.length) }
        }
        try refuseAttempts(text)
        return try equality(text)
    }

    private func unquoted(_ text: String) -> String? {
        text.count >= 2 && text.hasPrefix("\"") && text.hasSuffix("\"") ? String(text.dropFirst().dropLast()) : nil
    }

    private func equality(_ text: String) throws(Mistake) -> Part {
        if type == .text { return .atom(.equals(folded(text))) }
        return .set(try value(text))
    }

    /// The values that one word, number, day … stands for.
    private func value(_ text: String) throws(Mistake) -> IntervalSet {
        if type == .date { return IntervalSet(DateReader.days(try DateReader.read(text))) }
        return IntervalSet(try ValueReader(fact: fact).read(text))
    }

    private func listAtom(_ name: String, isMember: Bool) throws(Mistake) -> CellTest.Atom {
        guard let index = book.listIndex(of: name) else {
            throw Mistake("there is no list \"\(name)\"", fix: suggestion(for: name, among: book.lists.map(\.name)) ?? "declare it under lists:")
        }
        let holds = book.lists[index].holds
        guard holds.suits(type) else {
            throw Mistake(
                "the list \"\(name)\" holds \(holds.rawValue), and \(fact.name) is a \(type.rawValue)", fix: "ask another fact, or use another list")
        }
        return .list(index, isMember: isMember)
    }

    private func refuseWrongOperator(_ wanted: Operator, _ rest: String) throws(Mistake) {
        guard !Operator.allowed(for: type).contains(wanted) else { return }
        throw Mistake(
            "\"\(wanted.english)\" does not go with \(fact.name), a \(type.rawValue)",
            fix: wanted.counterpart(for: type).map { "\($0.english) \(rest)" } ?? Self.allowedText(type))
    }

    private func compare(_ wanted: Operator, _ rest: String) throws(Mistake) -> Part {
        if rest.isEmpty { throw Mistake("\"\(wanted.english)\" needs a value behind it", fix: "such as \(wanted.english) \(Self.sample(type))") }
        switch wanted {
        case .inList: return .atom(try listAtom(rest, isMember: true))
        case .startsWith where type == .phone: return .set(IntervalSet([DigitKey.block(try PhoneReader.read(rest))]))
        case .startsWith: return .atom(.startsWith(folded(unquoted(rest) ?? rest)))
        case .contains: return .atom(.contains(folded(unquoted(rest) ?? rest)))
        case .endsWith: return .atom(.endsWith(folded(unquoted(rest) ?? rest)))
        default: return .set(try RangeReader(fact: fact).compare(wanted, rest))
        }
    }

    private func range(_ text: String) throws(Mistake) -> IntervalSet? {
        guard type.hasOrder || type == .weekday else { return nil }
        return try RangeReader(fact: fact).range(text)
    }

    private func refuseAttempts(_ text: String) throws(Mistake) {
        guard type != .text else { return }
        for (attempt, word) in Operator.attempts.sorted(by: { $0.0.count > $1.0.count }) {
            guard let rest = Operator.rest(of: text, after: attempt), !rest.isEmpty else { continue }
            throw Mistake("\"\(attempt)\" is no test", fix: (word.isEmpty ? "" : word + " ") + rest.text)
        }
        for joiner in [" or ", " и ", " или ", " and ", ";", " | ", "/"] where text.contains(joiner) && type != .phone && type != .date {
            let parts = text.replacing(joiner, with: ",").split(separator: ",").map { String($0).trimmed }
            guard parts.count > 1, parts.allSatisfy({ (try? value($0)) != nil }) else { continue }
            throw Mistake("values stand side by side with commas", fix: parts.joined(separator: ", "))
        }
        if text.hasPrefix("["), text.hasSuffix("]") || text.hasPrefix("(") && text.hasSuffix(")") {
            throw Mistake("brackets are not needed", fix: String(text.dropFirst().dropLast()))
        }
    }

    private static func allowedText(_ type: FactType) -> String {
        let words = Operator.allowed(for: type).map(\.english)
        return words.isEmpty ? "write the values themselves" : "it takes: \(words.joined(separator: ", "))"
    }

    private static func sample(_ type: FactType) -> String {
        switch type {
        case .time: "09:00"
        case .date: "2026-03-08"
        case .duration: "20 s"
        case .phone: "+7 495"
        default: "300 000"
        }
    }
}

extension Unicode.Scalar {
    fileprivate var isDigit: Bool { ("0"..."9").contains(self) }
}
