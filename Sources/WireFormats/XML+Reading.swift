// SPDX-License-Identifier: Apache-2.0

/// Why bytes are no acceptable XML, and where.
public struct XMLError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        case truncated = "the text ends too early"
        case unexpected = "unexpected character"
        case documentType = "document types and entities of one's own are not taken"
        case badEntity = "unknown entity"
        case mismatched = "an element is closed by another name"
        case duplicateAttribute = "an attribute stands twice"
        case encoding = "only UTF-8 is read"
        case tooDeep = "nested too deeply"
        case tooMany = "too many nodes"
        case trailing = "something follows the root element"
    }
    public let code: Code
    /// Offset in bytes from the beginning.
    public let offset: Int
    public var description: String { "\(code.rawValue) at byte \(offset)" }
}

extension XMLElement {
    /// Bounds on what one text may make us build (SECURITY.md 6).
    public struct Limits: Sendable {
        public var depth: Int
        public var nodes: Int
        public var attributes: Int
        public init(depth: Int = 32, nodes: Int = 20_000, attributes: Int = 200) {
            self.depth = depth
            self.nodes = nodes
            self.attributes = attributes
        }
    }

    /// Reads a document: one root element, with declaration, comments and processing instructions passed over.
    ///
    /// There is no DTD, so there are no entities but the five of XML and character references, nothing is fetched, and
    /// nothing grows. Text of white space alone between elements is dropped.
    /// - Throws: `XMLError` with the offset of the first byte that can't stand there.
    public static func parse(_ bytes: [UInt8], limits: Limits = Limits()) throws(XMLError) -> XMLElement {
        var reader = XMLReader(bytes: bytes, limits: limits)
        return try reader.document()
    }
}

private struct XMLReader {
    let bytes: [UInt8]
    let limits: XMLElement.Limits
    var position = 0
    var nodes = 0

    init(bytes: [UInt8], limits: XMLElement.Limits) {
        self.bytes = bytes
        self.limits = limits
    }

    mutating func document() throws(XMLError) -> XMLElement {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        try skipMisc()
        guard try peek() == UInt8(ascii: "<") else { throw error(.unexpected) }
        let root = try element(depth: 0)
        try skipMisc()
        guard position == bytes.count else { throw error(.trailing) }
        return root
    }

    private func error(_ code: XMLError.Code) -> XMLError { XMLError(code: code, offset: position) }

    private func starts(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard position + count <= bytes.count else { return false }
        return (0..<count).allSatisfy { bytes[position + $0] == text.utf8Start[$0] }
    }

    private mutating func skipMisc() throws(XMLError) {
        while true {
            skipSpace()
            if starts("<!--") {
                try skip(to: "-->")
            } else if starts("<?") {
                try declaration()
            } else if starts("<!") {
                throw error(.documentType)
            } else {
                return
            }
        }
    }

    private mutating func declaration() throws(XMLError) {
        let start = position
        try skip(to: "?>")
        let text = String(decoding: bytes[start..<position], as: UTF8.self).lowercased()
        guard text.hasPrefix("<?xml "), let encoding = text.split(separator: "encoding=").dropFirst().first else { return }
        guard encoding.dropFirst().hasPrefix("utf-8") || encoding.dropFirst().hasPrefix("us-ascii") else {
            throw XMLError(code: .encoding, offset: start)
        }
    }

    private mutating func skip(to end: StaticString) throws(XMLError) {
        while position < bytes.count {
            if starts(end) {
                position += end.utf8CodeUnitCount
                return
            }
            position += 1
        }
        throw error(.truncated)
    }

    private mutating func element(depth: Int) throws(XMLError) -> XMLElement {
        guard depth <= limits.depth else { throw error(.tooDeep) }
        try count()
        position += 1
        var element = XMLElement(try name())
        while true {
            let hadSpace = skipSpace()
            switch try peek() {
            case UInt8(ascii: "/"):
                position += 1
                try expect(UInt8(ascii: ">"))
                return element
            case UInt8(ascii: ">"):
                position += 1
                element.children = try content(of: element.name, depth: depth)
                return element
            default:
                guard hadSpace else { throw error(.unexpected) }
                try attribute(of: &element)
            }
        }
    }

    private mutating func count() throws(XMLError) {
        nodes += 1
        guard nodes <= limits.nodes else { throw error(.tooMany) }
    }

    private mutating func attribute(of element: inout XMLElement) throws(XMLError) {
        guard element.attributes.count < limits.attributes else { throw error(.tooMany) }
        let name = try name()
        guard !element.attributes.contains(where: { $0.name == name }) else { throw error(.duplicateAttribute) }
        skipSpace()
        try expect(UInt8(ascii: "="))
        skipSpace()
        let quote = try next()
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { throw error(.unexpected) }
        var out: [UInt8] = []
        while true {
            let byte = try next()
            if byte == quote { break }
            if byte == UInt8(ascii: "<") { throw error(.unexpected) }
            if byte == UInt8(ascii: "&") { try entity(into: &out) } else { out.append(byte) }
        }
        element.attributes.append(XMLElement.Attribute(name, String(decoding: out, as: UTF8.self)))
    }

    private mutating func content(of name: String, depth: Int) throws(XMLError) -> [XMLElement.Node] {
        var children: [XMLElement.Node] = []
        var text: [UInt8] = []
        func flush(_ text: inout [UInt8], _ children: inout [XMLElement.Node]) {
            if text.contains(where: { !XMLReader.isSpace($0) }) { children.append(.text(String(decoding: text, as: UTF8.self))) }
            text.removeAll(keepingCapacity: true)
        }
        while true {
            if starts("</") {
                flush(&text, &children)
                try close(name)
                return children
            } else if starts("<!--") {
                try skip(to: "-->")
            } else if starts("<![CDATA[") {
                let start = position + 9
                try skip(to: "]]>")
                text += bytes[start..<position - 3]
            } else if starts("<?") {
                try skip(to: "?>")
            } else if starts("<!") {
                throw error(.documentType)
            } else if try peek() == UInt8(ascii: "<") {
                flush(&text, &children)
                children.append(.element(try element(depth: depth + 1)))
            } else {
                let byte = try next()
                if byte == UInt8(ascii: "&") { try entity(into: &text) } else { text.append(byte) }
            }
        }
    }

    private mutating func close(_ name: String) throws(XMLError) {
        position += 2
        guard try self.name() == name else { throw error(.mismatched) }
        skipSpace()
        try expect(UInt8(ascii: ">"))
    }

    private mutating func entity(into out: inout [UInt8]) throws(XMLError) {
        let start = position
        while try next() != UInt8(ascii: ";") {
            guard position - start <= 10 else { throw error(.badEntity) }
        }
        let name = String(decoding: bytes[start..<position - 1], as: UTF8.self)
        switch name {
        case "amp": out.append(UInt8(ascii: "&"))
        case "lt": out.append(UInt8(ascii: "<"))
        case "gt": out.append(UInt8(ascii: ">"))
        case "quot": out.append(UInt8(ascii: "\""))
        case "apos": out.append(UInt8(ascii: "'"))
        default:
            guard name.hasPrefix("#"), let scalar = XMLReader.scalar(name.dropFirst()) else { throw error(.badEntity) }
            out += String(Character(scalar)).utf8
        }
    }

    /// `65` or `x41`; characters that XML 1.0 does not have (2.2) are refused.
    private static func scalar(_ text: Substring) -> Unicode.Scalar? {
        let value = text.hasPrefix("x") ? UInt32(text.dropFirst(), radix: 16) : UInt32(text)
        guard let value, value >= 0x20 || [9, 10, 13].contains(value), value < 0xFFFE || value > 0xFFFF else { return nil }
        return Unicode.Scalar(value)
    }

    private mutating func name() throws(XMLError) -> String {
        let start = position
        while position < bytes.count, XMLReader.isNameByte(bytes[position]) { position += 1 }
        guard position > start, !(0x30...0x39).contains(bytes[start]), bytes[start] != UInt8(ascii: "-") else { throw error(.unexpected) }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x3A, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), 0x80...0xFF: true
        default: false
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

    @discardableResult
    private mutating func skipSpace() -> Bool {
        let start = position
        while position < bytes.count, XMLReader.isSpace(bytes[position]) { position += 1 }
        return position > start
    }

    private mutating func expect(_ byte: UInt8) throws(XMLError) {
        guard try next() == byte else { throw error(.unexpected) }
    }

    private mutating func next() throws(XMLError) -> UInt8 {
        let byte = try peek()
        position += 1
        return byte
    }

    private func peek() throws(XMLError) -> UInt8 {
        guard position < bytes.count else { throw error(.truncated) }
        return bytes[position]
    }
}
