// SPDX-License-Identifier: Apache-2.0
import StrictYAML
import WireFormats

/// Where something stands in an answer: places of the body as `JSONPath` has them, and `header x-status-reason`; the first that
/// holds something.
struct AnswerPlace: Sendable, Hashable {
    enum Way: Sendable, Hashable {
        case body(JSONPath.Way)
        case header(String, mark: String?)
    }
    let ways: [Way]

    init?(_ text: String) {
        var ways: [Way] = []
        for one in text.split(separator: "|", omittingEmptySubsequences: false) {
            let one = one.trimming()
            if let name = one.dropping("header ") {
                guard let header = AnswerPlace.header(name) else { return nil }
                ways.append(header)
            } else {
                guard let way = JSONPath.Way(one) else { return nil }
                ways.append(.body(way))
            }
        }
        self.ways = ways
    }

    init(_ node: YAMLNode) throws(SourceProblem) {
        let text = try node.text()
        guard let place = AnswerPlace(text) else {
            throw node.problem("\"\(text)\" is no path", fix: "write it like result.items[0].id or header location")
        }
        self = place
    }

    private static func header(_ text: String) -> Way? {
        guard let cut = text.firstRange(of: " after \"") else { return text.isEmpty ? nil : .header(text, mark: nil) }
        let rest = text[cut.upperBound...]
        guard rest.count > 1, rest.hasSuffix("\"") else { return nil }
        return .header(String(text[..<cut.lowerBound]), mark: String(rest.dropLast()))
    }

    /// What stands there; `nil` for nothing and for null. `json`: the body where it is JSON.
    func value(in response: CRMResponse, _ json: JSON?) -> JSON? {
        for way in ways {
            switch way {
            case .body(let way):
                if let found = json.flatMap({ way.values(in: $0).first }) { return found }
            case .header(let name, nil):
                if let found = response.header(name), !found.isEmpty { return .string(found) }
            case .header(let name, let mark?):
                if let found = response.header(name).flatMap({ JSONPath.Way.word(of: $0, after: mark) }) { return .string(found) }
            }
        }
        return nil
    }
}
