// SPDX-License-Identifier: Apache-2.0

extension Form {
    /// Parts of one body: no PBX sends so many.
    public static let partsMax = 256
    /// RFC 2046, 5.1.1: 1 to 70 characters.
    private static let boundaryMax = 70

    /// The fields of a `multipart/form-data` body (RFC 7578). Of a file only its name is kept, as the field's value; parts inside parts
    /// are text.
    /// - Parameter type: the `Content-Type`, which names the boundary.
    /// - Returns: `nil` without a boundary, for a body that does not end with it, and for more than `partsMax` parts.
    public init?(multipart bytes: [UInt8], type: String) {
        guard let boundary = Form.parameter("boundary", of: type), (1...Form.boundaryMax).contains(boundary.utf8.count) else { return nil }
        let mark = Array("--\(boundary)".utf8)
        var fields: [Field] = []
        var position = Form.find(mark, in: bytes, from: 0)
        while let start = position {
            let after = start + mark.count
            if bytes[after...].starts(with: Array("--".utf8)) {
                self.init(fields)
                return
            }
            guard let begin = Form.find([0x0D, 0x0A], in: bytes, from: after), fields.count < Form.partsMax,
                let end = Form.find([0x0D, 0x0A] + mark, in: bytes, from: begin)
            else { return nil }
            if let field = Form.field(bytes[min(begin + 2, end)..<end]) { fields.append(field) }
            position = end + 2
        }
        return nil
    }

    private static func field(_ part: ArraySlice<UInt8>) -> Field? {
        let bytes = Array(part)
        guard let end = bytes.starts(with: [0x0D, 0x0A]) ? 0 : find([0x0D, 0x0A, 0x0D, 0x0A], in: bytes, from: 0) else { return nil }
        let head = String(decoding: bytes[..<end], as: UTF8.self)
        for line in head.split(whereSeparator: \.isNewline) where line.lowercased().hasPrefix("content-disposition:") {
            guard let name = parameter("name", of: String(line)) else { return nil }
            if let file = parameter("filename", of: String(line)) { return Field(name, file) }
            return Field(name, String(decoding: bytes[min(end + 4, bytes.count)...], as: UTF8.self))
        }
        return nil
    }

    /// `name="a;b"` or `name=a` of a header's value, names without case.
    private static func parameter(_ name: String, of header: String) -> String? {
        var rest = header[...]
        while let semicolon = rest.firstIndex(of: ";") {
            rest = rest[rest.index(after: semicolon)...].drop { $0 == " " }
            guard let equals = rest.firstIndex(of: "=") else { return nil }
            let isOurs = rest[..<equals].lowercased() == name
            rest = rest[rest.index(after: equals)...]
            let isQuoted = rest.first == "\""
            let value = isQuoted ? rest.dropFirst().prefix { $0 != "\"" } : rest.prefix { $0 != ";" && $0 != " " && $0 != "," }
            if isOurs { return String(value) }
            rest = rest[value.endIndex...]
        }
        return nil
    }

    private static func find(_ needle: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard start >= 0, bytes.count - start >= needle.count else { return nil }
        return bytes.withUnsafeBufferPointer { buffer in
            var index = start
            while index <= buffer.count - needle.count {
                if buffer[index] == needle[0], buffer[index..<(index + needle.count)].elementsEqual(needle) { return index }
                index += 1
            }
            return nil
        }
    }
}
