// SPDX-License-Identifier: Apache-2.0
public import Essentials
import WireFormats

extension Recipe {
    /// The request of an operation, filled and signed for this attempt.
    ///
    /// - Throws: `RecipeError` `.missing` when a value the address, a header or the signature needs is absent.
    public func request(_ operation: String, _ context: RecipeContext) throws(RecipeError) -> CRMRequest {
        guard let operation = operations[operation] else { throw RecipeError(.noOperation, operation) }
        return try request(operation, TemplateScope(context: context, recipe: self))
    }

    /// One request for many leads, where the operation has `batch`. What is not inside `+each` is filled from the first lead.
    ///
    /// - Parameter contexts: one for each lead, in the order in which answers are to come back; at least one.
    public func request(_ operation: String, items contexts: [RecipeContext]) throws(RecipeError) -> CRMRequest {
        guard let operation = operations[operation], let first = contexts.first else { throw RecipeError(.noOperation, operation) }
        return try request(operation, TemplateScope(context: first, recipe: self, items: contexts))
    }

    /// The operation that does `operation` for many leads at once, with its bounds; `nil`: the CRM has none.
    public func batch(for operation: String) -> (operation: String, batch: Batch)? {
        let fitting = operations.values.filter { $0.batch?.of == operation }.sorted { $0.name < $1.name }
        return fitting.first.flatMap { found in found.batch.map { (found.name, $0) } }
    }

    func request(_ operation: Operation, _ scope: TemplateScope) throws(RecipeError) -> CRMRequest {
        guard let way = way(operation, scope) else {
            throw RecipeError(.missing, "every field by which the account could prove who it is")
        }
        let body = try operation.body.filled(scope, extra: way.method.bodyMembers)
        var headers = [CRMHeader("User-Agent", "callsieve"), CRMHeader("Accept", "application/json")]
        if let type = operation.body.contentType { headers.append(CRMHeader("Content-Type", type)) }
        headers += try way.method.headers(scope, body: body ?? [])
        for header in self.headers + operation.headers {
            guard let value = try header.value.filled(scope) else { throw RecipeError(.missing, "header \(header.name)") }
            headers.removeAll { $0.name.lowercased() == header.name.lowercased() }
            headers.append(CRMHeader(header.name, value.scalarText ?? value.text))
        }
        return CRMRequest(method: operation.method, url: try address(operation, way, scope), headers: headers, body: body)
    }

    /// Whether the request of a step may and must be made; see `PlanStep`.
    public func conditionsHold(_ step: PlanStep, _ context: RecipeContext) -> Bool {
        let scope = TemplateScope(context: context, recipe: self)
        return step.conditions.allSatisfy { $0.holds(scope) }
    }

    /// Base, path and query; each value percent-encoded but those of `host` and `url` fields and the hosts that came with a token.
    private func address(_ operation: Operation, _ way: AuthWay, _ scope: TemplateScope) throws(RecipeError) -> String {
        let raw = Set(accountFields.filter { $0.kind == .host || $0.kind == .url }.map { "account.\($0.name)" } + ["auth.host"])
        let encode = { (value: String, placeholder: Placeholder) in
            placeholder.names.contains(where: raw.contains) ? value : percentEncoded(value)
        }
        let path = try operation.path.filledText(scope, encode: encode)
        var address = path
        if !path.hasPrefix("https://") && !path.hasPrefix("http://") {
            address = Recipe.withoutDoubleSlashes(try (way.base ?? base).filledText(scope, encode: encode))
            if !path.isEmpty {
                while address.hasSuffix("/") { address.removeLast() }
                address += path.hasPrefix("/") ? path : "/" + path
            }
        }
        if let tree = operation.queryJSON, let value = try tree.filled(scope) {
            return address + "?" + percentEncoded(value.scalarText ?? value.text)
        }
        let fields = try NamedTemplate.filled(operation.query + way.method.parameters, scope)
        guard !fields.isEmpty else { return address }
        let query = fields.map { percentEncoded($0.name) + "=" + percentEncoded($0.value) }.joined(separator: "&")
        return address + (address.contains("?") ? "&" : "?") + query
    }

    /// `http://book/` + `/api` is `http://book/api`: people end an address with a slash or not.
    private static func withoutDoubleSlashes(_ address: String) -> String {
        guard let scheme = address.firstRange(of: "://"), !address.contains("?") else { return address }
        var path = String(address[scheme.upperBound...])
        while path.contains("//") { path = path.replacing("//", with: "/") }
        return address[..<scheme.upperBound] + path
    }

    /// The idempotency key of a step: the same at every attempt, another for every later order of the lead.
    /// - Parameter order: `nil` for the order that creates the lead, which has but one.
    public static func stepKey(lead: String, step: String, order: ULID?) -> String { "\(lead).\(step)" + (order.map { ".\($0)" } ?? "") }
}
