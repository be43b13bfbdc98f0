// SPDX-License-Identifier: Apache-2.0
public import Essentials
import Foundation
import WireFormats

extension Recipe {
    /// The request of an operation, filled and signed for this attempt.
    ///
    /// - Throws: `RecipeError` `.missing` when a value the address, a header or the signature needs is absent.
    public func request(_ operation: String, _ context: RecipeContext) throws(RecipeError) -> CRMRequest {
        guard let operation = operations[operation] else { throw RecipeError(.noOperation, operation) }
        let scope = TemplateScope(context: context, recipe: self)
        let body = try operation.body.filled(scope)
        var headers = [CRMHeader("User-Agent", "callsieve"), CRMHeader("Accept", "application/json")]
        if let type = operation.body.contentType { headers.append(CRMHeader("Content-Type", type)) }
        headers += try auth.headers(scope, body: body ?? [])
        for header in self.headers + operation.headers {
            headers.removeAll { $0.name.lowercased() == header.name.lowercased() }
            headers.append(CRMHeader(header.name, try header.value.plain(scope)))
        }
        return CRMRequest(method: operation.method, url: try address(operation, scope), headers: headers, body: body)
    }

    /// Whether the request of a step may and must be made; see `PlanStep`.
    public func conditionsHold(_ step: PlanStep, _ context: RecipeContext) -> Bool {
        let scope = TemplateScope(context: context, recipe: self)
        return step.conditions.allSatisfy { condition in
            let value = scope.value(condition.name)?.scalarText ?? scope.value(condition.name)?.text
            let holds = condition.values.map { values in value.map(values.contains) ?? false } ?? (value != nil)
            return holds != condition.negated
        }
    }

    /// Base, path and query; each value percent-encoded but those of `host` and `url` fields.
    private func address(_ operation: Operation, _ scope: TemplateScope) throws(RecipeError) -> String {
        let raw = Set(accountFields.filter { $0.kind == .host || $0.kind == .url }.map { "account.\($0.name)" })
        let encode = { (value: String, placeholder: Placeholder) in raw.contains(placeholder.name) ? value : percentEncoded(value) }
        var address = Recipe.withoutDoubleSlashes(try base.filledText(scope, encode: encode))
        let path = try operation.path.filledText(scope, encode: encode)
        if path.hasPrefix("https://") || path.hasPrefix("http://") {
            address = path
        } else if !path.isEmpty {
            while address.hasSuffix("/") { address.removeLast() }
            address += path.hasPrefix("/") ? path : "/" + path
        }
        var parameters = operation.query
        if case .query(let pair) = auth { parameters.append(pair) }
        let fields = try NamedTemplate.filled(parameters, scope)
        guard !fields.isEmpty else { return address }
        let query = fields.map { percentEncoded($0.name) + "=" + percentEncoded($0.value) }.joined(separator: "&")
        return address + (address.contains("?") ? "&" : "?") + query
    }

    /// `http://book/` + `/api` is `http://book/api`: people end an address with a slash or not.
    private static func withoutDoubleSlashes(_ address: String) -> String {
        guard let scheme = address.range(of: "://"), !address.contains("?") else { return address }
        var path = String(address[scheme.upperBound...])
        while path.contains("//") { path = path.replacing("//", with: "/") }
        return address[..<scheme.upperBound] + path
    }

    /// The idempotency key of a step: the same at every attempt, another for every later order of the lead.
    /// - Parameter order: `nil` for the order that creates the lead, which has but one.
    public static func stepKey(lead: String, step: String, order: ULID?) -> String { "\(lead).\(step)" + (order.map { ".\($0)" } ?? "") }
}
