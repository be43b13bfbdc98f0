// SPDX-License-Identifier: Apache-2.0
import WireFormats

/// Opens `data[call][id]=1` into `{"data":{"call":{"id":"1"}}}`, as PHP and Bitrix24 write it.
enum NestedForm {
    /// Deeper names stay as they are.
    static let depthMax = 8

    static func object(_ form: Form) -> JSON {
        var root = JSON.object([])
        for field in form.fields { insert(field.value, at: path(field.name)[...], into: &root) }
        return root
    }

    /// `a[b][c]` → a, b, c; a name whose brackets don't pair, or that is too deep, is one part.
    private static func path(_ name: String) -> [String] {
        let bytes = name.utf8
        guard bytes.last == closing, let open = bytes.firstIndex(of: opening), open > bytes.startIndex else { return [name] }
        var parts = [String(name[..<open])]
        var rest = bytes[open...]
        while let close = rest.firstIndex(of: closing) {
            guard rest.first == opening, parts.count < depthMax else { return [name] }
            let inner = rest[..<close].dropFirst()
            guard !inner.contains(opening) else { return [name] }
            parts.append(String(Substring(inner)))
            rest = rest[rest.index(after: close)...]
        }
        return rest.isEmpty ? parts : [name]
    }

    private static let opening = UInt8(ascii: "[")
    private static let closing = UInt8(ascii: "]")

    private static func insert(_ value: String, at path: ArraySlice<String>, into node: inout JSON) {
        guard let name = path.first, case .object(var members) = node else { return }
        // Held by nobody else while it changes, so that it is not copied.
        node = .null
        defer { node = .object(members) }
        let key = name.isEmpty ? String(members.count) : name
        if let index = members.firstIndex(where: { $0.name == key }) {
            if path.count > 1 { insert(value, at: path.dropFirst(), into: &members[index].value) }
        } else if path.count == 1 {
            members.append(JSON.Member(key, .string(value)))
        } else {
            var child = JSON.object([])
            insert(value, at: path.dropFirst(), into: &child)
            members.append(JSON.Member(key, child))
        }
    }
}
