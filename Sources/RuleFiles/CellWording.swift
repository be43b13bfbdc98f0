// SPDX-License-Identifier: Apache-2.0
public import CallModel
import Decisions
import Foundation

/// Puts cells and values into the words of a language.
public struct CellWording {
    let fact: FactDeclaration
    let language: Language

    public init(fact: FactDeclaration, language: Language) {
        self.fact = fact
        self.language = language
    }

    /// The text of a cell with operators, days and declared words in this language.
    public func cell(_ text: String) -> String {
        if let state = Self.states.first(where: { $0.contains(folded(text)) }) { return state[place] }
        for word in ["not", "не"] {
            guard let rest = Operator.rest(of: text, after: word), !isComparison(text) else { continue }
            return ["not", "не"][place] + " " + parts(rest.text)
        }
        return parts(text)
    }

    private var place: Int { language == .ru ? 1 : 0 }
    private static let states = [["unknown", "неизвестно"], ["known", "известно"], ["declined", "отказ"], ["any", "любое"]]

    private func isComparison(_ text: String) -> Bool {
        guard let leading = Operator.leading(text)?.operator else { return false }
        return leading == .atLeast || leading == .atMost
    }

    private func parts(_ text: String) -> String { commaParts(text).map { part($0.text) }.joined(separator: ", ") }

    private func part(_ text: String) -> String {
        if fact.number(of: text) != nil { return word(text) }
        if let leading = Operator.leading(text) { return leading.operator.spellings[place] + " " + word(leading.rest) }
        for separator in [" to ", " до "] {
            let ends = text.components(separatedBy: separator)
            guard ends.count == 2, fact.type.hasOrder || fact.type == .weekday else { continue }
            let first = ends[0].hasPrefix("от ") || ends[0].hasPrefix("с ") ? String(ends[0].drop { $0 != " " }).trimmed : ends[0]
            return language == .ru ? "от \(word(first)) до \(word(ends[1]))" : "\(word(first)) to \(word(ends[1]))"
        }
        let ends = text.components(separatedBy: "..")
        return ends.count == 2 ? ends.map { word($0.trimmed) }.joined(separator: " .. ") : word(text)
    }

    private func word(_ text: String) -> String {
        if fact.type == .choice, let number = fact.number(of: text) { return fact.words[number].show.text(language) }
        if fact.type == .yesNo || fact.type == .weekday, let value = try? ValueReader(fact: fact).read(text) { return self.value(value) }
        return text
    }

    /// A value in words, as `FactType.domain` numbers it; with the unit, where the fact has one.
    public func value(_ value: Int64) -> String {
        switch fact.type {
        case .choice: return fact.words.indices.contains(Int(value)) ? fact.words[Int(value)].show.text(language) : ""
        case .yesNo: return value == 1 ? ["yes", "да"][place] : ["no", "нет"][place]
        case .count, .number, .days, .money:
            return NumberReader.written(value, places: fact.type.places) + (fact.unit.map { " \($0)" } ?? "")
        case .duration: return TimeReader.writtenDuration(value)
        case .time: return TimeReader.written(value)
        case .weekday: return (language == .ru ? TimeReader.russianWeekdays : TimeReader.weekdays)[Int(max(0, min(6, value)))]
        case .date: return CivilDate.text(value)
        case .phone: return "+" + DigitKey.digits(value)
        case .tags:
            return fact.words.indices.filter { UInt64(bitPattern: value) & 1 << UInt64($0) != 0 }.map { fact.words[$0].word }.joined(separator: ", ")
        case .text: return ""
        }
    }
}
