// SPDX-License-Identifier: Apache-2.0

/// Text with slots: `{call}:{event}`. `{{` and `}}` stand for single braces.
struct Template<Slot: Sendable & Hashable>: Sendable, Hashable {
    enum Part: Sendable, Hashable {
        case literal(String)
        case slot(Slot)
    }

    let parts: [Part]

    /// - Parameter slot: reads what stands between braces.
    init(_ text: String, slot: (String) throws(TextProblem) -> Slot) throws(TextProblem) {
        var parts: [Part] = []
        var literal = ""
        var rest = Substring(text)
        while let character = rest.popFirst() {
            if (character == "{" || character == "}") && rest.first == character {
                literal.append(character)
                rest.removeFirst()
            } else if character == "{" {
                guard let end = rest.firstIndex(of: "}") else {
                    throw TextProblem("\"{\" is not closed in \"\(text)\"", fix: "close it with }, or write {{ for a brace")
                }
                if !literal.isEmpty { parts.append(.literal(literal)) }
                literal = ""
                parts.append(.slot(try slot(trimmed(String(rest[..<end])))))
                rest = rest[rest.index(after: end)...]
            } else if character == "}" {
                throw TextProblem("\"}\" stands alone in \"\(text)\"", fix: "write }} for a brace")
            } else {
                literal.append(character)
            }
        }
        if !literal.isEmpty { parts.append(.literal(literal)) }
        self.parts = parts
    }

    var slots: [Slot] { parts.compactMap { if case .slot(let slot) = $0 { slot } else { nil } } }

    /// The text with its slots filled; `nil` as soon as one of them has nothing.
    func filled(_ value: (Slot) -> String?) -> String? {
        var out = ""
        for part in parts {
            switch part {
            case .literal(let text): out += text
            case .slot(let slot):
                guard let text = value(slot) else { return nil }
                out += text
            }
        }
        return out
    }
}
