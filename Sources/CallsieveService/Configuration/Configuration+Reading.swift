// SPDX-License-Identifier: Apache-2.0
internal import CallModel
internal import Essentials
internal import Foundation
public import StrictYAML

extension Configuration {
    /// Reads `callsieve.yaml`. Strict: unknown keys, wrong types and inline secrets are problems with line and fix.
    /// - Parameter path: the file; relative paths in it are relative to its folder.
    /// - Throws: the first `SourceProblem`. Blocks on the disk.
    public static func load(path: String) throws(SourceProblem) -> Configuration {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else {
            throw SourceProblem(file: path, message: "there is no such file", fix: "name another with --config, or leave it out to run on defaults")
        }
        guard ((attributes[.size] as? NSNumber)?.intValue ?? 0) <= 1_000_000 else {
            throw SourceProblem(file: path, message: "larger than 1 MB", fix: "is it the right file?")
        }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw SourceProblem(file: path, message: "can't be read as text", fix: "save it as UTF-8 and check its owner")
        }
        let folder = (path as NSString).deletingLastPathComponent
        return try read(text, file: path, folder: folder.isEmpty ? "." : folder)
    }

    /// The same from a text; pure.
    public static func read(_ text: String, file: String, folder: String) throws(SourceProblem) -> Configuration {
        let node = try YAMLNode.parse(text, file: file)
        var reader = ConfigurationReader(folder: folder)
        var configuration = try reader.configuration(node)
        configuration.file = file
        return configuration
    }
}

/// Turns the tree into the value, one block a function.
struct ConfigurationReader {
    let folder: String

    mutating func configuration(_ node: YAMLNode) throws(SourceProblem) -> Configuration {
        var fields = try node.fields()
        var result = Configuration()
        let format = try fields.require("format")
        guard try format.text() == "1" else { throw format.problem("this version reads format 1", fix: "format: 1") }
        if let node = fields.take("listen") { result.listener = try listener(node) }
        if let node = fields.take("data") { result.dataFolder = try path(node) } else { result.dataFolder = folder + "/data" }
        if let node = fields.take("rules") { result.rulesFolder = try path(node) } else { result.rulesFolder = folder + "/rules" }
        result.defaultRules = try fields.text("default rules")
        if let node = fields.take("language") { result.language = try word(node, Language.init(rawValue:), "en or ru") }
        if let node = fields.take("zone") { result.zone = try zone(node) }
        if let node = fields.take("country") { result.country = try country(node) }
        for entry in try fields.take("sources")?.entries() ?? [] { result.sources.append(try source(entry)) }
        for entry in try fields.take("lines")?.entries() ?? [] { result.lines.append(try line(entry)) }
        for entry in try fields.take("targets")?.entries() ?? [] { result.targets[entry.key] = try texts(entry.value) }
        if let node = fields.take("agents") { result.agents = try texts(node) }
        if let node = fields.take("deliver") { result.deliver = try statuses(node) }
        for entry in try fields.take("accounts")?.entries() ?? [] { result.accounts.append(try account(entry)) }
        if result.accounts.isEmpty { result.accounts = [Configuration.Account(name: "book", recipe: "salesbook")] }
        let defaultAccount = fields.take("default account")
        result.defaultAccount = try defaultAccount?.text() ?? result.accounts[0].name
        let groups = fields.take("groups")
        if let groups { result.groups = try texts(groups) }
        if let node = fields.take("allow list") { result.allowList = try path(node) }
        try durations(&fields, into: &result)
        if let node = fields.take("log level") { result.logLevel = try word(node, { levels.contains($0) ? $0 : nil }, levels.joined(separator: ", ")) }
        try fields.finish()
        try checkReferences(result, defaultAccount: defaultAccount, groups: groups, root: node)
        return result
    }

    private var levels: [String] { ["trace", "debug", "info", "notice", "warning", "error", "critical"] }

    private func durations(_ fields: inout YAMLFields, into result: inout Configuration) throws(SourceProblem) {
        if let node = fields.take("lead window") { result.leadWindow = try duration(node) }
        if let node = fields.take("hangup grace") { result.hangupGrace = try duration(node) }
        if let node = fields.take("briefing grace") { result.briefingGrace = try duration(node) }
        if let node = fields.take("keep raw") { result.rawRetention = try duration(node) }
    }

    /// Names that must exist elsewhere in the same file.
    private func checkReferences(
        _ result: Configuration, defaultAccount: YAMLNode?, groups: YAMLNode?, root: YAMLNode
    ) throws(SourceProblem) {
        let accounts = result.accounts.map(\.name)
        guard accounts.contains(result.defaultAccount) else {
            throw (defaultAccount ?? root).problem(
                "there is no account \"\(result.defaultAccount)\"", fix: "known accounts: \(accounts.joined(separator: ", "))")
        }
        for entry in try groups?.entries() ?? [] where !accounts.contains(result.groups[entry.key] ?? "") {
            throw entry.value.problem("group \"\(entry.key)\" goes to an account that is not there", fix: "known accounts: \(accounts.joined(separator: ", "))")
        }
    }
}
