// SPDX-License-Identifier: Apache-2.0
import CallModel
import WireFormats

/// A request opened up as its dialect's body pipeline says; paths are looked up here.
struct Document {
    let request: HookRequest
    /// Parts of the path after the source and its token.
    let tail: ArraySlice<String>
    var body: JSON = .null
    /// Fields of the form that a pipeline went through.
    var form: JSON = .null
    /// Empty unless the dialect looks into the query.
    var query: JSON = .null

    init(_ request: HookRequest, tail: ArraySlice<String>) {
        self.request = request
        self.tail = tail
    }

    /// The text at the first alternative that is there and not empty; the empty text if one is there but empty.
    func text(_ expression: PathExpression) -> String? {
        var found: String?
        for alternative in expression.alternatives {
            switch alternative {
            case .constant(let text): found = text
            case .place(let place): found = text(at: place) ?? found
            }
            if let found, !found.isEmpty { return found }
        }
        return found
    }

    func isPresent(_ expression: PathExpression) -> Bool {
        expression.alternatives.contains { alternative in
            switch alternative {
            case .constant(let text): return !text.isEmpty
            case .place(let place):
                guard place.root == .body || place.root == .form || place.root == .query else {
                    return !(text(at: place) ?? "").isEmpty
                }
                return Document.isSomething(value(at: place))
            }
        }
    }

    private static func isSomething(_ value: JSON?) -> Bool {
        switch value {
        case nil, .null, .string(""), .array([]), .object([]): false
        default: true
        }
    }

    private func text(at place: Place) -> String? {
        let found: String? =
            switch place.root {
            case .body, .form, .query: value(at: place)?.scalarText
            case .header: request.header(place.steps[0].name)
            case .method: request.method
            case .type: request.mediaType
            case .size: String(request.body.count)
            case .path: pathText(place.steps.first)
            }
        guard let change = place.change, let found else { return found }
        return change.applied(to: found)
    }

    private func pathText(_ step: Place.Step?) -> String? {
        guard let step else { return tail.reduce(into: "") { $0 += "/" + $1 } }
        guard let index = step.index else { return tail.last }
        return index >= 0 && index < tail.count ? tail[tail.startIndex + index] : nil
    }

    /// The value at a place of the body, the form or the query.
    func value(at place: Place) -> JSON? {
        var value =
            switch place.root {
            case .form: form
            case .query: query
            default: body
            }
        for step in place.steps {
            guard let next = Document.member(step, of: value) else { return nil }
            value = next
        }
        return value
    }

    private static func member(_ step: Place.Step, of value: JSON) -> JSON? {
        switch value {
        case .object: value[step.name]
        case .array(let elements): step.name == "last" ? elements.last : step.index.flatMap { value[$0] }
        default: nil
        }
    }
}

extension Place.Change {
    func applied(to text: String) -> String {
        switch self {
        case .lower: text.lowercased()
        case .digits: String(decoding: text.utf8.filter { (0x30...0x39).contains($0) }, as: UTF8.self)
        case .user: PhoneNumbers.addressUser(text) ?? text
        case .party: String((text.split(separator: "/").last ?? "").prefix { $0 != "@" })
        case .last:
            text.prefix { $0 != "?" && $0 != "#" }.split(separator: "/").last.map(String.init) ?? ""
        }
    }
}

extension HookRequest {
    /// The media type in lower case, without parameters; empty when the request names none.
    var mediaType: String {
        guard let value = header("Content-Type") else { return "" }
        // Most clients write exactly one of these.
        if value == "application/json" || value == "application/x-www-form-urlencoded" { return value }
        let bytes = value.utf8.prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: ",") }.filter { $0 != 0x20 && $0 != 0x09 }
        return String(decoding: bytes, as: UTF8.self).lowercased()
    }
}
