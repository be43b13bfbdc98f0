// SPDX-License-Identifier: Apache-2.0
import StrictYAML

extension PlanStep {
    init(_ node: YAMLNode, plan: String, _ places: inout RecipePlaces) throws(SourceProblem) {
        var fields = try node.fields()
        name = try fields.require("step").text()
        let first = fields.take("first")
        self.first = try first?.text()
        let does = fields.take("do")
        let otherwise = fields.take("else")
        guard let operation = does ?? otherwise, does == nil || otherwise == nil else {
            throw node.problem("a step names one operation", fix: "write do: operation, or first: look-up with else: operation")
        }
        self.operation = try operation.text()
        places.references.append((self.operation, "the plan of \(plan)", operation))
        if let first { places.references.append((try first.text(), "the plan of \(plan)", first)) }
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

extension Pace {
    /// `{rate: 2 per s, burst: 50, per day: 100000, windows: [190 per 10 s], concurrent: 4, timeout: 30 s}`.
    init(_ node: YAMLNode?) throws(SourceProblem) {
        self.init()
        guard let node else { return }
        var fields = try node.fields()
        if let rate = fields.take("rate") { perSecond = try Pace.rate(rate) }
        if let burst = fields.take("burst") { self.burst = try burst.integer(in: 1...100_000) }
        if let count = fields.take("per day") { perDay = try count.integer(in: 1...1_000_000_000) }
        if let count = fields.take("concurrent") { concurrent = try count.integer(in: 1...256) }
        if let timeout = fields.take("timeout") { self.timeout = try timeout.duration() }
        if let list = fields.take("windows") { for one in list.oneOrMany() { windows.append(try Pace.window(one)) } }
        try fields.finish()
    }

    /// `190 per 10 s`, `120 per 1 min`: no span of that length holds more.
    private static func window(_ node: YAMLNode) throws(SourceProblem) -> Window {
        let words = try node.text().split(separator: " ")
        let milliseconds: [Substring: Int64] = ["s": 1_000, "min": 60_000, "h": 3_600_000]
        guard words.count == 4, words[1] == "per", let limit = Int(words[0]), (1...100_000_000).contains(limit), let length = Int64(words[2]),
            (1...100_000).contains(length), let unit = milliseconds[words[3]]
        else { throw node.problem("the window is not readable", fix: "write it like 190 per 10 s, 120 per 1 min, 5000 per 24 h") }
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
