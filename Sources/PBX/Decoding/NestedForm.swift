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
        guard let open = name.firstIndex(of: "["), open > name.startIndex, name.hasSuffix("]") else { return [name] }
        let inner = name[name.index(after: open)...].dropLast()
        let parts = inner.split(separator: "]", omittingEmptySubsequences: false).enumerated().map { index, part in
            index == 0 ? part : part.first == "[" ? part.dropFirst() : "["
        }
        guard parts.count < depthMax, !parts.contains(where: { $0.contains("[") }) else { return [name] }
        return [String(name[..<open])] + parts.map(String.init)
    }

    private static func insert(_ value: String, at path: ArraySlice<String>, into node: inout JSON) {
        guard let name = path.first else { return }
        guard case .object(var members) = node else { return }
        let key = name.isEmpty ? String(members.count) : name
        if let index = members.firstIndex(where: { $0.name == key }) {
            guard path.count > 1 else { return }
            insert(value, at: path.dropFirst(), into: &members[index].value)
        } else if path.count == 1 {
            members.append(JSON.Member(key, .string(value)))
        } else {
            var child = JSON.object([])
            insert(value, at: path.dropFirst(), into: &child)
            members.append(JSON.Member(key, child))
        }
        node = .object(members)
    }
}
