// SPDX-License-Identifier: Apache-2.0
import Essentials
import WireFormats

/// Where placeholders find their values. A value that is null or an empty text is absent.
struct TemplateScope {
    let context: RecipeContext
    let recipe: Recipe

    func value(_ name: String) -> JSON? {
        switch found(name) {
        case .null, .string(""), nil: nil
        case .some(let value): value
        }
    }

    private func found(_ name: String) -> JSON? {
        switch name {
        case "step.key": return .string(context.stepKey)
        case "now": return .string(InstantText.iso(context.now))
        case "status.crm": return context.payload["lead.status"]?.string.map { .string(recipe.statuses[$0] ?? $0) }
        case "owner.crm": return mapped("owners", by: "lead.owner")
        case "stage.crm": return mapped("stages", by: "lead.status")
        default: break
        }
        if let rest = name.dropping("account.") { return account(rest) }
        if let rest = name.dropping("auth.") { return context.session[rest].map { .string($0.reveal()) } }
        if let rest = name.dropping("mapping.") { return context.mapping[rest] }
        if name.contains(".") { return context.payload[name] ?? gathered(name) }
        return context.taken[name]
    }

    private func account(_ name: String) -> JSON? {
        let given = context.account[name].map { $0.reveal() }
        return (given ?? recipe.accountFields.first { $0.name == name }?.default).map(JSON.string)
    }

    private func mapped(_ table: String, by name: String) -> JSON? {
        context.payload[name]?.string.flatMap { context.mapping[table]?[$0] }
    }

    /// `{lead.answers}` is the object of all `lead.answers.<fact>`.
    private func gathered(_ name: String) -> JSON? {
        let members = (context.payload.members ?? []).compactMap { member -> JSON.Member? in
            guard let rest = member.name.dropping(name + "."), member.value != .null else { return nil }
            return JSON.Member(rest, member.value)
        }
        return members.isEmpty ? nil : .object(members)
    }
}

extension String {
    func dropping(_ prefix: String) -> String? { hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil }
}
