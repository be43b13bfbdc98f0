// SPDX-License-Identifier: Apache-2.0
import WireFormats

/// As much of JSON Schema 2020-12 as our OpenAPI document uses. Says what does not fit, and where.
struct WebSchema {
    let document: JSON

    func faults(_ value: JSON, _ schema: JSON, at place: String = "$") -> [String] {
        if let name = schema["$ref"]?.string {
            guard let target = resolve(name) else { return ["\(place): \(name) leads nowhere"] }
            return faults(value, target, at: place)
        }
        if let all = schema["oneOf"]?.array {
            let fitting = all.filter { faults(value, $0, at: place).isEmpty }.count
            return fitting == 1
                ? [] : ["\(place): fits \(fitting) of \(all.count): \(all.flatMap { faults(value, $0, at: place) }.joined(separator: "; "))"]
        }
        var found: [String] = []
        if let wrong = typeFault(value, schema["type"]) { found.append("\(place): \(wrong)") }
        if let words = schema["enum"]?.array, !words.contains(value) { found.append("\(place): \(value.text) is no listed value") }
        if let pattern = schema["pattern"]?.string, let text = value.string, let regex = try? Regex(pattern), text.firstMatch(of: regex) == nil {
            found.append("\(place): \(text) does not fit \(pattern)")
        }
        if let items = schema["items"], let elements = value.array {
            for (index, element) in elements.enumerated() { found += faults(element, items, at: "\(place)[\(index)]") }
        }
        return found + members(value, schema, place)
    }

    private func members(_ value: JSON, _ schema: JSON, _ place: String) -> [String] {
        guard let members = value.members else { return [] }
        var found: [String] = []
        for name in schema["required"]?.array?.compactMap(\.string) ?? [] where value[name] == nil { found.append("\(place): \(name) is missing") }
        for member in members {
            if let known = schema["properties"]?[member.name] {
                found += faults(member.value, known, at: "\(place).\(member.name)")
            } else if let rest = schema["additionalProperties"] {
                if rest == false { found.append("\(place): \(member.name) is not described") }
                if rest.members != nil { found += faults(member.value, rest, at: "\(place).\(member.name)") }
            }
        }
        return found
    }

    private func typeFault(_ value: JSON, _ types: JSON?) -> String? {
        guard let types else { return nil }
        let names = types.array?.compactMap(\.string) ?? [types.string ?? ""]
        let own: [String] =
            switch value {
            case .null: ["null"]
            case .bool: ["boolean"]
            case .number(let text): text.contains(".") ? ["number"] : ["integer", "number"]
            case .string: ["string"]
            case .array: ["array"]
            case .object: ["object"]
            }
        return names.contains(where: own.contains) ? nil : "is \(own[0]), not \(names.joined(separator: " or "))"
    }

    func resolve(_ reference: String) -> JSON? {
        guard reference.hasPrefix("#/") else { return nil }
        return reference.dropFirst(2).split(separator: "/").reduce(document as JSON?) { $0?[String($1)] }
    }
}
