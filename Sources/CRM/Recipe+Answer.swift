// SPDX-License-Identifier: Apache-2.0
import Essentials
import WireFormats

extension Recipe {
    /// What an answer to an operation means: its class by the operation's rows, then the recipe's, then the status alone.
    public func read(_ response: CRMResponse, to operation: String, _ context: RecipeContext) -> CRMAnswer {
        let json = Recipe.json(response)
        let operation = operations[operation]
        let row = ((operation?.classify ?? []) + classify).first { $0.holds(response, json) }
        var answer = CRMAnswer(
            class: row?.class ?? Recipe.byStatus(response.status),
            wait: (row?.wait ?? Wait(source: .retryAfter, otherwise: nil)).duration(response, json, now: context.now))
        answer.message = message(response, json)
        guard let operation, let json else { return answer }
        for (name, path) in operation.take { answer.taken[name] = path.value(in: json) }
        if let pick = operation.pick, answer.class.isSuccess {
            let scope = TemplateScope(context: context, recipe: self)
            if let ids = pick.ids(in: json, scope) {
                answer.taken.merge(ids) { _, picked in picked }
                answer.class = .okExisting
            } else {
                answer.class = .okEmpty
            }
        }
        return answer
    }

    /// The body as JSON, whatever the type says; `nil` for anything else (an HTML login page, an empty body).
    private static func json(_ response: CRMResponse) -> JSON? {
        guard !response.body.isEmpty else { return nil }
        return try? JSON.parse(response.body)
    }

    private func message(_ response: CRMResponse, _ json: JSON?) -> String? {
        guard response.status >= 300 || message != nil else { return nil }
        let standard = JSONPath("error_description | error.message | errors[0].message | detail | message | error | title")
        let found = json.flatMap { json in (message ?? standard)?.value(in: json) }
        let text = found.map { $0.scalarText ?? $0.text } ?? (response.status >= 300 ? "status \(response.status)" : nil)
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
