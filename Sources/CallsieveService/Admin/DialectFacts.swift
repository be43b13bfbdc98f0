// SPDX-License-Identifier: Apache-2.0
public import CallModel
public import PBX
public import WireFormats

/// What a dialect can do, for people.
public struct DialectFacts: Sendable {
    private let dialect: Dialect

    public init(_ dialect: Dialect) { self.dialect = dialect }

    /// How calls are answered, in some words.
    public func answers(_ language: Language) -> String {
        let carried = Set(dialect.capabilities.verbs.values)
        if carried.contains(.command) { return language == .en ? "by commands" : "командами" }
        if carried.contains(.reply) { return language == .en ? "in the reply" : "в ответе" }
        return language == .en ? "no" : "нет"
    }

    public func lines(_ language: Language) -> [String] {
        let isEnglish = language == .en
        func line(_ english: String, _ russian: String, _ text: String) -> String { "\(isEnglish ? english : russian): \(text)" }
        let capabilities = dialect.capabilities
        let nothing = isEnglish ? "none" : "нет"
        var lines = [
            "\(dialect.name): \(dialect.title)",
            line("events", "события", capabilities.kinds.map(\.rawValue).joined(separator: ", ")),
            line("schemes", "проверка", capabilities.schemes.joined(separator: ", ")),
            line("secrets", "секреты", dialect.secretNames.isEmpty ? nothing : dialect.secretNames.joined(separator: ", ")),
            line("answers", "ответы", answers(language)),
        ]
        for verb in Action.allowed(at: .ring) {
            guard let carriage = capabilities.verbs[verb] else { continue }
            lines.append("    \(verb.rawValue): \(words(carriage, isEnglish))")
        }
        if !dialect.texts.isEmpty { lines.append(line("texts", "тексты", dialect.texts.keys.sorted().joined(separator: ", "))) }
        var needs: [String] = []
        if capabilities.needsPublicBase { needs.append("base url") }
        if capabilities.needsZone { needs.append("zone") }
        if capabilities.needsAnswerTarget { needs.append("targets: {answer: …}") }
        if !needs.isEmpty { lines.append(line("a source needs", "источнику нужно", needs.joined(separator: ", "))) }
        return lines
    }

    private func words(_ carriage: Capabilities.Carriage, _ isEnglish: Bool) -> String {
        switch carriage {
        case .reply: isEnglish ? "in the reply" : "в ответе"
        case .command: isEnglish ? "by a command" : "командой"
        case .nothing: isEnglish ? "the PBX goes on by itself" : "АТС продолжает сама"
        case .substitute(let other): isEnglish ? "not possible; \(other.rawValue) instead" : "невозможно; вместо этого \(other.rawValue)"
        }
    }

    public var json: JSON {
        let verbs = Action.allowed(at: .ring).compactMap { verb in
            dialect.capabilities.verbs[verb].map { JSON.Member(verb.rawValue, .string(words($0, true))) }
        }
        return [
            "name": .string(dialect.name), "title": .string(dialect.title), "hash": .string(dialect.hash),
            "events": .array(dialect.capabilities.kinds.map { .string($0.rawValue) }),
            "schemes": .array(dialect.capabilities.schemes.map { .string($0) }), "secrets": .array(dialect.secretNames.map { .string($0) }),
            "verbs": .object(verbs), "texts": .array(dialect.texts.keys.sorted().map { .string($0) }),
        ]
    }
}
