// SPDX-License-Identifier: Apache-2.0

/// One line of a block-style YAML file, taken apart without losing a byte that means something.
struct YAMLLine {
    /// Columns of spaces before the text.
    var indent: Int
    /// `- ` once for each list that begins an item here, with the spaces behind each dash.
    var dashes: [Int]
    /// With its quotes, without the colon; `nil`: no key.
    var key: String?
    /// Behind the key or the dash, with its quotes; empty: none.
    var value: String
    /// With its `#`; empty: none.
    var comment: String
    /// Lines that belong to the value (a block text, a text that goes on), as they are.
    var continuation: [String] = []

    var isBlank: Bool { dashes.isEmpty && key == nil && value.isEmpty && comment.isEmpty }
    var isComment: Bool { dashes.isEmpty && key == nil && value.isEmpty && !comment.isEmpty }
    /// Column of the first thing behind the dashes.
    var contentColumn: Int { indent + dashes.reduce(0) { $0 + 1 + $1 } }

    /// - Parameter text: one line without its end.
    init(_ text: String) {
        var rest = Substring(text)
        while rest.last?.isWhitespace == true { rest.removeLast() }
        indent = rest.prefix { $0 == " " }.count
        rest = rest.dropFirst(indent)
        dashes = []
        while rest == "-" || rest.hasPrefix("- ") {
            rest = rest.dropFirst()
            let spaces = rest.prefix { $0 == " " }.count
            dashes.append(max(1, spaces))
            rest = rest.dropFirst(spaces)
        }
        (key, value, comment) = (nil, "", "")
        if let end = Self.keyEnd(rest) {
            key = Self.trimmed(rest[..<end])
            rest = rest[rest.index(after: end)...].drop { $0 == " " }
        }
        let comment = Self.commentStart(rest)
        value = Self.trimmed(rest[..<comment])
        self.comment = String(rest[comment...])
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text.drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return String(text)
    }

    /// The colon that ends a key; `nil`: the line has none.
    private static func keyEnd(_ text: Substring) -> Substring.Index? {
        guard let first = text.first, first != "#", first != "{", first != "[" else { return nil }
        var index = text.startIndex
        if first == "\"" || first == "'" {
            guard let close = text[text.index(after: index)...].firstIndex(of: first) else { return nil }
            index = text.index(after: close)
        }
        while let colon = text[index...].firstIndex(of: ":") {
            let next = text.index(after: colon)
            if text[index..<colon].contains(" #") { return nil }
            if next == text.endIndex || text[next] == " " { return colon }
            index = next
        }
        return nil
    }

    /// Where a comment begins: a `#` behind a space, outside of quotes.
    private static func commentStart(_ text: Substring) -> Substring.Index {
        guard let first = text.first else { return text.endIndex }
        if first == "#" { return text.startIndex }
        var index = text.startIndex
        if first == "\"" || first == "'" {
            guard let close = text[text.index(after: index)...].firstIndex(of: first) else { return text.endIndex }
            index = close
        }
        while index < text.endIndex {
            let next = text.index(after: index)
            if text[index] == " ", next < text.endIndex, text[next] == "#" { return next }
            index = next
        }
        return text.endIndex
    }

    /// The value begins a text that goes over several lines.
    var opensBlock: Bool { value.hasPrefix("|") || value.hasPrefix(">") }

    /// The value is a quoted text whose end is on a later line, or a flow collection: left as it is.
    var isBeyondUs: Bool {
        if let first = value.first, first == "\"" || first == "'" {
            return value.count < 2 || value.last != first
        }
        return value.hasPrefix("{") || value.hasPrefix("[") || value.hasPrefix("&") || value.hasPrefix("!")
    }
}
