// SPDX-License-Identifier: Apache-2.0
internal import CallModel
internal import Essentials
internal import StrictYAML

extension ConfigurationReader {
    func source(_ entry: YAMLNode.Entry) throws(SourceProblem) -> Configuration.Source {
        try checkName(entry, "source")
        var fields = try entry.value.fields()
        var source = Configuration.Source(name: entry.key, dialect: try fields.require("dialect").text())
        for secret in try fields.take("secrets")?.entries() ?? [] { source.secrets[secret.key] = try secrets(secret.value) }
        if let node = fields.take("token") { source.token = try secret(node) }
        if let node = fields.take("zone") { source.zone = try zone(node) }
        if let node = fields.take("country") { source.country = try country(node) }
        source.publicBase = try fields.text("base url")
        if let node = fields.take("watch") { source.watch = try node.yesNo() }
        if let node = fields.take("tolerance") { source.tolerance = try duration(node) }
        if let node = fields.take("facts") { source.facts = try texts(node) }
        if let node = fields.take("texts") { source.texts = try texts(node) }
        if let node = fields.take("command url") { source.commandBase = try commandBase(node) }
        if let node = fields.take("recording link") { source.recordingLink = try recordingLink(node) }
        if let node = fields.take("quiet after") { source.quietAfter = try duration(node) }
        let verbs = Action.allowed(at: .ring).map(\.rawValue).joined(separator: ", ")
        for pair in try fields.take("substitutes")?.entries() ?? [] {
            guard let verb = Action(rawValue: pair.key), Action.allowed(at: .ring).contains(verb) else {
                throw pair.value.problem("\"\(pair.key)\" is no call-time answer", fix: "known: \(verbs)")
            }
            source.substitutes[verb] = try word(
                pair.value, { Action(rawValue: $0).flatMap { Action.allowed(at: .ring).contains($0) ? $0 : nil } }, verbs)
        }
        try fields.finish()
        return source
    }

    private func commandBase(_ node: YAMLNode) throws(SourceProblem) -> String {
        try word(
            node, { $0.hasPrefix("https://") && $0.hasSuffix("/") ? $0 : nil }, "an address like https://api.example/v1/ with a slash at the end")
    }

    private func recordingLink(_ node: YAMLNode) throws(SourceProblem) -> String {
        try word(
            node, { $0.hasPrefix("https://") && $0.contains("{recording}") ? $0 : nil }, "an address like https://pbx.example/records/{recording}")
    }

    func line(_ entry: YAMLNode.Entry) throws(SourceProblem) -> Configuration.Line {
        let digits = entry.key.hasSuffix("*") ? entry.key.dropLast() : entry.key[...]
        guard digits.hasPrefix("+"), digits.dropFirst().allSatisfy({ $0.isASCII && $0.isNumber }), digits.count > 1 else {
            throw SourceProblem(
                file: entry.value.file, line: entry.keyPlace.line, column: entry.keyPlace.column, message: "\"\(entry.key)\" is no called number",
                fix: "write it in quotes with + and country code, such as \"+74950000101\"; a * at the end stands for any digits")
        }
        var fields = try entry.value.fields()
        var line = Configuration.Line(number: entry.key, name: try fields.require("name").text())
        line.source = try fields.text("source")
        if let node = fields.take("zone") { line.zone = try zone(node) }
        if let node = fields.take("country") { line.country = try country(node) }
        line.rules = try fields.text("rules")
        line.channel = try fields.text("channel")
        line.group = try fields.text("group")
        if let node = fields.take("watch") { line.watch = try node.yesNo() }
        if let node = fields.take("hours") { line.hours = try WorkingHours(reading: node) }
        try fields.finish()
        return line
    }

    func account(_ entry: YAMLNode.Entry) throws(SourceProblem) -> Configuration.Account {
        try checkName(entry, "account")
        var fields = try entry.value.fields()
        var account = Configuration.Account(name: entry.key, recipe: try fields.require("recipe").text())
        for address in fields.take("allow address")?.oneOrMany() ?? [] { account.allowedAddresses.append(try address.text()) }
        if let node = fields.take("hook secret") { account.hookSecret = try secrets(node) }
        if let node = fields.take("hook token") { account.hookToken = try secret(node) }
        if let node = fields.take("mapping") { account.mapping = try texts(node) }
        for rest in fields.rest() {
            if rest.value.isScalar {
                account.fields[rest.key] = try rest.value.text()
            } else {
                account.secrets[rest.key] = try secrets(rest.value)
            }
        }
        return account
    }

    /// Names stand in addresses and in the log, so they are kept plain.
    private func checkName(_ entry: YAMLNode.Entry, _ kind: String) throws(SourceProblem) {
        let allowed = entry.key.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
        guard !entry.key.isEmpty, entry.key.count <= 64, allowed else {
            throw SourceProblem(
                file: entry.value.file, line: entry.keyPlace.line, column: entry.keyPlace.column,
                message: "\"\(entry.key)\" can't be the name of a \(kind)", fix: "use letters a-z, digits, - and _")
        }
    }
}
