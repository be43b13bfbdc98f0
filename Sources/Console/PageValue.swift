// SPDX-License-Identifier: Apache-2.0

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

    /// As the template engine wants it. A false flag stands for a missing value: shown as nothing.
    var rendered: Any? {
        switch self {
        case .text(let text): escapable(text)
        case .flag(let flag): flag ? true : nil
        case .list(let rows): rows.map { $0.compactMapValues(\.rendered) }
        case .group(let members): members.compactMapValues(\.rendered)
        }
    }
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
