// SPDX-License-Identifier: Apache-2.0

/// Fields of `application/x-www-form-urlencoded` in the order they came, names and values decoded.
///
/// Decoding never fails (URL Standard, 5.1): a lone `%` stands for itself, bytes that are no UTF-8 become U+FFFD.
public struct Form: Hashable, Sendable {
    public struct Field: Hashable, Sendable {
        public var name: String
        public var value: String
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public var fields: [Field]

    public init(_ fields: [Field] = []) { self.fields = fields }

    /// Fields beyond this are not read: no PBX sends so many (SECURITY.md 6).
    public static let fieldsMax = 2_000

    /// Reads a query or a form body. `plusIsSpace: false` keeps `+` (clients that encode nothing).
    public init(parsing bytes: some Collection<UInt8>, plusIsSpace: Bool = true, percentDecoded: Bool = true) {
        fields = []
        for pair in bytes.split(separator: UInt8(ascii: "&"), maxSplits: Form.fieldsMax) where fields.count < Form.fieldsMax {
            let cut = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            let value = cut == pair.endIndex ? pair[cut...] : pair[pair.index(after: cut)...]
            fields.append(
                Field(
                    Form.decode(pair[..<cut], plusIsSpace: plusIsSpace, percentDecoded: percentDecoded),
                    Form.decode(value, plusIsSpace: plusIsSpace, percentDecoded: percentDecoded)))
        }
    }

    /// The value of the first field of that name.
    public subscript(name: String) -> String? {
        for field in fields where field.name == name { return field.value }
        return nil
    }

    /// The form as a body: space as `+`, everything but unreserved characters percent-encoded.
    public func serialised() -> [UInt8] {
        var out: [UInt8] = []
        for (index, field) in fields.enumerated() {
            if index > 0 { out.append(UInt8(ascii: "&")) }
            out.append(contentsOf: percentEncoded(field.name, spaceAsPlus: true).utf8)
            out.append(UInt8(ascii: "="))
            out.append(contentsOf: percentEncoded(field.value, spaceAsPlus: true).utf8)
        }
        return out
    }

    private static func decode(_ bytes: some Collection<UInt8>, plusIsSpace: Bool, percentDecoded: Bool) -> String {
        guard percentDecoded else { return String(decoding: bytes, as: UTF8.self) }
        return String(decoding: WireFormats.percentDecoded(bytes, plusIsSpace: plusIsSpace), as: UTF8.self)
    }
}

/// Bytes with each `%xx` replaced by its byte; a `%` not followed by two hex digits stands for itself.
public func percentDecoded(_ bytes: some Collection<UInt8>, plusIsSpace: Bool = false) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    var index = bytes.startIndex
    while index < bytes.endIndex {
        let byte = bytes[index]
        let rest = bytes[bytes.index(after: index)...].prefix(2)
        if byte == UInt8(ascii: "%"), rest.count == 2, let high = hexValue(rest.first), let low = hexValue(rest.dropFirst().first) {
            out.append(high << 4 | low)
            index = bytes.index(index, offsetBy: 3)
        } else {
            out.append(plusIsSpace && byte == UInt8(ascii: "+") ? 0x20 : byte)
            index = bytes.index(after: index)
        }
    }
    return out
}

/// Text with everything but RFC 3986 unreserved characters percent-encoded.
public func percentEncoded(_ text: String, spaceAsPlus: Bool = false) -> String {
    let hex = Array("0123456789ABCDEF".utf8)
    var out: [UInt8] = []
    for byte in text.utf8 {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
            out.append(byte)
        case 0x20 where spaceAsPlus: out.append(UInt8(ascii: "+"))
        default: out.append(contentsOf: [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]])
        }
    }
    return String(decoding: out, as: UTF8.self)
}

func hexValue(_ byte: UInt8?) -> UInt8? {
    switch byte {
    case .some(let digit) where (0x30...0x39).contains(digit): digit - 0x30
    case .some(let letter) where (0x41...0x46).contains(letter & 0xDF): (letter & 0xDF) - 0x37
    default: nil
    }
}
