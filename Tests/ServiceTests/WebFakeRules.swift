// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import WebServer

/// The rules of `WebFakeBackend`: purpose, service, budget, who decides; two more questions that never matter.
enum WebFakeRules {
    typealias Question = BriefingResource.Question

    static let facts = ["purpose", "service", "budget total", "decision maker", "criteria", "task"]

    static func briefing(lead: ULID, call: ULID?) -> BriefingResource {
        var briefing = BriefingResource(
            lead: lead, call: call, holder: nil, state: .open, preview: BriefingResource.Preview(isDecided: false), status: .briefing)
        briefing.known = [BriefingResource.Known(fact: "line", label: BothLanguages(en: "Line", ru: "Линия"), value: BothLanguages("main"))]
        briefing.questions = [
            question(
                "purpose", "choice", "What is your call about?", "По какому вопросу вы звоните?",
                [("new project", "новый проект"), ("job", "работа"), ("vendor", "предлагает услуги")]),
            question("service", "choice", "What do you need?", "Что вам нужно?", [("site", "сайт"), ("shop", "магазин"), ("support", "поддержка")]),
            question("budget total", "money", "Which budget do you plan?", "Какой бюджет планируете?"),
            question("decision maker", "yes/no", "Do you take the decision?", "Вы принимаете решение?"),
            question("criteria", "tags", "How will you choose?", "Как будете выбирать?", [("price", "цена"), ("cases", "кейсы"), ("time", "срок")]),
            question("task", "text", "What should change after this work?", "Что должно измениться после этой работы?"),
        ]
        judge(&briefing)
        return briefing
    }

    private static func question(_ fact: String, _ kind: String, _ en: String, _ ru: String, _ choices: [(String, String)] = []) -> Question {
        var question = Question(fact: fact, ask: BothLanguages(en: en, ru: ru), label: BothLanguages(en: fact, ru: fact), kind: kind)
        question.choices = choices.map { BriefingResource.Choice(value: $0, label: BothLanguages(en: $0, ru: $1)) }
        question.unit = kind == "money" ? "RUB" : nil
        return question
    }

    static func problem(of text: String, for fact: String) -> String? {
        guard fact == "budget total", text.contains(where: { !$0.isNumber && $0 != " " }) else { return nil }
        return "\"\(text)\" is no amount; write 300 000."
    }

    static func put(_ answer: AnswerInput, _ fact: String, _ briefing: inout BriefingResource) {
        guard let index = briefing.questions.firstIndex(where: { $0.fact == fact }) else { return }
        switch answer {
        case .value(let text): (briefing.questions[index].state, briefing.questions[index].value) = (.answered, text)
        case .other(let text): (briefing.questions[index].state, briefing.questions[index].value) = (.other, text)
        case .declined: (briefing.questions[index].state, briefing.questions[index].value) = (.declined, nil)
        case .clear: (briefing.questions[index].state, briefing.questions[index].value) = (.open, nil)
        }
    }

    static func judge(_ briefing: inout BriefingResource) {
        let answers = Dictionary(uniqueKeysWithValues: briefing.questions.map { ($0.fact, $0) })
        let (need, verdict) = verdict(answers)
        briefing.preview = verdict
        briefing.preview.need = need
        briefing.next = need.first
        for index in briefing.questions.indices {
            briefing.questions[index].matters = need.contains(briefing.questions[index].fact)
            briefing.questions[index].isNext = briefing.questions[index].fact == need.first
        }
    }

    private static func verdict(_ answers: [String: Question]) -> ([String], BriefingResource.Preview) {
        func decided(_ then: Action, _ reason: ReasonCode?, _ rule: String, _ en: String, _ ru: String) -> ([String], BriefingResource.Preview) {
            (
                [],
                BriefingResource.Preview(isDecided: true, then: then, reason: reason, group: "sales", rule: rule, why: BothLanguages(en: en, ru: ru))
            )
        }
        if answers["purpose"]?.value == "job" {
            return decided(.notALead, "JOB_SEEKER", "job seekers", "The caller looks for a job.", "Клиент ищет работу.")
        }
        if answers["purpose"]?.value == "vendor" {
            return decided(.notALead, "VENDOR", "vendors", "The caller sells something.", "Клиент продаёт своё.")
        }
        if answers["service"]?.value == "support" {
            return decided(.drop, "SERVICE_NOT_OFFERED", "no support", "We do not offer support.", "Поддержку не оказываем.")
        }
        if let budget = answers["budget total"]?.value.flatMap({ Int($0.filter(\.isNumber)) }), budget < 300_000 {
            return decided(.drop, "BUDGET_LOW", "small budgets", "The budget is under 300 000.", "Бюджет меньше 300 000.")
        }
        let need = facts.prefix(4).filter { answers[$0]?.state == .open }
        if !need.isEmpty { return (Array(need), BriefingResource.Preview(isDecided: false)) }
        return decided(.qualify, nil, "good projects", "A project that we want.", "Проект, который нам нужен.")
    }
}
