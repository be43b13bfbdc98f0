// SPDX-License-Identifier: Apache-2.0
public import CallModel
import Decisions
import Essentials
import Foundation
import RuleFiles

extension RuleSet {
    /// Reads an answer as a person types it: cell spelling (`300 000`, `20 s`, `09:00`), a declared word in either language,
    /// and the slips that can mean only one thing (`300000`, `300к`, `300,000`).
    /// - Returns: the value to store and to decide on, or what is wrong with it in a sentence.
    public func validateAnswer(fact: String, text: String, language: Language = .en) -> Result<FactInput, AnswerProblem> {
        guard let index = folder.factIndex(of: fact) else {
            return .failure(AnswerProblem(message: language == .ru ? "Нет такого вопроса: \(fact)" : "There is no fact \"\(fact)\""))
        }
        let declared = folder.facts[index]
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !text.isEmpty else {
            return .failure(AnswerProblem(message: language == .ru ? "Ответ пуст" : "The answer is empty"))
        }
        switch declared.type {
        case .text: return .success(.text(text))
        case .tags: return tags(text, declared, language)
        case .choice:
            if let number = declared.number(of: text) { return .success(.text(declared.words[number].word)) }
        default:
            if let value = read(text, declared) { return .success(value) }
        }
        return .failure(AnswerProblem(message: message(text, declared, language)))
    }

    /// A value of a fact in words ("300 000 RUB", "сайт").
    public func words(for value: FactInput, of fact: String, language: Language) -> String {
        if value == .declined { return language == .ru ? "не назвал" : "declined" }
        guard let index = folder.factIndex(of: fact) else { return FactLoading.plain(value) }
        switch FactLoading(folder: folder).load(value, into: folder.facts[index]) {
        case .value(let number): return CellWording(fact: folder.facts[index], language: language).value(number)
        case .text, .unreadable, .declined: return FactLoading.plain(value)
        }
    }

    /// The same text in the form that cells have, through the fix that the reader itself proposes.
    private func read(_ text: String, _ fact: FactDeclaration) -> FactInput? {
        let reader = ValueReader(fact: fact)
        do throws(Mistake) {
            return input(try reader.read(text), text, fact)
        } catch {
            guard let fix = error.fix, let value = try? reader.read(fix) else { return nil }
            return input(value, fix, fact)
        }
    }

    private func input(_ value: Int64, _ text: String, _ fact: FactDeclaration) -> FactInput {
        fact.type == .yesNo ? .yesNo(value == 1) : .text(text)
    }

    private func tags(_ text: String, _ fact: FactDeclaration, _ language: Language) -> Result<FactInput, AnswerProblem> {
        let words = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        guard fact.hasFixedWords, let wrong = words.first(where: { fact.number(of: $0) == nil }) else { return .success(.words(words)) }
        return .failure(AnswerProblem(message: message(wrong, fact, language)))
    }

    private func message(_ text: String, _ fact: FactDeclaration, _ language: Language) -> String {
        let choices = fact.words.map { $0.show.text(language) }.joined(separator: ", ")
        if language == .ru {
            return "«\(text)» не подходит: " + (choices.isEmpty ? "например, \(Self.sample(fact.type, language))" : "можно \(choices)")
        }
        return "\"\(text)\" does not fit: " + (choices.isEmpty ? "such as \(Self.sample(fact.type, language))" : "one of \(choices)")
    }

    private static func sample(_ type: FactType, _ language: Language) -> String {
        switch type {
        case .yesNo: language == .ru ? "да или нет" : "yes or no"
        case .duration: "20 s, 5 min, 2 h"
        case .time: "09:00"
        case .weekday: language == .ru ? "понедельник" : "monday"
        case .date: "2026-03-08"
        case .phone: "+7 495 000-11-22"
        default: "300 000"
        }
    }
}

extension FactLoading {
    /// A stated value as text, for facts that are not declared.
    static func plain(_ value: FactInput) -> String {
        switch value {
        case .text(let text), .decimal(let text): text
        case .integer(let number): String(number)
        case .yesNo(let isTrue): isTrue ? "yes" : "no"
        case .duration(let duration): "\(duration.milliseconds / 1000) s"
        case .phone(let number): number.e164
        case .words(let words): words.joined(separator: ", ")
        case .declined: "declined"
        }
    }
}
