// SPDX-License-Identifier: Apache-2.0
import Essentials
import WireFormats

extension Recipe {
    /// What an answer to an operation means: its class by the operation's rows, then the recipe's, then the status alone.
    public func read(_ response: CRMResponse, to operation: String, _ context: RecipeContext) -> CRMAnswer {
        read(response, to: operation, items: [context]).whole
    }

    /// What an answer to a request of many leads means, as a whole and for each lead in their order.
    ///
    /// The whole is `ok_partial` when it succeeded and some lead did not. What refuses the whole request refuses each lead alike.
    /// - Parameter contexts: those that the request was made from, at least one.
    public func read(
        _ response: CRMResponse, to operation: String, items contexts: [RecipeContext]
    ) -> (whole: CRMAnswer, items: [CRMAnswer]) {
        let json = Recipe.json(response)
        var whole = whole(response, json, to: operations[operation], contexts.first)
        guard let found = operations[operation]?.items, let json, whole.class.isSuccess, whole.class != .okEmpty else {
            return (whole, contexts.map { _ in whole })
        }
        let items = found.answers(response, json, contexts)
        if contexts.count == 1, let only = items.first {
            let budgets = whole.budgets
            whole = only
            whole.budgets = budgets
        } else if items.contains(where: { !$0.class.isSuccess }) {
            whole.class = .okPartial
        }
        return (whole, items)
    }

    private func whole(_ response: CRMResponse, _ json: JSON?, to operation: Operation?, _ context: RecipeContext?) -> CRMAnswer {
        let now = context?.now ?? Instant(unixSeconds: 0)
        let row = ((operation?.classify ?? []) + classify).first { $0.holds(response, json) }
        var answer = CRMAnswer(
            class: row?.class ?? Recipe.byStatus(response.status),
            wait: (row?.wait ?? Wait(source: .retryAfter, otherwise: nil)).duration(response, json, now: now))
        answer.budgets = hints.compactMap { $0.budget(response, json, now: now) }
        answer.message = message(response, json, answer.class)
        if !answer.class.isSuccess { answer.field = field?.value(in: response, json).map { String(($0.scalarText ?? $0.text).prefix(100)) } }
        guard let operation else { return answer }
        for (name, place) in operation.take { answer.taken[name] = place.value(in: response, json) }
        if let json, let context, let pick = operation.pick, answer.class.isSuccess { take(pick, of: json, context, into: &answer) }
        return answer
    }

    private func take(_ pick: Pick, of json: JSON, _ context: RecipeContext, into answer: inout CRMAnswer) {
        if let ids = pick.ids(in: json, TemplateScope(context: context, recipe: self)) {
            answer.taken.merge(ids) { _, picked in picked }
        } else {
            answer.class = pick.otherwise
            if !pick.otherwise.isSuccess { answer.message = "none of the records is the one that was looked for" }
        }
    }

    /// The body as JSON, whatever the type says; `nil` for anything else (an HTML login page, an empty body).
    static func json(_ response: CRMResponse) -> JSON? {
        guard !response.body.isEmpty else { return nil }
        return try? JSON.parse(response.body)
    }

    private func message(_ response: CRMResponse, _ json: JSON?, _ class: AnswerClass) -> String? {
        guard response.status >= 300 || !`class`.isSuccess || message != nil else { return nil }
        let standard = AnswerPlace("error_description | error.message | errors[0].message | detail | message | error | title")
        let found = (message ?? standard)?.value(in: response, json) ?? standard?.value(in: response, json)
        let text = found.map { $0.scalarText ?? $0.text } ?? (`class`.isSuccess ? nil : "status \(response.status)")
        return text.map { String($0.prefix(500)) }
    }

    /// Where no row holds (RFC 9110, 15): what the status means by itself.
    private static func byStatus(_ status: Int) -> AnswerClass {
        switch status {
        case 200, 202...299: .ok
        case 201: .okCreated
        case 401: .authInvalid
        case 403: .authInvalid
        case 404: .notFound
        case 408, 425: .serverError
        case 409: .duplicate
        case 410: .disabled
        case 423: .retry
        case 429: .throttled
        case 300...499: .invalid
        default: .serverError
        }
    }
}
