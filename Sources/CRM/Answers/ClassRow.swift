// SPDX-License-Identifier: Apache-2.0
import Essentials
import WireFormats

/// One row of `classify:`; the first that holds decides. The status alone is never enough.
struct ClassRow: Sendable {
    /// Ranges of statuses; empty: any.
    var statuses: [ClosedRange<Int>]
    /// Beginning of the content type.
    var type: String?
    var headers: [(name: String, test: ValueTest)] = []
    var body: [(path: JSONPath, test: ValueTest)] = []
    /// A piece of the raw body.
    var text: String?
    var `class`: AnswerClass
    var wait: Wait?

    init(statuses: [ClosedRange<Int>], class: AnswerClass) {
        self.statuses = statuses
        self.class = `class`
    }

    func holds(_ response: CRMResponse, _ json: JSON?) -> Bool {
        guard statuses.isEmpty || statuses.contains(where: { $0.contains(response.status) }) else { return false }
        if let type, !(response.header("content-type") ?? "").lowercased().hasPrefix(type.lowercased()) { return false }
        if let text, !String(decoding: response.body, as: UTF8.self).contains(text) { return false }
        guard headers.allSatisfy({ $0.test.holds(response.header($0.name).map(JSON.string)) }) else { return false }
        return body.allSatisfy { row in row.test.holds(json.flatMap { row.path.value(in: $0) }) }
    }
}

/// A test on one place of an answer.
enum ValueTest: Sendable {
    case present
    case absent
    case oneOf([String])
    case noneOf([String])
    /// The text begins with this, or holds it.
    case starts(String)
    case contains(String)

    func holds(_ value: JSON?) -> Bool {
        switch self {
        case .present: value != nil
        case .absent: value == nil
        case .oneOf(let texts): value?.scalarText.map(texts.contains) ?? false
        case .noneOf(let texts): !(value?.scalarText.map(texts.contains) ?? false)
        case .starts(let text): value?.scalarText?.hasPrefix(text) ?? false
        case .contains(let text): (value?.scalarText ?? value?.text)?.contains(text) ?? false
        }
    }
}
