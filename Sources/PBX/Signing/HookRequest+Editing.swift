// SPDX-License-Identifier: Apache-2.0
import WireFormats

extension HookRequest {
    /// The header stands there once, with this value.
    mutating func setHeader(_ name: String, _ value: String) {
        let index = headers.firstIndex { equalWithoutCase($0.name, name) }
        headers.removeAll { equalWithoutCase($0.name, name) }
        headers.insert(HookHeader(name, value), at: index ?? headers.endIndex)
    }

    /// Puts a text at a place of the request: a header, a field of the form or the query, a member of a JSON body.
    /// - Throws: where the body is no JSON, or the place is none that a text can be put at.
    mutating func set(_ text: String, at place: Place) throws(DialectPlayer.Problem) {
        switch place.root {
        case .header: setHeader(place.steps[0].name, text)
        case .form: body = HookRequest.setting(place.steps[0].name, text, in: body)
        case .query: query = HookRequest.setting(place.steps[0].name, text, in: query)
        case .body:
            guard let json = try? JSON.parse(body) else {
                throw DialectPlayer.Problem(description: "the body is no JSON that \(place.text) could be put into")
            }
            body = json.setting(.string(text), at: place.steps[...]).serialised()
        case .path, .method, .type, .size: throw DialectPlayer.Problem(description: "nothing can be put at \(place.text)")
        }
    }

    private static func setting(_ name: String, _ value: String, in bytes: [UInt8]) -> [UInt8] {
        var form = Form(parsing: bytes)
        if let index = form.fields.firstIndex(where: { $0.name == name }) {
            form.fields[index].value = value
        } else {
            form.fields.append(Form.Field(name, value))
        }
        return form.serialised()
    }
}

extension Place {
    /// As it is written in a dialect.
    fileprivate var text: String { ([root.rawValue] + steps.map(\.name)).joined(separator: ".") }
}

extension JSON {
    fileprivate func setting(_ value: JSON, at steps: ArraySlice<Place.Step>) -> JSON {
        guard let step = steps.first else { return value }
        var members = members ?? []
        if let index = members.firstIndex(where: { $0.name == step.name }) {
            members[index].value = members[index].value.setting(value, at: steps.dropFirst())
        } else {
            members.append(Member(step.name, JSON.object([]).setting(value, at: steps.dropFirst())))
        }
        return .object(members)
    }
}
