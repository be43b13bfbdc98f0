// SPDX-License-Identifier: Apache-2.0
internal import CallModel
internal import Essentials
internal import Foundation
internal import StrictYAML

extension ConfigurationReader {
    func path(_ node: YAMLNode) throws(SourceProblem) -> String {
        let text = try node.text()
        guard !text.isEmpty else { throw node.problem("a path is expected here") }
        return text.hasPrefix("/") ? text : folder + "/" + text
    }

    func word<T>(_ node: YAMLNode, _ make: (String) -> T?, _ known: String) throws(SourceProblem) -> T {
        let text = try node.text()
        guard let value = make(text) else { throw node.problem("\"\(text)\" is not known here", fix: "known: \(known)") }
        return value
    }

    func texts(_ node: YAMLNode) throws(SourceProblem) -> [String: String] {
        var result: [String: String] = [:]
        for entry in try node.entries() { result[entry.key] = try entry.value.text() }
        return result
    }

    func zone(_ node: YAMLNode) throws(SourceProblem) -> String {
        try word(node, { TimeZone(identifier: $0) == nil ? nil : $0 }, "names of the time-zone database, such as Europe/Moscow")
    }

    func country(_ node: YAMLNode) throws(SourceProblem) -> String {
        try word(
            node, { $0.count == 2 && $0.allSatisfy { ("A"..."Z").contains($0) } ? $0 : nil }, "two capital letters of ISO 3166, such as RU")
    }

    func listener(_ node: YAMLNode) throws(SourceProblem) -> Configuration.Listener {
        let text = try node.text()
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]), (1...65_535).contains(port) else {
            throw node.problem("\"\(text)\" is no address and port", fix: "write it as 127.0.0.1:8480")
        }
        let host = text[..<colon].trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        guard !host.isEmpty else { throw node.problem("the address is missing", fix: "write it as 127.0.0.1:\(port)") }
        return Configuration.Listener(host: host, port: port)
    }

    /// `30 d`, `20 s`, `5 min`, `2 h`, `250 ms`.
    func duration(_ node: YAMLNode) throws(SourceProblem) -> Duration {
        let text = try node.text()
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text.dropFirst(digits.count).trimmingCharacters(in: .whitespaces)
        let factors: [String: Int64] = ["ms": 1, "s": 1_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000]
        guard let count = Int64(digits), count < 100_000_000, let factor = factors[unit] else {
            throw node.problem("\"\(text)\" is no duration", fix: "write a number and ms, s, min, h or d, such as 30 d")
        }
        return .milliseconds(count * factor)
    }

    func statuses(_ node: YAMLNode) throws(SourceProblem) -> [LeadStatus] {
        let allowed: [LeadStatus] = [.qualified, .needsCallback, .deferred]
        var result: [LeadStatus] = []
        for element in node.oneOrMany() {
            result.append(try word(element, { text in allowed.first { $0.rawValue == text } }, allowed.map(\.rawValue).joined(separator: ", ")))
        }
        return result
    }

    /// One reference or a list of them; a text is an inline secret and refused.
    func secrets(_ node: YAMLNode) throws(SourceProblem) -> [SecretReference] {
        var result: [SecretReference] = []
        for element in node.oneOrMany() { result.append(try secret(element)) }
        return result
    }

    func secret(_ node: YAMLNode) throws(SourceProblem) -> SecretReference {
        guard node.isMapping else {
            throw node.problem("secrets do not stand in this file", fix: "write {file: path} or {env: NAME}")
        }
        var fields = try node.fields()
        let file = fields.take("file")
        let variable = fields.take("env")
        let made = fields.take("made")
        try fields.finish()
        switch (file, variable, made) {
        case (let file?, nil, nil): return .file(try path(file))
        case (nil, let variable?, nil): return .environment(try variable.text())
        case (nil, nil, let made?): return .made(try plainName(made))
        default: throw node.problem("a secret has one place", fix: "write {file: path} or {env: NAME}")
        }
    }

    private func plainName(_ node: YAMLNode) throws(SourceProblem) -> String {
        try word(node, { $0.isEmpty || $0.contains("/") || $0.hasPrefix(".") ? nil : $0 }, "a plain file name in the data folder")
    }
}
