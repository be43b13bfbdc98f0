// SPDX-License-Identifier: Apache-2.0
import WireFormats

/// What a request carries.
enum BodyTemplate: Sendable {
    case none
    case json(Template)
    /// Fields in the order of the recipe; those that are absent are left out.
    case form([NamedTemplate])

    var contentType: String? {
        switch self {
        case .none: nil
        case .json: "application/json"
        case .form: "application/x-www-form-urlencoded"
        }
    }

    /// The bytes; `nil`: no body. `extra`: members that the account's auth puts on top.
    func filled(_ scope: TemplateScope, extra: [NamedTemplate] = []) throws(RecipeError) -> [UInt8]? {
        switch self {
        case .none: return nil
        case .form(let fields): return Form(try NamedTemplate.filled(fields + extra, scope)).serialised()
        case .json(let template):
            let tree = try template.filled(scope) ?? .object([])
            guard !extra.isEmpty, case .object(var members) = tree else { return tree.serialised() }
            for field in extra { members.append(JSON.Member(field.name, .string(try field.value.plain(scope)))) }
            return JSON.object(members).serialised()
        }
    }

    var placeholders: [Placeholder] {
        switch self {
        case .none: []
        case .json(let template): template.placeholders
        case .form(let fields): fields.flatMap(\.value.placeholders)
        }
    }
}

/// A name with the template of its value: a header, a parameter, a form field.
struct NamedTemplate: Sendable {
    var name: String
    var value: Template
}

extension NamedTemplate {
    /// The fields that have a value; a list gives one field each, objects are written as JSON.
    static func filled(_ templates: [NamedTemplate], _ scope: TemplateScope) throws(RecipeError) -> [Form.Field] {
        var fields: [Form.Field] = []
        for template in templates {
            guard let value = try template.value.filled(scope) else { continue }
            for one in value.array ?? [value] { fields.append(Form.Field(template.name, one.scalarText ?? one.text)) }
        }
        return fields
    }
}
