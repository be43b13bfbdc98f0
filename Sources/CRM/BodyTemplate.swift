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

    /// The bytes; `nil`: no body.
    func filled(_ scope: TemplateScope) throws(RecipeError) -> [UInt8]? {
        switch self {
        case .none: return nil
        case .json(let template): return (try template.filled(scope) ?? .object([])).serialised()
        case .form(let fields): return Form(try NamedTemplate.filled(fields, scope)).serialised()
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

extension NamedTemplate {
    /// The fields that have a value; objects and lists as JSON.
    static func filled(_ templates: [NamedTemplate], _ scope: TemplateScope) throws(RecipeError) -> [Form.Field] {
        var fields: [Form.Field] = []
        for template in templates {
            guard let value = try template.value.filled(scope) else { continue }
            fields.append(Form.Field(template.name, value.scalarText ?? value.text))
        }
        return fields
    }
}
