// SPDX-License-Identifier: Apache-2.0
import Decisions

/// Reads one value of a fact as a person writes it.
public struct ValueReader {
    let fact: FactDeclaration

    public init(fact: FactDeclaration) { self.fact = fact }

    /// - Returns: the value as its type's whole number (`FactType.domain`).
    /// - Throws: for anything else, and for texts and tags, which are no numbers.
    public func read(_ text: String) throws(Mistake) -> Int64 {
        switch fact.type {
        case .choice: return try word(text)
        case .yesNo: return try yesNo(text)
        case .count, .number, .days, .money: return try NumberReader.read(text, fact.type)
        case .duration: return try TimeReader.duration(text)
        case .time: return try TimeReader.time(text)
        case .weekday: return try TimeReader.weekday(text)
        case .date:
            guard case .day(let day) = try DateReader.read(text) else { throw Mistake("a year is missing", fix: "such as 2026-03-08") }
            return day
        case .phone: return try PhoneReader.read(text)
        case .text, .tags: throw Mistake("\(fact.name) is a \(fact.type.rawValue)")
        }
    }

    private func word(_ text: String) throws(Mistake) -> Int64 {
        if let number = fact.number(of: text) { return Int64(number) }
        if text.count >= 2, text.hasPrefix("'"), text.hasSuffix("'"), fact.number(of: String(text.dropFirst().dropLast())) != nil {
            throw Mistake("quotes are not needed", fix: String(text.dropFirst().dropLast()))
        }
        throw Mistake("\"\(text)\" is no value of \(fact.name)", fix: suggestion(for: text, among: fact.words.map(\.word)))
    }

    private func yesNo(_ text: String) throws(Mistake) -> Int64 {
        switch folded(text) {
        case "yes", "да": return 1
        case "no", "нет": return 0
        case "true", "y", "1", "on", "+", "истина": throw Mistake("\"\(text)\" is neither yes nor no", fix: "yes")
        case "false", "n", "0", "off", "ложь": throw Mistake("\"\(text)\" is neither yes nor no", fix: "no")
        default: throw Mistake("\"\(text)\" is neither yes nor no", fix: "yes or no")
        }
    }
}

/// Reads a cell of tags: one test, with the words it names.
struct TagTests {
    let book: FactBook
    let factIndex: Int

    func read(_ text: String) throws(Mistake) -> Cell {
        let leading = Operator.leading(text)
        let words = leading?.rest ?? text
        var bits: UInt64 = 0
        for part in commaParts(words) {
            if part.text.isEmpty { throw Mistake("a tag is missing", fix: "such as has any partner") }
            do throws(Mistake) {
                bits |= try book.tagBit(part.text, of: factIndex)
            } catch {
                throw error.moved(by: part.offset + (leading?.length ?? 0))
            }
        }
        switch leading?.operator {
        case nil, .hasAny: return .test(CellTest([.hasAny(bits)]))
        case .hasAll: return .test(CellTest([.hasAll(bits)]))
        case .hasNone: return .test(CellTest([.hasNone(bits)]))
        case let other?: throw Mistake("\"\(other.english)\" does not go with tags", fix: "has any \(words)")
        }
    }
}
