// SPDX-License-Identifier: Apache-2.0

/// One row of `body:`: which requests it is for, and the steps that open the body.
struct BodyReading: Sendable {
    /// A step of a pipeline; each takes what the one before it made.
    enum Step: Hashable, Sendable {
        /// `application/x-www-form-urlencoded`. `form raw`: nothing is percent-decoded. `form nested`: `a[b][c]` opens up.
        case form(percentDecoded: Bool, nested: Bool)
        /// One field of a form, straight from its bytes: what `form, field X` becomes when nothing else of it is used.
        case formField(String)
        /// Takes a text away that stands before everything else.
        case after(String)
        /// A member of what has been read so far.
        case field(String)
        case json
        /// Where it is no JSON, once more with stray quotation marks as text (`JSON.parse`, `repairsQuotes`).
        case jsonRepaired
        /// One document without a DTD; its root's attributes and children are the members (`XMLElement.json`).
        case xml
        /// Starts again from the query instead of the body.
        case query
        /// `multipart/form-data`: its fields as a flat form; files are passed over, their names kept.
        case multipart
        case base64
        /// Percent-decodes every text under a path.
        case decodeValues(Place)
        /// Each element of the list at a path becomes a request of its own; without a path, of the whole.
        case each(Place)
        /// There is nothing to read: all that matters stands in the path, query or headers.
        case nothing
    }

    let types: [String]
    let conditions: [Condition]
    let steps: [Step]
    let line: Int

    func suits(_ type: String, _ document: Document) -> Bool {
        (types.isEmpty || types.contains { BodyReading.type($0, covers: type) }) && conditions.allSatisfy { $0.holds(in: document) }
    }

    /// `application/json` also covers `application/problem+json`; `none` is a request without `Content-Type`.
    private static func type(_ pattern: String, covers type: String) -> Bool {
        if pattern == "none" { return type.isEmpty }
        if pattern == type { return true }
        return pattern == "application/json" && type.hasSuffix("+json")
    }

    /// Whether nothing but a flat list of fields comes out.
    var isFlat: Bool {
        switch steps.last {
        case .form(_, nested: false), .query, .multipart: true
        default: false
        }
    }

    var goesThroughForm: Bool { steps.contains { if case .form = $0 { true } else { $0 == .multipart } } }
}
