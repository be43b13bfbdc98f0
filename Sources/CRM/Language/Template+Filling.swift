// SPDX-License-Identifier: Apache-2.0
import WireFormats

extension Template {
    /// The filled tree. What holds nothing but absent placeholders is absent: the key before it disappears with it.
    func filled(_ scope: TemplateScope) throws(RecipeError) -> JSON? {
        switch self {
        case .literal(let value): return value
        case .value(let placeholder): return try placeholder.value(scope)
        case .text(let pieces): return try Template.text(pieces, scope).map(JSON.string)
        case .list(let elements): return try Template.list(elements, scope)
        case .object(let object): return try object.filled(scope)
        case .through(let template, let filters):
            var value = try template.filled(scope)
            for filter in filters { value = filter.apply(value, tables: scope.recipe.tables) }
            return value
        case .items(let template, let name): return try Template.items(template, name, scope)
        }
    }

    private static func text(_ pieces: [Piece], _ scope: TemplateScope) throws(RecipeError) -> String? {
        var out = ""
        var found = false
        var asked = false
        for piece in pieces {
            switch piece {
            case .text(let text): out += text
            case .placeholder(let placeholder):
                asked = true
                guard let value = try placeholder.value(scope) else { continue }
                found = true
                out += value.scalarText ?? value.text
            }
        }
        return asked && !found ? nil : out
    }

    private static func list(_ elements: [Template], _ scope: TemplateScope) throws(RecipeError) -> JSON? {
        var out: [JSON] = []
        for element in elements {
            if case .object(let object) = element, let each = object.each {
                let found = try each.value(scope)
                let members = found?.members ?? (found?.array ?? []).enumerated().map { JSON.Member(String($0.offset), $0.element) }
                for member in members {
                    if let value = try object.filled(scope.with(field: member)) { out.append(value) }
                }
            } else if case .items = element {
                out += try element.filled(scope)?.array ?? []
            } else if let value = try element.filled(scope) {
                out.append(value)
            }
        }
        return out.isEmpty && !elements.isEmpty ? nil : .array(out)
    }

    private static func items(_ template: Template, _ name: Template?, _ scope: TemplateScope) throws(RecipeError) -> JSON? {
        var elements: [JSON] = []
        var members: [JSON.Member] = []
        for index in scope.items.indices {
            let inner = scope.item(index)
            guard let value = try template.filled(inner) else { continue }
            elements.append(value)
            if let name { members.append(JSON.Member(try name.plain(inner), value)) }
        }
        guard !elements.isEmpty else { return nil }
        return name == nil ? .array(elements) : .object(members)
    }
}

extension ObjectTemplate {
    func filled(_ scope: TemplateScope) throws(RecipeError) -> JSON? {
        for placeholder in wanted where try placeholder.value(scope) == nil { return nil }
        for placeholder in unwanted where try placeholder.value(scope) != nil { return nil }
        var members: [JSON.Member] = []
        for entry in entries {
            switch entry {
            case .member(let name, let template):
                guard let value = try template.filled(scope) else { continue }
                members.append(JSON.Member(try name.plain(scope), value))
            case .spread(let placeholder):
                for member in try placeholder.value(scope)?.members ?? [] where !members.contains(where: { $0.name == member.name }) {
                    members.append(member)
                }
            }
        }
        return members.isEmpty && !entries.isEmpty ? nil : .object(members)
    }
}
