// SPDX-License-Identifier: Apache-2.0

/// Where a value stands in a request: `from.number`, `form.sign`, `header.Authorization`, `path.1`.
struct Place: Hashable, Sendable {
    enum Root: String, Hashable, Sendable, CaseIterable {
        /// What the body pipeline ends in; also meant when a path begins with no root's name.
        case body
        /// The fields of the form, where a pipeline goes through one.
        case form
        case query
        case header
        /// The parts of the path after the source (and its token); without a step, all of them: `/events/call`.
        case path
        case method
        /// The media type of the body without its parameters, in lower case.
        case type = "content type"
        /// Bytes of the body.
        case size = "body size"
    }

    /// A member's name, or an element's number where the value is an array. `last` takes the last element.
    struct Step: Hashable, Sendable {
        let name: String
        let index: Int?

        init(_ name: String) {
            self.name = name
            index = Int(name)
        }
    }

    /// A change to the text that was found.
    enum Change: String, Hashable, Sendable, CaseIterable {
        /// The last part of a path or URL, without its query.
        case last
        case lower
        /// ASCII digits only.
        case digits
        /// The user of a SIP address (`sip:12@host` → `12`); other texts as they are.
        case user
        /// Who was dialled: `{timeout=8}sofia/in/201@host:5061`, `user/201` and `PJSIP/201` → `201`.
        case party
    }

    let root: Root
    let steps: [Step]
    let change: Change?
}

/// `a.b | c | "constant"`: the first that is there and not empty.
struct PathExpression: Hashable, Sendable {
    enum Alternative: Hashable, Sendable {
        case place(Place)
        case constant(String)
    }

    let alternatives: [Alternative]

    /// Those alternatives that are places.
    var places: [Place] { alternatives.compactMap { if case .place(let place) = $0 { place } else { nil } } }
}

/// What is wrong with a piece of text inside a scalar; the caller knows the line.
struct TextProblem: Error {
    let message: String
    let fix: String?

    init(_ message: String, fix: String? = nil) {
        self.message = message
        self.fix = fix
    }
}

extension PathExpression {
    /// Reads the notation of the dialect files (docs/dialects.md, "Paths").
    init(_ text: String) throws(TextProblem) {
        var alternatives: [Alternative] = []
        for part in try PathExpression.split(text) { alternatives.append(try PathExpression.alternative(part)) }
        self.alternatives = alternatives
    }

    /// Splits at `|` outside quotes.
    private static func split(_ text: String) throws(TextProblem) -> [String] {
        var parts = [""]
        var quoted = false
        for character in text {
            if character == "\"" { quoted.toggle() }
            if character == "|" && !quoted { parts.append("") } else { parts[parts.count - 1].append(character) }
        }
        if quoted { throw TextProblem("a quotation mark is missing in \(text)") }
        return parts.map(trimmed)
    }

    private static func alternative(_ text: String) throws(TextProblem) -> Alternative {
        if text.hasPrefix("\""), text.hasSuffix("\""), text.count >= 2 { return .constant(String(text.dropFirst().dropLast())) }
        if text.isEmpty { throw TextProblem("a path is missing", fix: "write a field's name, or \"\" for the empty text") }
        if let open = text.firstIndex(of: "("), text.hasSuffix(")"), let change = Place.Change(rawValue: String(text[..<open])) {
            return .place(try place(String(text[text.index(after: open)...].dropLast()), change: change))
        }
        return .place(try place(text, change: nil))
    }

    private static func place(_ text: String, change: Place.Change?) throws(TextProblem) -> Place {
        let names = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard !names.contains(where: { $0.isEmpty || $0 != trimmed($0) }) else {
            throw TextProblem("\"\(text)\" is an impossible path: a part of it is empty", fix: "write names with single dots between")
        }
        guard let root = Place.Root(rawValue: names[0]) else {
            return Place(root: .body, steps: names.map(Place.Step.init), change: change)
        }
        let steps = names.dropFirst().map(Place.Step.init)
        try check(root, steps, text)
        return Place(root: root, steps: steps, change: change)
    }

    private static func check(_ root: Place.Root, _ steps: [Place.Step], _ text: String) throws(TextProblem) {
        switch root {
        case .header, .form, .query:
            if steps.isEmpty {
                throw TextProblem("\"\(text)\" names no field", fix: "write \(root.rawValue).NAME, or body.\(root.rawValue) for a field of the body")
            }
            if root == .header, steps.count > 1 { throw TextProblem("\"\(text)\" is an impossible path: a header has no parts") }
        case .path:
            if steps.count > 1 || steps.first.map({ $0.index == nil && $0.name != "last" }) ?? false {
                throw TextProblem("\"\(text)\" is an impossible path", fix: "write path, path.0, path.1 … or path.last")
            }
        case .method, .type, .size:
            if !steps.isEmpty { throw TextProblem("\"\(text)\" is an impossible path: \(root.rawValue) has no parts", fix: "write \(root.rawValue)") }
        case .body: break
        }
    }
}

func trimmed(_ text: String) -> String {
    guard let first = text.firstIndex(where: { $0 != " " }), let last = text.lastIndex(where: { $0 != " " }) else { return "" }
    return String(text[first...last])
}
