// SPDX-License-Identifier: Apache-2.0
import CallModel
import StrictYAML

/// Reads `answer:`.
struct AnswerSection {
    struct Command {
        var base: String
        var signature: CommandTemplate.Signature
        var within: Duration
    }

    struct Result {
        var plan: AnswerPlan
        var within: Duration
        var onFailure: FailOpen
    }

    static func read(_ node: YAMLNode) throws(SourceProblem) -> Result {
        var fields = try node.fields()
        let within = try fields.require("within").duration()
        let onFailure = try fields.take("on failure").map { node throws(SourceProblem) in try failOpen(node) } ?? .unavailable503
        var texts: [String: String] = [:]
        for entry in try fields.take("texts").map({ node throws(SourceProblem) in try node.entries() }) ?? [] {
            texts[entry.key] = try entry.value.text()
        }
        let command = try fields.take("command").map { node throws(SourceProblem) in try self.command(node) }
        let section = AnswerSection(texts: Set(texts.keys), command: command)
        let verbs = try fields.take("verbs").map { node throws(SourceProblem) in try section.verbs(node) } ?? [:]
        var points: [String: [Action: AnswerPlan.Verb]] = [:]
        for entry in try fields.take("points").map({ node throws(SourceProblem) in try node.entries() }) ?? [] {
            points[entry.key] = try section.verbs(entry.value)
        }
        try fields.finish()
        let plan = AnswerPlan(points: points, verbs: verbs, texts: texts)
        try checkAllVerbs(plan, node)
        return Result(plan: plan, within: within, onFailure: onFailure)
    }

    private let texts: Set<String>
    private let command: Command?

    private static func failOpen(_ node: YAMLNode) throws(SourceProblem) -> FailOpen {
        enum Words: String, CaseIterable { case unavailable, answer }
        return try node.word(Words.self) == .answer ? .presetAnswer : .unavailable503
    }

    private static func checkAllVerbs(_ plan: AnswerPlan, _ node: YAMLNode) throws(SourceProblem) {
        for point in plan.points.isEmpty ? [nil] : plan.points.keys.sorted().map(Optional.some) {
            for action in Action.allowed(at: .ring) where plan.verb(action, at: point) == nil {
                let place = point.map { " at \($0)" } ?? ""
                throw node.problem("nothing is said for \"\(action.rawValue)\"\(place)", fix: "add \(action.rawValue): {substitute: answer}")
            }
        }
        if plan.isAnswerSubstituted {
            throw node.problem(
                "answer can't be substituted: it is what all else falls back to", fix: "say how a call is let through, or write nothing")
        }
    }

    private func verbs(_ node: YAMLNode) throws(SourceProblem) -> [Action: AnswerPlan.Verb] {
        var verbs: [Action: AnswerPlan.Verb] = [:]
        let allowed = Action.allowed(at: .ring)
        for entry in try node.entries() {
            guard let action = allowed.first(where: { $0.rawValue == entry.key }) else {
                let words = allowed.map(\.rawValue)
                throw SourceProblem(
                    file: node.file, line: entry.keyPlace.line, column: entry.keyPlace.column, message: "\"\(entry.key)\" is no verb of ring",
                    fix: nearest(to: entry.key, among: words).map { "did you mean \"\($0)\"?" } ?? "known: \(words.joined(separator: ", "))")
            }
            verbs[action] = try verb(entry.value)
        }
        return verbs
    }

    private static let methods = ["post", "put", "patch", "delete", "get"]

    private func verb(_ node: YAMLNode) throws(SourceProblem) -> AnswerPlan.Verb {
        if case .sequence(let items) = node.content {
            let isCommands = items.allSatisfy { item in ((try? item.entries()) ?? []).contains { AnswerSection.methods.contains($0.key) } }
            return isCommands && !items.contains(where: hasCondition) ? .commands(try commands(items)) : .forms(try forms(items, node))
        }
        if node.isScalar {
            guard try node.text() == "nothing" else {
                throw node.problem("an answer is expected here", fix: "write nothing, {substitute: VERB}, a reply or a command")
            }
            return .nothing
        }
        var fields = try node.fields()
        if let other = fields.take("substitute") {
            try fields.finish()
            let action = try other.word(Action.self)
            guard Action.allowed(at: .ring).contains(action) else { throw other.problem("\"\(action.rawValue)\" is no verb of ring") }
            return .substitute(action)
        }
        if let command = try command(&fields) {
            try fields.finish()
            return .commands([command])
        }
        let reply = try ReplySection<AnswerSlot>(slot: slot).reply(&fields, node)
        try fields.finish()
        return .reply(reply)
    }

    private func command(_ fields: inout YAMLFields) throws(SourceProblem) -> CommandTemplate? {
        for method in AnswerSection.methods {
            guard let path = fields.take(method) else { continue }
            guard let command else { throw path.problem("commands have no address", fix: "add command: {base: https://…} under answer:") }
            let section = ReplySection<AnswerSlot>(slot: commandSlot)
            return CommandTemplate(
                method: method.uppercased(), base: command.base, path: try section.template(path),
                json: try fields.take("json").map { node throws(SourceProblem) in try section.tree(node) },
                signature: command.signature, within: command.within)
        }
        return nil
    }

    private func commands(_ items: [YAMLNode]) throws(SourceProblem) -> [CommandTemplate] {
        var commands: [CommandTemplate] = []
        for item in items {
            var fields = try item.fields()
            if let command = try command(&fields) { commands.append(command) }
            try fields.finish()
        }
        return commands
    }

    private func hasCondition(_ item: YAMLNode) -> Bool { ((try? item.entries()) ?? []).contains { $0.key == "when" } }

    /// `[{when: {target: busy}, …}, {…}]`, or `do:` beside `when:` for what is no block of fields.
    private func forms(_ items: [YAMLNode], _ node: YAMLNode) throws(SourceProblem) -> [AnswerPlan.Form] {
        var forms: [AnswerPlan.Form] = []
        for item in items {
            let entries = try item.entries()
            let rest = entries.filter { $0.key != "when" }
            let body = rest.count == 1 && rest[0].key == "do" ? rest[0].value : YAMLNode(content: .mapping(rest), place: item.place, file: item.file)
            forms.append(AnswerPlan.Form(conditions: try conditions(entries.first { $0.key == "when" }?.value), verb: try verb(body)))
        }
        guard let last = forms.last, last.conditions.isEmpty else {
            throw node.problem("no form is left when none of these conditions holds", fix: "add a last form without when:")
        }
        if let early = forms.dropLast().firstIndex(where: \.conditions.isEmpty) {
            throw items[early + 1].problem("this form is never reached: the one before it has no when:", fix: "put it before that one")
        }
        return forms
    }

    private func conditions(_ node: YAMLNode?) throws(SourceProblem) -> [(slot: AnswerSlot, test: Condition.Test)] {
        var conditions: [(slot: AnswerSlot, test: Condition.Test)] = []
        for entry in try node?.entries() ?? [] {
            let key = YAMLNode(content: .scalar(entry.key, quoted: false), place: entry.keyPlace, file: entry.value.file)
            let slot = try slot(entry.key, key)
            for alternative in slot.alternatives {
                if case .word(let word) = alternative, word != .target {
                    throw key.problem("\"\(entry.key)\" can't be asked here", fix: "a form is chosen by target and text.NAME alone")
                }
            }
            conditions.append((slot, try ConditionSection(scope: PathScope()).test(entry.value)))
        }
        return conditions
    }

    private func slot(_ text: String, _ node: YAMLNode) throws(SourceProblem) -> AnswerSlot {
        try located(node) { () throws(TextProblem) in try AnswerSlot(text, texts: texts) }
    }

    private func commandSlot(_ text: String, _ node: YAMLNode) throws(SourceProblem) -> AnswerSlot {
        try located(node) { () throws(TextProblem) in try AnswerSlot(text, texts: texts, hasSecrets: true) }
    }

    private static func command(_ node: YAMLNode) throws(SourceProblem) -> Command {
        var fields = try node.fields()
        let base = try fields.require("base")
        let address = try base.text()
        guard address.hasPrefix("https://"), address.hasSuffix("/") else {
            throw base.problem("\"\(address)\" is no base address", fix: "write https://host/path/ with a slash at the end")
        }
        let signature = try fields.take("sign").map { node throws(SourceProblem) in try self.signature(node) } ?? .none
        let within = try fields.require("within").duration()
        try fields.finish()
        return Command(base: address, signature: signature, within: within)
    }

    private static func signature(_ node: YAMLNode) throws(SourceProblem) -> CommandTemplate.Signature {
        var fields = try node.fields()
        let scheme = try fields.require("scheme")
        let signature: CommandTemplate.Signature
        switch try scheme.text() {
        case "mango-sha256": signature = .mango(key: try fields.text("key") ?? "api_key", salt: try fields.text("salt") ?? "api_salt")
        case "bearer": signature = .bearer(secret: try fields.text("secret") ?? "api_token")
        case "basic": signature = .basic(user: try fields.text("user") ?? "api_user", password: try fields.text("secret") ?? "api_password")
        case let other: throw scheme.problem("commands can't be signed by \"\(other)\"", fix: "known: mango-sha256, bearer, basic")
        }
        try fields.finish()
        return signature
    }
}
