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
    case object(ObjectTemplate)
    /// `{+of: tree, through: "json | base64"}`: the filled tree, changed as a whole.
    case through(Template, [Filter])
    /// `{+each: tree}`: the tree for each lead of a batch; with `+named` an object instead of a list.
    case items(Template, name: Template?)

    enum Piece: Sendable {
        case text(String)
        case placeholder(Placeholder)
    }
}

/// An object of a template.
struct ObjectTemplate: Sendable {
    enum Entry: Sendable {
        case member(Template, Template)
        /// `+: "{mapping.fields}"`: the members of that object.
        case spread(Placeholder)
    }
    var entries: [Entry]
    /// Names that must have a value (`+if:`), otherwise the object is absent.
    var wanted: [Placeholder] = []
    /// Names that must have none (`+unless:`).
    var unwanted: [Placeholder] = []
    /// `+for: "{mapping.fields}"`: an object for each member, with `{field.name}` and `{field.value}`; only inside a list.
    var each: Placeholder?

    var placeholders: [Placeholder] {
        wanted + unwanted + (each.map { [$0] } ?? [])
            + entries.flatMap { entry in
                switch entry {
                case .member(let name, let template): name.placeholders + template.placeholders
                case .spread(let placeholder): [placeholder]
                }
            }
    }
}

extension Template {
    /// The filled text for an address or a header, each placeholder's value put through `encode`.
    /// - Throws: `.missing` when a placeholder has no value: half an address is none.
    func filledText(_ scope: TemplateScope, encode: (String, Placeholder) -> String) throws(RecipeError) -> String {
        let pieces: [Piece]
        switch self {
        case .literal(let value): pieces = [.text(value.scalarText ?? value.text)]
        case .value(let placeholder): pieces = [.placeholder(placeholder)]
        case .text(let text): pieces = text
        case .list, .object, .items: pieces = []
        case .through:
            guard let value = try filled(scope) else { throw RecipeError(.missing, placeholders.first?.name ?? "a value") }
            pieces = [.text(value.scalarText ?? value.text)]
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

    /// The filled text as it is.
    func plain(_ scope: TemplateScope) throws(RecipeError) -> String { try filledText(scope) { value, _ in value } }

    /// Every placeholder in the tree.
    var placeholders: [Placeholder] {
        switch self {
        case .literal: []
        case .value(let placeholder): [placeholder]
        case .text(let pieces): pieces.compactMap { if case .placeholder(let placeholder) = $0 { placeholder } else { nil } }
        case .list(let elements): elements.flatMap(\.placeholders)
        case .object(let object): object.placeholders
        case .through(let template, _): template.placeholders
        case .items(let template, let name): template.placeholders + (name?.placeholders ?? [])
        }
    }
}

/// `{lead.phone or call.from | digits}`: names of the dictionary, the first that has a value, and what is done to it.
struct Placeholder: Sendable {
    var names: [String]
    var filters: [Filter]
    var place: YAMLNode

    /// The first name, for people.
    var name: String { names.first ?? "" }

    func value(_ scope: TemplateScope) throws(RecipeError) -> JSON? {
        var value: JSON?
        for name in names where value == nil { value = try scope.value(name) }
        for filter in filters { value = filter.apply(value, tables: scope.recipe.tables) }
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
        /// A value of the account's mapping can't be read.
        case badMapping
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
        case .badSecret: "\(name) is not of the form that signing needs: whsec_ and base64, or a PEM private key for RS256"
        case .badMapping: "the mapping is not usable: \(name)"
        }
    }
}
