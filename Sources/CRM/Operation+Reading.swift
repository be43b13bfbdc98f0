// SPDX-License-Identifier: Apache-2.0
import StrictYAML

extension Operation {
    private static let methods = ["get", "post", "put", "patch", "delete"]

    /// Reads `lead.create: {post: path, json: …}`.
    init(_ name: String, _ node: YAMLNode) throws(SourceProblem) {
        var fields = try node.fields()
        self.name = name
        var found: (method: String, path: Template)?
        for method in Operation.methods {
            guard let path = fields.take(method) else { continue }
            guard found == nil else {
                throw path.problem("an operation has one method", fix: "keep one of \(Operation.methods.joined(separator: ", "))")
            }
            found = (method.uppercased(), try Template(path))
        }
        guard let found else {
            throw node.problem("the operation has no method", fix: "write one of \(Operation.methods.joined(separator: ", ")), with its path")
        }
        (method, path) = found
        query = try RecipeReader.named(fields.take("query"))
        headers = try RecipeReader.named(fields.take("headers"))
        body = try Operation.body(&fields)
        take = try Operation.take(fields.take("take"))
        pick = try fields.take("pick").map { (node) throws(SourceProblem) in try Pick(node) }
        isIdempotent = try fields.take("idempotent")?.yesNo() ?? (method == "GET")
        onUnknown = try OnUnknown(fields.take("on unknown"), isIdempotent: isIdempotent, node)
        classify = try ClassRow.read(fields.take("classify"))
        try fields.finish()
    }

    static func body(_ fields: inout YAMLFields) throws(SourceProblem) -> BodyTemplate {
        let json = fields.take("json")
        let form = fields.take("form")
        if let json, form != nil { throw json.problem("a request has one body", fix: "keep json or form") }
        if let json { return .json(try Template(json)) }
        if let form { return .form(try RecipeReader.named(form)) }
        return .none
    }

    static func take(_ node: YAMLNode?) throws(SourceProblem) -> [(name: String, path: JSONPath)] {
        guard let node else { return [] }
        var out: [(name: String, path: JSONPath)] = []
        for entry in try node.entries() { out.append((entry.key, try JSONPath(entry.value))) }
        return out
    }
}

extension OnUnknown {
    /// Without the key: `repeat` for what is idempotent; everything else must say it.
    init(_ node: YAMLNode?, isIdempotent: Bool, _ operation: YAMLNode) throws(SourceProblem) {
        guard let node else {
            guard isIdempotent else {
                throw operation.problem(
                    "an operation that is not idempotent must say what follows an unknown outcome", fix: "add on unknown: look up, skip or hold")
            }
            self = .repeat
            return
        }
        guard node.isScalar else {
            self = .lookUp(try LookUp(node))
            return
        }
        switch try node.text() {
        case "repeat":
            guard isIdempotent else {
                throw node.problem(
                    "only an idempotent operation may be repeated", fix: "say idempotent: yes, if the CRM keeps one record, or look up")
            }
            self = .repeat
        case "skip": self = .skip
        case "hold": self = .hold
        case let other:
            throw node.problem("\"\(other)\" is no way to leave an unknown outcome", fix: "repeat, skip, hold, or {look: operation, after: 2 s}")
        }
    }
}

extension LookUp {
    init(_ node: YAMLNode) throws(SourceProblem) {
        var fields = try node.fields()
        operation = try fields.require("look").text()
        after = try fields.take("after")?.duration() ?? .zero
        again = try fields.take("again after")?.duration()
        then = try fields.take("then").map { (node) throws(SourceProblem) in try RecipeReader.word(node) } ?? .hold
        try fields.finish()
    }
}

extension PlanStep {
    init(_ node: YAMLNode) throws(SourceProblem) {
        var fields = try node.fields()
        name = try fields.require("step").text()
        first = try fields.text("first")
        let does = fields.take("do")
        let otherwise = fields.take("else")
        guard let operation = does ?? otherwise, does == nil || otherwise == nil else {
            throw node.problem("a step names one operation", fix: "write do: operation, or first: look-up with else: operation")
        }
        self.operation = try operation.text()
        needs = []
        if let node = fields.take("needs") { for one in node.oneOrMany() { needs.append(try one.text()) } }
        conditions = try Condition.read(fields.take("if"), negated: false) + Condition.read(fields.take("unless"), negated: true)
        try fields.finish()
    }
}

extension Condition {
    /// `if: lead.phone`, or `if: {lead.status: [WON, LOST]}`.
    static func read(_ node: YAMLNode?, negated: Bool) throws(SourceProblem) -> [Condition] {
        guard let node else { return [] }
        guard node.isMapping else {
            var out: [Condition] = []
            for one in node.oneOrMany() { out.append(Condition(name: try one.text(), negated: negated)) }
            return out
        }
        var out: [Condition] = []
        for entry in try node.entries() {
            var values: [String] = []
            for one in entry.value.oneOrMany() { values.append(try one.text()) }
            out.append(Condition(name: entry.key, values: values, negated: negated))
        }
        return out
    }
}

extension Pick {
    init(_ node: YAMLNode) throws(SourceProblem) {
        var fields = try node.fields()
        from = try JSONPath(try fields.require("from"))
        conditions = []
        for entry in try fields.take("where")?.entries() ?? [] {
            guard let path = JSONPath(entry.key) else { throw entry.value.problem("\"\(entry.key)\" is no path") }
            conditions.append((path, try Template(entry.value)))
        }
        take = try Operation.take(try fields.require("take"))
        try fields.finish()
    }
}

extension Pace {
    /// `{rate: 2 per s, burst: 50, concurrent: 4, timeout: 30 s}`.
    init(_ node: YAMLNode?) throws(SourceProblem) {
        self.init()
        guard let node else { return }
        var fields = try node.fields()
        if let rate = fields.take("rate") { perSecond = try Pace.rate(rate) }
        if let burst = fields.take("burst") { self.burst = try burst.integer(in: 1...100_000) }
        if let count = fields.take("concurrent") { concurrent = try count.integer(in: 1...256) }
        if let timeout = fields.take("timeout") { self.timeout = try timeout.duration() }
        if let list = fields.take("windows") { for one in list.oneOrMany() { windows.append(try Pace.window(one)) } }
        try fields.finish()
    }

    /// `190 per 10 s`, `250000 per 24 h`: no span of that length holds more.
    private static func window(_ node: YAMLNode) throws(SourceProblem) -> Window {
        let words = try node.text().split(separator: " ")
        let milliseconds: [Substring: Int64] = ["s": 1_000, "min": 60_000, "h": 3_600_000]
        guard words.count == 4, words[1] == "per", let limit = Int(words[0]), (1...100_000_000).contains(limit), let length = Int64(words[2]),
            (1...100_000).contains(length), let unit = milliseconds[words[3]]
        else { throw node.problem("the window is not readable", fix: "write it like 190 per 10 s, 250000 per 24 h") }
        return Window(limit: limit, span: .milliseconds(length * unit))
    }

    private static func rate(_ node: YAMLNode) throws(SourceProblem) -> Double {
        let words = try node.text().split(separator: " ")
        let seconds: [Substring: Double] = ["s": 1, "min": 60, "h": 3600, "d": 86_400]
        guard words.count == 3, words[1] == "per", let count = Double(words[0]), count > 0, count < 1e6, let unit = seconds[words[2]] else {
            throw node.problem("the rate is not readable", fix: "write it like 2 per s, 100 per min, 1000 per h")
        }
        return count / unit
    }
}
