// SPDX-License-Identifier: Apache-2.0
import Mustache

/// What a template is given: texts, flags, and lists of these; never markup.
public enum PageValue: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByBooleanLiteral {
    case text(String)
    case flag(Bool)
    case list([[String: PageValue]])
    /// One thing with members; a section over it is shown once.
    case group([String: PageValue])

    public init(stringLiteral text: String) { self = .text(text) }
    public init(booleanLiteral flag: Bool) { self = .flag(flag) }

    /// `nil` and "" leave a section out.
    public init(_ text: String?) { self = text.map { $0.isEmpty ? .flag(false) : .text($0) } ?? .flag(false) }

    /// As the template engine wants it.
    var rendered: Any {
        switch self {
        case .text(let text): escapable(text)
        case .flag(let flag): flag ? true : Absent()
        case .list(let rows): rows.map { $0.mapValues(\.rendered) }
        case .group(let members): members.mapValues(\.rendered)
        }
    }
}

/// A value that is not there: shown as nothing, its section is left out. A name that is merely missing would be looked up in what
/// stands around it, and a decision without a reason would show the reason of its lead.
struct Absent: MustacheCustomRenderable {
    var renderText: String { "" }
    var isNull: Bool { true }
}

/// The text with every character that HTML knows standing alone.
///
/// The template engine escapes by `Character`, and `"` followed by a combining mark is one `Character` that it would let
/// through, which ends an attribute. Such clusters are parted by a zero-width space.
func escapable(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { $0.value > 0x7F }) else { return text }
    var out = String.UnicodeScalarView()
    for character in text {
        let parts = character.unicodeScalars.contains { "<>&\"'".unicodeScalars.contains($0) } && character.unicodeScalars.count > 1
        for (index, scalar) in character.unicodeScalars.enumerated() {
            if parts, index > 0 { out.append("\u{200B}") }
            out.append(scalar)
        }
    }
    return String(out)
}
