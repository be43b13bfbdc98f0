// SPDX-License-Identifier: Apache-2.0

/// A JSON value that keeps what was written: members in order, numbers as their text.
///
/// Numbers are never turned into floating point, so ids and money survive as they came (RFC 8259).
public enum JSON: Hashable, Sendable {
    case null
    case bool(Bool)
    /// The literal as written: `-0`, `1e9`, `2.50`.
    case number(String)
    case string(String)
    case array([JSON])
    /// Members in the order of the text; names are unique.
    case object([Member])

    public struct Member: Hashable, Sendable {
        public var name: String
        public var value: JSON
        public init(_ name: String, _ value: JSON) {
            self.name = name
            self.value = value
        }
    }
}

extension JSON {
    /// The member of an object; `nil` for a missing one or where this is no object.
    public subscript(name: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        for member in members where member.name == name { return member.value }
        return nil
    }

    /// The element of an array; `nil` outside it or where this is no array.
    public subscript(index: Int) -> JSON? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    /// The text of a string; `nil` for every other kind.
    public var string: String? { if case .string(let text) = self { text } else { nil } }

    /// The value of a number without fraction or exponent; `nil` for anything else.
    public var integer: Int64? { if case .number(let text) = self { Int64(text) } else { nil } }

    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

    public var array: [JSON]? { if case .array(let elements) = self { elements } else { nil } }

    public var members: [Member]? { if case .object(let members) = self { members } else { nil } }

    /// A string, number or boolean as text; `nil` for null, arrays and objects.
    public var scalarText: String? {
        switch self {
        case .string(let text), .number(let text): text
        case .bool(let value): value ? "true" : "false"
        case .null, .array, .object: nil
        }
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .number(String(value)) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    public init(nilLiteral: ()) { self = .null }

    /// Keeps the order written. A name given twice is a mistake of ours; the last one stays.
    public init(dictionaryLiteral elements: (String, JSON)...) {
        var members: [Member] = []
        for (name, value) in elements {
            members.removeAll { $0.name == name }
            members.append(Member(name, value))
        }
        self = .object(members)
    }

    public init(_ value: Int64) { self = .number(String(value)) }
    public init(_ value: Int) { self = .number(String(value)) }
    public init(_ text: String?) { self = text.map(JSON.string) ?? .null }

    /// An object without the members whose value is `nil`.
    public static func object(present members: [(String, JSON?)]) -> JSON {
        .object(members.compactMap { name, value in value.map { Member(name, $0) } })
    }
}
