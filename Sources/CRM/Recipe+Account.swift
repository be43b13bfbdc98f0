// SPDX-License-Identifier: Apache-2.0

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
        return problems
    }

    /// The recipes inside the program: name → text.
    public static let shipped: [String: String] = [
        "amocrm": String(decoding: PackageResources.amocrm_yaml, as: UTF8.self),
        "bitrix24": String(decoding: PackageResources.bitrix24_yaml, as: UTF8.self),
        "salesforce": String(decoding: PackageResources.salesforce_yaml, as: UTF8.self),
        "tryton": String(decoding: PackageResources.tryton_yaml, as: UTF8.self),
        "generic-webhook": String(decoding: PackageResources.generic_webhook_yaml, as: UTF8.self),
        "salesbook": String(decoding: PackageResources.salesbook_yaml, as: UTF8.self),
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
