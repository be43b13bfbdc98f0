// SPDX-License-Identifier: Apache-2.0
public import CallModel
import Decisions
public import RuleFiles

extension RuleSet {
    /// A rule as a sentence: "If Service: site, shop and Budget: under 300 000: dropped (BUDGET_LOW)."
    public func sentence(of rule: RuleDeclaration, in table: TableDeclaration, language: Language) -> String {
        let isRussian = language == .ru
        let conditions = rule.cells.filter { $0.cell != .anything }.map { cell in
            "\(folder.facts[cell.fact].label.text(language)): \(CellWording(fact: folder.facts[cell.fact], language: language).cell(cell.text))"
        }
        let result = says(rule.outcome, in: table, language)
        if conditions.isEmpty { return isRussian ? "Всегда: \(result)." : "Always: \(result)." }
        return "\(isRussian ? "Если" : "If") \(conditions.joined(separator: isRussian ? " и " : " and ")): \(result)."
    }

    /// What holds where no rule of a table does; `nil` for a table that hands on.
    public func sentenceOfOtherwise(of table: TableDeclaration, language: Language) -> String? {
        table.otherwise.map { "\(language == .ru ? "Иначе" : "Otherwise"): \(says($0, in: table, language))." }
    }

    /// A promise as a sentence: "Never: dropped, rejected, for calls with Who calls: client."
    public func sentence(of promise: PromiseDeclaration, language: Language) -> String {
        let isRussian = language == .ru
        let said = promise.outputs.map { output -> String in
            let words = output.words.map { word in
                output.output == .then ? Sentences(language: language).action(Action(rawValue: word)) : word
            }
            return (output.isNegated ? (isRussian ? "не " : "not ") : "") + words.joined(separator: isRussian ? " или " : " or ")
        }
        let calls = promise.when.map { cell in
            "\(folder.facts[cell.fact].label.text(language)): \(CellWording(fact: folder.facts[cell.fact], language: language).cell(cell.text))"
        }
        let head = promise.isNever ? (isRussian ? "Никогда" : "Never") : (isRussian ? "Всегда" : "Always")
        let tail = calls.isEmpty ? "" : (isRussian ? ", если " : ", for calls with ") + calls.joined(separator: isRussian ? " и " : " and ")
        return "\(head): \(said.joined(separator: ", "))\(tail)."
    }

    private func says(_ declared: OutcomeDeclaration, in table: TableDeclaration, _ language: Language) -> String {
        if let say = declared.say, table.moment != nil { return "\(action(declared, language)) — \(say.text(language))" }
        guard let fact = table.givenFact else { return action(declared, language) }
        let wording = CellWording(fact: folder.facts[fact], language: language)
        let name = folder.facts[fact].label.text(language)
        switch table.policy {
        case .count: return language == .ru ? "\(name) больше на один" : "one more \(name)"
        case .all: return "\(name): \(declared.tags.joined(separator: ", "))"
        case .sum:
            let number = declared.number ?? 0
            return "\(name) \(number < 0 ? "" : "+")\(wording.value(number))"
        default: return "\(name): \(wording.value(declared.number ?? 0))"
        }
    }

    private func action(_ declared: OutcomeDeclaration, _ language: Language) -> String {
        func word(_ word: OutcomeDeclaration.Word?) -> String? {
            switch word {
            case .word(let text): text
            case .by(let fact): (language == .ru ? "по: " : "by ") + folder.facts[fact].label.text(language)
            case nil: nil
            }
        }
        var within: String?
        switch declared.within {
        case .duration(let milliseconds): within = WithinText.text(milliseconds)
        case .before(let milliseconds, let fact):
            within = "\(WithinText.text(milliseconds)) \(language == .ru ? "до" : "before") \(folder.facts[fact].label.text(language))"
        case nil: break
        }
        return OutcomeWording.text(
            declared.then, reason: word(declared.reason), to: word(declared.to), group: word(declared.group), priority: declared.priority,
            within: within, language)
    }
}
