// SPDX-License-Identifier: Apache-2.0
import StrictYAML
import WireFormats

/// How an answer to many leads is taken apart: each has its own outcome, by its position, by the name we gave it, or by a key that the
/// CRM repeats. Never by the status of the whole.
struct Items: Sendable {
    enum By: String, Sendable, CaseIterable {
        case position
        /// The results are members of an object, named as `+named` named them.
        case name
        /// A place of each result holds the lead's key.
        case key
    }
    /// A list (or object) of results.
    struct Source: Sendable {
        var from: JSONPath
        var key: JSONPath?
    }
    var by: By
    /// Looked through in this order: results first, then what failed.
    var sources: [Source]
    /// A status inside each result; the whole's where there is none.
    var status: JSONPath?
    var take: [(name: String, path: JSONPath)]
    var message: JSONPath?
    var field: JSONPath?
    /// As `classify` of an operation, with the result as the body; what no row holds for is a `server_error`.
    var classify: [ClassRow]

    /// The name under which the lead at this position goes into a request.
    static func key(_ index: Int) -> String { "k\(index + 1)" }

    /// The outcome of each lead, in their order.
    func answers(_ response: CRMResponse, _ json: JSON, _ contexts: [RecipeContext]) -> [CRMAnswer] {
        contexts.indices.map { index in
            guard let result = result(in: json, index, contexts[index]) else {
                return CRMAnswer(class: .serverError, message: "the answer says nothing of this lead")
            }
            return answer(result, response, contexts[index])
        }
    }

    private func result(in json: JSON, _ index: Int, _ context: RecipeContext) -> JSON? {
        for source in sources {
            guard let found = source.from.value(in: json) else { continue }
            switch by {
            case .position: if let result = found[index], result != .null { return result }
            case .name: if let result = found[Items.key(index)] { return result }
            case .key:
                let key = context.payload["lead.key"]?.scalarText
                let path = source.key
                if let result = found.array?.first(where: { one in path?.values(in: one).contains { $0.scalarText == key } ?? false }) {
                    return result
                }
            }
        }
        return nil
    }

    private func answer(_ result: JSON, _ response: CRMResponse, _ context: RecipeContext) -> CRMAnswer {
        let status = status?.value(in: result)?.scalarText.flatMap { Int($0) } ?? response.status
        let part = CRMResponse(status: status, headers: response.headers, body: result.serialised())
        let row = classify.first { $0.holds(part, result) }
        var answer = CRMAnswer(class: row?.class ?? .serverError, wait: row?.wait?.duration(part, result, now: context.now))
        for (name, path) in take { answer.taken[name] = path.value(in: result) }
        guard !answer.class.isSuccess else { return answer }
        answer.message = message?.value(in: result).map { String(($0.scalarText ?? $0.text).prefix(500)) }
        answer.field = field?.value(in: result).map { String(($0.scalarText ?? $0.text).prefix(100)) }
        return answer
    }
}

extension Items {
    /// `{by: key, from: results, key: objectWriteTraceId, errors: {from: errors, key: "context.id[0]"}, take: …, classify: …}`.
    init(_ node: YAMLNode) throws(SourceProblem) {
        var fields = try node.fields()
        by = try fields.take("by").map { (node) throws(SourceProblem) in try RecipeReader.word(node) } ?? .position
        let key = try fields.take("key").map { (node) throws(SourceProblem) in try JSONPath(node) }
        sources = [Source(from: try JSONPath(try fields.require("from")), key: key)]
        if let errors = fields.take("errors") {
            var parts = try errors.fields()
            let from = try JSONPath(try parts.require("from"))
            sources.append(Source(from: from, key: try parts.take("key").map { (node) throws(SourceProblem) in try JSONPath(node) } ?? key))
            try parts.finish()
        }
        guard by != .key || sources.allSatisfy({ $0.key != nil }) else {
            throw node.problem("by: key needs the place of the key", fix: "add key: with its path in each result")
        }
        status = try fields.take("status").map { (node) throws(SourceProblem) in try JSONPath(node) }
        take = try Operation.paths(fields.take("take"))
        message = try fields.take("message").map { (node) throws(SourceProblem) in try JSONPath(node) }
        field = try fields.take("field").map { (node) throws(SourceProblem) in try JSONPath(node) }
        classify = try ClassRow.read(try fields.require("classify"))
        try fields.finish()
    }
}
