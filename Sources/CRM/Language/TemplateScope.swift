// SPDX-License-Identifier: Apache-2.0
import Essentials
import StrictYAML
import WireFormats

/// Where placeholders find their values. A value that is null or an empty text is absent.
struct TemplateScope {
    let context: RecipeContext
    let recipe: Recipe
    /// The leads of a batch; outside of one the lead itself alone.
    private(set) var items: [RecipeContext]
    /// Names of a moment: `field.name` inside `+for`, `item.key` inside `+each`, an assertion inside the request of a token.
    private(set) var extra: [String: JSON] = [:]
    /// How deep mapping values are being filled.
    private var depth = 0

    init(context: RecipeContext, recipe: Recipe, items: [RecipeContext]? = nil, extra: [String: JSON] = [:]) {
        self.context = context
        self.recipe = recipe
        self.items = items ?? [context]
        self.extra = extra
    }

    func with(field member: JSON.Member) -> TemplateScope {
        var scope = self
        scope.extra["field.name"] = .string(member.name)
        scope.extra["field.value"] = member.value
        return scope
    }

    /// The scope of one lead of a batch.
    func item(_ index: Int) -> TemplateScope {
        TemplateScope(context: items[index], recipe: recipe, extra: extra.merging(["item.key": .string(Items.key(index))]) { _, new in new })
    }

    func value(_ name: String) throws(RecipeError) -> JSON? {
        switch try found(name) {
        case .null, .string(""), nil: nil
        case .some(let value): value
        }
    }

    private func found(_ name: String) throws(RecipeError) -> JSON? {
        if let value = extra[name] { return value }
        switch name {
        case "step.key": return .string(context.stepKey)
        case "now": return .string(InstantText.iso(context.now))
        case "status.crm": return context.payload["lead.status"]?.string.map { .string(recipe.statuses[$0] ?? $0) }
        case "owner.crm": return try mapped("owners", by: "lead.owner")
        case "group.crm": return try mapped("groups", by: "lead.group")
        case "reason.crm": return try mapped("reasons", by: "lead.reason")
        case "stage.crm":
            return try mapped("stages", by: "lead.status") ?? context.payload["lead.status"]?.string.flatMap { recipe.stages[$0] }.map(JSON.string)
        default: break
        }
        if let rest = name.dropping("account.") { return account(rest) }
        if let rest = name.dropping("mapping.") { return try context.mapping[rest].flatMap { value throws(RecipeError) in try expanded(value) } }
        if let rest = name.dropping("auth.") { return context.session[rest].map { .string($0.reveal()) } }
        if let rest = name.dropping("poll.") { return context.poll.value(rest) }
        if name.contains(".") { return context.payload[name] ?? gathered(name) }
        return context.taken[name]
    }

    private func account(_ name: String) -> JSON? {
        let given = context.account[name].map { $0.reveal() }
        return (given ?? recipe.accountFields.first { $0.name == name }?.default).map(JSON.string)
    }

    private func mapped(_ table: String, by name: String) throws(RecipeError) -> JSON? {
        guard let word = context.payload[name]?.string else { return nil }
        return try (context.mapping[table]?[word]).flatMap { value throws(RecipeError) in try expanded(value) }
    }

    /// `{lead.answers}` is the object of all `lead.answers.<fact>`.
    private func gathered(_ name: String) -> JSON? {
        let members = (context.payload.members ?? []).compactMap { member -> JSON.Member? in
            guard let rest = member.name.dropping(name + "."), member.value != .null else { return nil }
            return JSON.Member(rest, member.value)
        }
        return members.isEmpty ? nil : .object(members)
    }

    /// A value of the mapping with its own placeholders filled: `"{lead.answers.service}"`.
    private func expanded(_ value: JSON) throws(RecipeError) -> JSON? {
        switch value {
        case .string(let text) where text.contains("{"): return try filledMapping(text)
        case .array(let elements):
            var out: [JSON] = []
            for element in elements { if let filled = try expanded(element) { out.append(filled) } }
            return out.isEmpty && !elements.isEmpty ? nil : .array(out)
        case .object(let members):
            var out: [JSON.Member] = []
            for member in members { if let filled = try expanded(member.value) { out.append(JSON.Member(member.name, filled)) } }
            return out.isEmpty && !members.isEmpty ? nil : .object(out)
        default: return value
        }
    }

    /// Mapping values that name each other are followed twice, which is more than any needs.
    private func filledMapping(_ text: String) throws(RecipeError) -> JSON? {
        guard depth < 2 else { return nil }
        var inner = self
        inner.depth += 1
        let template: Template
        do {
            template = try Template.reading(text)
        } catch {
            throw RecipeError(.badMapping, error.message)
        }
        return try template.filled(inner)
    }
}

extension String {
    func dropping(_ prefix: String) -> String? { hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil }
}
