// SPDX-License-Identifier: Apache-2.0
import Essentials
import WireFormats

extension Recipe {
    /// What an account's fields lack or have too much, as sentences; empty: they fit.
    public func problems(withFields given: Set<String>) -> [String] {
        let known = accountFields.map(\.name)
        var problems = accountFields.filter { !$0.isOptional && $0.default == nil && !given.contains($0.name) }.map { field in
            "the recipe \(name) needs \"\(field.name)\" (\(field.kind.rawValue))"
        }
        for name in given.sorted() where !known.contains(name) {
            problems.append("the recipe \(self.name) has no field \"\(name)\"; it has \(known.joined(separator: ", "))")
        }
        return problems + authProblems(given)
    }

    /// Where a recipe knows several ways to prove who we are, the account must have the fields of one.
    private func authProblems(_ given: Set<String>) -> [String] {
        let account = Dictionary(given.map { ($0, Secret("given")) }, uniquingKeysWith: { first, _ in first })
        let context = RecipeContext(payload: .object([]), account: account, stepKey: "", now: Instant(unixSeconds: 0))
        let scope = TemplateScope(context: context, recipe: self)
        guard !auth.contains(where: { $0.holds(scope) }) else { return [] }
        let wanted = auth.flatMap(\.conditions).filter { !$0.negated }.compactMap { $0.name.dropping("account.") }
        return ["the account can't prove who it is: the recipe \(name) needs \(wanted.joined(separator: " or "))"]
    }

    /// The recipes inside the program: name → text.
    public static let shipped: [String: String] = [
        "amocrm": String(decoding: PackageResources.amocrm_yaml, as: UTF8.self),
        "bitrix24": String(decoding: PackageResources.bitrix24_yaml, as: UTF8.self),
        "bottlecrm": String(decoding: PackageResources.bottlecrm_yaml, as: UTF8.self),
        "espocrm": String(decoding: PackageResources.espocrm_yaml, as: UTF8.self),
        "generic-webhook": String(decoding: PackageResources.generic_webhook_yaml, as: UTF8.self),
        "hubspot": String(decoding: PackageResources.hubspot_yaml, as: UTF8.self),
        "megaplan": String(decoding: PackageResources.megaplan_yaml, as: UTF8.self),
        "odoo": String(decoding: PackageResources.odoo_yaml, as: UTF8.self),
        "odoo-jsonrpc": String(decoding: PackageResources.odoo_jsonrpc_yaml, as: UTF8.self),
        "pipedrive": String(decoding: PackageResources.pipedrive_yaml, as: UTF8.self),
        "salesbook": String(decoding: PackageResources.salesbook_yaml, as: UTF8.self),
        "salesforce": String(decoding: PackageResources.salesforce_yaml, as: UTF8.self),
        "suitecrm": String(decoding: PackageResources.suitecrm_yaml, as: UTF8.self),
        "tryton": String(decoding: PackageResources.tryton_yaml, as: UTF8.self),
        "zoho": String(decoding: PackageResources.zoho_yaml, as: UTF8.self),
    ]

    /// A shipped recipe, read. `nil`: there is none of that name.
    public static func shipped(_ name: String) -> Recipe? {
        guard let text = shipped[name] else { return nil }
        do {
            return try load(text, file: "\(name).yaml")
        } catch {
            fatalError("a shipped recipe is read by the tests before it is shipped: \(error)")
        }
    }
}
