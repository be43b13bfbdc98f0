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
    public init(parsing bytes: [UInt8], plusIsSpace: Bool = true, percentDecoded: Bool = true) {
        fields = bytes.withUnsafeBufferPointer { buffer in
            var fields: [Field] = []
            var pairs = FormPairs(buffer)
            while fields.count < Form.fieldsMax, let pair = pairs.next() {
                fields.append(
                    Field(
                        Form.text(buffer, pair.name, plusIsSpace: plusIsSpace, percentDecoded: percentDecoded),
                        Form.text(buffer, pair.value, plusIsSpace: plusIsSpace, percentDecoded: percentDecoded)))
            }
            return fields
        }
    }

    public init(parsing bytes: some Collection<UInt8>, plusIsSpace: Bool = true, percentDecoded: Bool = true) {
        self.init(parsing: Array(bytes), plusIsSpace: plusIsSpace, percentDecoded: percentDecoded)
    }

    /// The decoded bytes of the first field of that name, without reading the others; `nil` when there is none.
    ///
    /// Bytes, not text: a signature is over what was sent, also where that is no UTF-8. Names that are percent-encoded
    /// are recognised as well.
    public static func firstValue(of name: String, in bytes: [UInt8]) -> [UInt8]? {
        var name = name
        return name.withUTF8 { name in
            bytes.withUnsafeBufferPointer { buffer -> [UInt8]? in
                var pairs = FormPairs(buffer)
                var count = 0
                while count < Form.fieldsMax, let pair = pairs.next() {
                    count += 1
                    guard Form.isName(buffer, pair.name, name) else { continue }
                    return decoded(buffer, pair.value, plusIsSpace: true)
                }
                return nil
            }
        }
    }

    private static func isName(_ buffer: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ name: UnsafeBufferPointer<UInt8>) -> Bool {
        if buffer[range].contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) {
            return decoded(buffer, range, plusIsSpace: true).elementsEqual(name)
        }
        return range.count == name.count && buffer[range].elementsEqual(name)
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

    private static func text(
        _ buffer: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, plusIsSpace: Bool, percentDecoded: Bool
    ) -> String {
        let isPlain = !buffer[range].contains { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }
        if isPlain || !percentDecoded { return String(decoding: buffer[range], as: UTF8.self) }
        return String(decoding: decoded(buffer, range, plusIsSpace: plusIsSpace), as: UTF8.self)
    }
}

/// Splits a form at `&` and each pair at its first `=`; empty pairs are passed over (URL Standard, 5.1).
private struct FormPairs {
    private let buffer: UnsafeBufferPointer<UInt8>
    private var position = 0

    init(_ buffer: UnsafeBufferPointer<UInt8>) { self.buffer = buffer }

    mutating func next() -> (name: Range<Int>, value: Range<Int>)? {
        while position < buffer.count, buffer[position] == UInt8(ascii: "&") { position += 1 }
        guard position < buffer.count else { return nil }
        let start = position
        var cut: Int?
        while position < buffer.count, buffer[position] != UInt8(ascii: "&") {
            if cut == nil, buffer[position] == UInt8(ascii: "=") { cut = position }
            position += 1
        }
        return (start..<(cut ?? position), cut.map { $0 + 1..<position } ?? position..<position)
    }
}

/// Bytes with each `%xx` replaced by its byte; a `%` not followed by two hex digits stands for itself.
public func percentDecoded(_ bytes: [UInt8], plusIsSpace: Bool = false) -> [UInt8] {
    bytes.withUnsafeBufferPointer { decoded($0, 0..<$0.count, plusIsSpace: plusIsSpace) }
}

/// The same for bytes that are no array yet.
public func percentDecoded(_ bytes: some Collection<UInt8>, plusIsSpace: Bool = false) -> [UInt8] {
    percentDecoded(Array(bytes), plusIsSpace: plusIsSpace)
}

private func decoded(_ buffer: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, plusIsSpace: Bool) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: range.count) { out, count in
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = buffer[index]
            index += 1
            var value = plusIsSpace && byte == UInt8(ascii: "+") ? 0x20 : byte
            if byte == UInt8(ascii: "%"), index + 1 < range.upperBound, let high = hexValue(buffer[index]), let low = hexValue(buffer[index + 1]) {
                value = high << 4 | low
                index += 2
            }
            out[count] = value
            count += 1
        }
    }
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
