// SPDX-License-Identifier: Apache-2.0

/// Why bytes are no acceptable JSON, and where.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        case truncated = "the text ends too early"
        case unexpected = "unexpected character"
        case badNumber = "not a JSON number"
        case badEscape = "bad escape in a string"
        case duplicateName = "a member's name stands twice in one object"
        case tooDeep = "nested too deeply"
        case tooMany = "too many values"
        case trailing = "something follows the value"
    }
    public let code: Code
    /// Offset in bytes from the beginning.
    public let offset: Int
    public var description: String { "\(code.rawValue) at byte \(offset)" }
}

extension JSON {
    /// Bounds on what one text may make us build (SECURITY.md 6).
    public struct Limits: Sendable {
        public var depth: Int
        public var values: Int
        public init(depth: Int = 32, values: Int = 20_000) {
            self.depth = depth
            self.values = values
        }
    }

    /// Reads one JSON text. Invalid UTF-8 and lone surrogates become U+FFFD; a byte order mark is passed over.
    ///
    /// - Parameter repairsQuotes: a quotation mark inside a string that lost its backslash stays part of it: a mark ends the
    ///   string only where `,`, `:`, `}` or `]` follows. FreeSWITCH's mod_json_cdr writes such records (`encode` with
    ///   `encode-values`).
    /// - Throws: `JSONError` with the offset of the first byte that can't stand there.
    public static func parse(_ bytes: [UInt8], limits: Limits = Limits(), repairsQuotes: Bool = false) throws(JSONError) -> JSON {
        try bytes.withUnsafeBufferPointer { (bytes) throws(JSONError) in
            var reader = JSONReader(bytes: bytes, limits: limits, repairsQuotes: repairsQuotes)
            return try reader.document()
        }
    }

    public static func parse(_ text: String, limits: Limits = Limits()) throws(JSONError) -> JSON {
        try parse(Array(text.utf8), limits: limits)
    }
}

/// A recursive-descent reader over bytes. Depth and number of values are bounded.
private struct JSONReader {
    let bytes: UnsafeBufferPointer<UInt8>
    let limits: JSON.Limits
    let repairsQuotes: Bool
    var position = 0
    var values = 0

    init(bytes: UnsafeBufferPointer<UInt8>, limits: JSON.Limits, repairsQuotes: Bool) {
        self.bytes = bytes
        self.limits = limits
        self.repairsQuotes = repairsQuotes
    }

    mutating func document() throws(JSONError) -> JSON {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        let value = try value(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw JSONError(code: .trailing, offset: position) }
        return value
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSON {
        guard depth <= limits.depth else { throw JSONError(code: .tooDeep, offset: position) }
        values += 1
        guard values <= limits.values else { throw JSONError(code: .tooMany, offset: position) }
        skipSpace()
        switch try peek() {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), 0x30...0x39: return try number()
        default: throw JSONError(code: .unexpected, offset: position)
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSON {
        position += 1
        var members: [JSON.Member] = []
        var names = SeenNames()
        skipSpace()
        if try peek() == UInt8(ascii: "}") {
            position += 1
            return .object([])
        }
        while true {
            skipSpace()
            let start = position
            guard try peek() == UInt8(ascii: "\"") else { throw JSONError(code: .unexpected, offset: position) }
            let name = try string()
            if names.isRepeated(name, in: members) { throw JSONError(code: .duplicateName, offset: start) }
            skipSpace()
            try expect(UInt8(ascii: ":"))
            members.append(JSON.Member(name, try value(depth: depth + 1)))
            skipSpace()
            if try next() == UInt8(ascii: "}") { return .object(members) }
            guard bytes[position - 1] == UInt8(ascii: ",") else { throw JSONError(code: .unexpected, offset: position - 1) }
        }
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSON {
        position += 1
        var elements: [JSON] = []
        skipSpace()
        if try peek() == UInt8(ascii: "]") {
            position += 1
            return .array([])
        }
        while true {
            elements.append(try value(depth: depth + 1))
            skipSpace()
            if try next() == UInt8(ascii: "]") { return .array(elements) }
            guard bytes[position - 1] == UInt8(ascii: ",") else { throw JSONError(code: .unexpected, offset: position - 1) }
        }
    }

    private mutating func string() throws(JSONError) -> String {
        position += 1
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\""), !repairsQuotes || endsString(position) {
                defer { position += 1 }
                return text(start..<position)
            }
            if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
            guard byte >= 0x20 else { throw JSONError(code: .unexpected, offset: position) }
            position += 1
        }
        throw JSONError(code: .truncated, offset: position)
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self) }

    private mutating func escapedString(from start: Int) throws(JSONError) -> String {
        var out = Array(bytes[start..<position])
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\"") where !repairsQuotes || endsString(position - 1): return String(decoding: out, as: UTF8.self)
            case UInt8(ascii: "\\"): try escape(into: &out)
            case 0..<0x20: throw JSONError(code: .unexpected, offset: position - 1)
            default: out.append(byte)
            }
        }
        throw JSONError(code: .truncated, offset: position)
    }

    /// Whether what follows a quotation mark is what follows a string. Looks over a few spaces at the most.
    private func endsString(_ mark: Int) -> Bool {
        let after = bytes[(mark + 1)...].prefix(8).first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
        guard let after else { return true }
        return after == UInt8(ascii: ",") || after == UInt8(ascii: ":") || after == UInt8(ascii: "}") || after == UInt8(ascii: "]")
    }

    private mutating func escape(into out: inout [UInt8]) throws(JSONError) {
        switch try next() {
        case UInt8(ascii: "\""): out.append(UInt8(ascii: "\""))
        case UInt8(ascii: "\\"): out.append(UInt8(ascii: "\\"))
        case UInt8(ascii: "/"): out.append(UInt8(ascii: "/"))
        case UInt8(ascii: "b"): out.append(8)
        case UInt8(ascii: "f"): out.append(12)
        case UInt8(ascii: "n"): out.append(10)
        case UInt8(ascii: "r"): out.append(13)
        case UInt8(ascii: "t"): out.append(9)
        case UInt8(ascii: "u"): out.append(contentsOf: String(try unicodeEscape()).utf8)
        default: throw JSONError(code: .badEscape, offset: position - 1)
        }
    }

    private mutating func unicodeEscape() throws(JSONError) -> Character {
        let first = try hexQuad()
        if (0xD800..<0xDC00).contains(first), position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        {
            let back = position
            position += 2
            let second = try hexQuad()
            if (0xDC00..<0xE000).contains(second), let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) {
                return Character(scalar)
            }
            position = back
        }
        return Character(Unicode.Scalar(first) ?? "\u{FFFD}")
    }

    private mutating func hexQuad() throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(try next())).hexDigitValue else {
                throw JSONError(code: .badEscape, offset: position - 1)
            }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    private mutating func number() throws(JSONError) -> JSON {
        let start = position
        if bytes[position] == UInt8(ascii: "-") { position += 1 }
        let whole = digits()
        let leadingZero = whole > 1 && bytes[position - whole] == UInt8(ascii: "0")
        guard whole > 0, !leadingZero else { throw JSONError(code: .badNumber, offset: start) }
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            guard digits() > 0 else { throw JSONError(code: .badNumber, offset: start) }
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") { position += 1 }
            guard digits() > 0 else { throw JSONError(code: .badNumber, offset: start) }
        }
        return .number(text(start..<position))
    }

    private mutating func digits() -> Int {
        let start = position
        while position < bytes.count, (0x30...0x39).contains(bytes[position]) { position += 1 }
        return position - start
    }

    private mutating func word(_ text: StaticString, _ value: JSON) throws(JSONError) -> JSON {
        for index in 0..<text.utf8CodeUnitCount { try expect(text.utf8Start[index]) }
        return value
    }

    private mutating func expect(_ byte: UInt8) throws(JSONError) {
        guard try next() == byte else { throw JSONError(code: .unexpected, offset: position - 1) }
    }

    private mutating func next() throws(JSONError) -> UInt8 {
        let byte = try peek()
        position += 1
        return byte
    }

    private func peek() throws(JSONError) -> UInt8 {
        guard position < bytes.count else { throw JSONError(code: .truncated, offset: position) }
        return bytes[position]
    }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }
}
