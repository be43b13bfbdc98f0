// SPDX-License-Identifier: Apache-2.0
import CallModel
import RuleFiles

/// Decisions in the words of a language.
struct Sentences {
    let language: Language
    private var isRussian: Bool { language == .ru }

    func byDefault(_ verdict: Verdict) -> String {
        isRussian ? "\(words(verdict)): для этого случая нет таблицы." : "\(words(verdict)): no table decides this moment."
    }

    func undecided(asking label: String?) -> String {
        guard let label else { return isRussian ? "Ещё не решено." : "Not decided yet." }
        return isRussian ? "Ещё не решено: \(label)?" : "Not decided yet: ask for \(label)."
    }

    func decided(_ verdict: Verdict, _ because: [Explanation.Because]) -> String {
        guard let rule = verdict.rule else { return "\(words(verdict))." }
        if rule == "otherwise" { return isRussian ? "\(words(verdict)): ни одно правило не подошло." : "\(words(verdict)): no other rule holds." }
        let conditions = because.map(condition).joined(separator: isRussian ? "; " : " and ")
        let by = isRussian ? "по правилу «\(rule)»" : "by '\(rule)'"
        return "\(words(verdict)) \(by)" + (conditions.isEmpty ? "." : ": \(conditions).")
    }

    /// "budget 60 000 RUB is under 300 000"; "service is site".
    private func condition(_ because: Explanation.Because) -> String {
        let name = isRussian ? because.label : because.fact
        let isPlain =
            because.test.split(separator: ",").contains { folded($0.trimmingSpaces) == folded(because.value) } || because.value == because.test
        if isPlain { return isRussian ? "\(name): \(because.value)" : "\(name) is \(because.value)" }
        return isRussian ? "\(name): \(because.value) (\(because.test))" : "\(name) \(because.value) is \(because.test)"
    }

    func wouldQualify(label: String, now: String, with value: String) -> String {
        isRussian
            ? "\(label): сейчас \(now); при \(value) обращение было бы принято."
            : "\(label) is \(now); with \(value) it would be qualified."
    }

    var nothingQualifies: String {
        isRussian ? "Ни один другой ответ сам по себе не сделал бы обращение принятым." : "No single other answer would have qualified the call."
    }

    /// "Dropped"; "Undecided" where there is nothing to do.
    func action(_ action: Action?) -> String {
        guard let action else { return isRussian ? "не решено" : "undecided" }
        return (isRussian ? Self.russian(action) : Self.english(action)).lowercased()
    }

    /// What was decided, with the target and the deadline where there is one.
    private func words(_ verdict: Verdict) -> String {
        guard let then = verdict.then else { return isRussian ? "Не решено" : "Undecided" }
        var text = isRussian ? Self.russian(then) : Self.english(then)
        if let to = verdict.to, then == .divert || then == .menu { text += isRussian ? " (\(to))" : " to \(to)" }
        return text
    }

    private static func english(_ action: Action) -> String {
        switch action {
        case .answer: "Answer"
        case .answerFirst: "Answer first"
        case .divert: "Divert"
        case .menu: "Menu"
        case .voicemail: "Voicemail"
        case .reject: "Rejected"
        case .qualify: "Qualified"
        case .callback: "To be called back"
        case .defer: "Deferred"
        case .drop: "Dropped"
        case .notALead: "Not a lead"
        case .duplicate: "Duplicate"
        }
    }

    private static func russian(_ action: Action) -> String {
        switch action {
        case .answer: "Соединить"
        case .answerFirst: "Соединить первым"
        case .divert: "Перевести"
        case .menu: "Голосовое меню"
        case .voicemail: "Голосовая почта"
        case .reject: "Не соединять"
        case .qualify: "Принят"
        case .callback: "Перезвонить"
        case .defer: "Отложен"
        case .drop: "Отклонён"
        case .notALead: "Не обращение"
        case .duplicate: "Повтор"
        }
    }
}

extension Substring {
    fileprivate var trimmingSpaces: Substring { drop { $0 == " " } }
}
