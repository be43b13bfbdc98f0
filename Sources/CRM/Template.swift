// SPDX-License-Identifier: Apache-2.0
import Essentials
import StrictYAML
import WireFormats

/// A tree with placeholders, as a recipe writes a body. Filled into JSON values, never into text that is parsed again.
indirect enum Template: Sendable {
    case literal(JSON)
    /// One placeholder and nothing else: keeps the type of its value.
    case value(Placeholder)
    /// Text around placeholders.
    case text([Piece])
    case list([Template])
    /// `wanted`: names that must have a value (`+if:`), otherwise the object is absent.
    case object([ObjectEntry], wanted: [Placeholder])

    enum Piece: Sendable {
        case text(String)
        case placeholder(Placeholder)
    }

    enum ObjectEntry: Sendable {
        case member(String, Template)
        /// `+: "{mapping.fields}"`: the members of that object.
        case spread(Placeholder)
    }

    /// The filled tree. What holds nothing but absent placeholders is absent: the key before it disappears with it.
    func filled(_ scope: TemplateScope) throws(RecipeError) -> JSON? {
        switch self {
        case .literal(let value): return value
        case .value(let placeholder): return try placeholder.value(scope)
        case .text(let pieces): return try Template.text(pieces, scope).map(JSON.string)
        case .list(let elements):
            var out: [JSON] = []
            for element in elements { if let value = try element.filled(scope) { out.append(value) } }
            return out.isEmpty && !elements.isEmpty ? nil : .array(out)
        case .object(let entries, let wanted):
            for placeholder in wanted where try placeholder.value(scope) == nil { return nil }
            return try Template.object(entries, scope)
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

    private static func object(_ entries: [ObjectEntry], _ scope: TemplateScope) throws(RecipeError) -> JSON? {
        var members: [JSON.Member] = []
        for entry in entries {
            switch entry {
            case .member(let name, let template):
                if let value = try template.filled(scope) { members.append(JSON.Member(name, value)) }
            case .spread(let placeholder):
                for member in try placeholder.value(scope)?.members ?? [] where !members.contains(where: { $0.name == member.name }) {
                    members.append(member)
                }
            }
        }
        return members.isEmpty && !entries.isEmpty ? nil : .object(members)
    }

    /// The filled text for an address or a header, each placeholder's value put through `encode`.
    /// - Throws: `.missing` when a placeholder has no value: half an address is none.
    func filledText(_ scope: TemplateScope, encode: (String, Placeholder) -> String) throws(RecipeError) -> String {
        let pieces: [Piece] =
            switch self {
            case .literal(let value): [.text(value.scalarText ?? value.text)]
            case .value(let placeholder): [.placeholder(placeholder)]
            case .text(let pieces): pieces
            case .list, .object: []
            }
        var out = ""
        for piece in pieces {
            switch piece {
            case .text(let text): out += text
            case .placeholder(let placeholder):
                guard let value = try placeholder.value(scope) else { throw RecipeError(.missing, placeholder.name) }
                out += encode(value.scalarText ?? value.text, placeholder)
            }
        }
        return out
    }

    /// Every placeholder in the tree.
    var placeholders: [Placeholder] {
        switch self {
        case .literal: []
        case .value(let placeholder): [placeholder]
        case .text(let pieces): pieces.compactMap { if case .placeholder(let placeholder) = $0 { placeholder } else { nil } }
        case .list(let elements): elements.flatMap(\.placeholders)
        case .object(let entries, let wanted):
            wanted
                + entries.flatMap { entry in
                    switch entry {
                    case .member(_, let template): template.placeholders
                    case .spread(let placeholder): [placeholder]
                    }
                }
        }
    }
}

/// `{lead.phone | digits}`: a name of the dictionary and what is done to its value.
struct Placeholder: Sendable {
    var name: String
    var filters: [Filter]
    var place: YAMLNode

    func value(_ scope: TemplateScope) throws(RecipeError) -> JSON? {
        var value = scope.value(name)
        for filter in filters { value = filter.apply(value) }
        return value
    }
}

/// Why a recipe can't make a request out of what is known.
public struct RecipeError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: String, Sendable, Hashable {
        /// A name that the request can't do without has no value.
        case missing
        /// No operation of that name.
        case noOperation
        /// A secret is not of the form its scheme wants.
        case badSecret
    }
    public var code: Code
    /// The name; never its value.
    public var name: String

    init(_ code: Code, _ name: String) {
        self.code = code
        self.name = name
    }

    public var description: String {
        switch code {
        case .missing: "\(name) has no value, and the request can't be made without it"
        case .noOperation: "the recipe has no operation \(name)"
        case .badSecret: "\(name) is no signing secret: whsec_ and base64 are expected"
        }
    }
}
