// SPDX-License-Identifier: Apache-2.0

/// An XML element: what PBXs send as call records and take as answers. No namespaces, no DTD.
public struct XMLElement: Hashable, Sendable {
    public struct Attribute: Hashable, Sendable {
        public var name: String
        public var value: String
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public indirect enum Node: Hashable, Sendable {
        case element(XMLElement)
        case text(String)
    }

    public var name: String
    /// In the order written; names are unique.
    public var attributes: [Attribute]
    public var children: [Node]

    public init(_ name: String, attributes: [Attribute] = [], children: [Node] = []) {
        self.name = name
        self.attributes = attributes
        self.children = children
    }

    /// The element as JSON, for looking into it by paths: children by name (a repeated name becomes a list), attributes
    /// as `@name`, text beside children or attributes as `#text`; an element with text alone is that text.
    public var json: JSON {
        var members: [JSON.Member] = attributes.map { JSON.Member("@" + $0.name, .string($0.value)) }
        var text = ""
        for child in children {
            switch child {
            case .text(let piece): text += piece
            case .element(let element): XMLElement.add(element, to: &members)
            }
        }
        if members.isEmpty { return .string(text) }
        if text.contains(where: { !$0.isWhitespace }) { members.append(JSON.Member("#text", .string(text))) }
        return .object(members)
    }

    private static func add(_ element: XMLElement, to members: inout [JSON.Member]) {
        guard let index = members.firstIndex(where: { $0.name == element.name }) else {
            members.append(JSON.Member(element.name, element.json))
            return
        }
        var list = members[index].value.array ?? [members[index].value]
        list.append(element.json)
        members[index].value = .array(list)
    }

    /// On one line, with the declaration in front.
    public func document() -> [UInt8] {
        var out = Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".utf8)
        write(to: &out)
        return out
    }

    /// The element alone, on one line.
    public func serialised() -> [UInt8] {
        var out: [UInt8] = []
        write(to: &out)
        return out
    }

    private func write(to out: inout [UInt8]) {
        out += "<\(name)".utf8
        for attribute in attributes {
            out += " \(attribute.name)=\"".utf8
            XMLElement.escape(attribute.value, to: &out)
            out.append(UInt8(ascii: "\""))
        }
        guard !children.isEmpty else {
            out += "/>".utf8
            return
        }
        out.append(UInt8(ascii: ">"))
        for child in children {
            switch child {
            case .text(let text): XMLElement.escape(text, to: &out)
            case .element(let element): element.write(to: &out)
            }
        }
        out += "</\(name)>".utf8
    }

    /// Characters that XML 1.0 has no place for (2.2) become spaces.
    private static func escape(_ text: String, to out: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): out += "&amp;".utf8
            case UInt8(ascii: "<"): out += "&lt;".utf8
            case UInt8(ascii: ">"): out += "&gt;".utf8
            case UInt8(ascii: "\""): out += "&quot;".utf8
            case 0..<0x20: out.append(0x20)
            default: out.append(byte)
            }
        }
    }
}
