// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import StrictYAML

/// What may stand between braces in an answer: the first of its alternatives that has something.
struct AnswerSlot: Hashable, Sendable {
    enum Word: String, CaseIterable, Sendable {
        /// The verb that is carried out.
        case action
        /// The verdict's target at this PBX.
        case target
        case reason, say, score, group, rule, priority
        case call, leg, caller, line, agent, digits
        /// Digits of the caller's number, without plus.
        case callerDigits = "caller digits"
        case lineDigits = "line digits"
        /// Our id of the command.
        case command
        /// The public address of this source's hook, with its token; nothing while the source has no `base url`.
        case hook
        /// The path of that address alone: `/hooks/NAME/TOKEN`.
        case hookPath = "hook path"
    }

    enum Alternative: Hashable, Sendable {
        case word(Word)
        /// A sentence of the source or of the dialect.
        case text(String)
        case constant(String)
        /// A secret of the source, in the body of a command.
        case secret(String)
    }

    let alternatives: [Alternative]

    /// - Parameters:
    ///   - texts: names that the dialect's `texts:` declares.
    ///   - hasSecrets: whether `secret.NAME` may stand here: in commands alone.
    init(_ text: String, texts: Set<String>, hasSecrets: Bool = false) throws(TextProblem) {
        var alternatives: [Alternative] = []
        for part in text.split(separator: "|", omittingEmptySubsequences: false).map({ trimmed(String($0)) }) {
            if hasSecrets, part.hasPrefix("secret."), part.utf8.count > 7 {
                alternatives.append(.secret(String(part.dropFirst(7))))
            } else {
                alternatives.append(try AnswerSlot.alternative(part, texts: texts))
            }
        }
        self.alternatives = alternatives
    }

    private static func alternative(_ text: String, texts: Set<String>) throws(TextProblem) -> Alternative {
        if text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") { return .constant(String(text.dropFirst().dropLast())) }
        if text.hasPrefix("text.") {
            let name = String(text.dropFirst(5))
            guard texts.contains(name) else {
                throw TextProblem("nothing fills {text.\(name)}", fix: "declare \"\(name)\" under texts:")
            }
            return .text(name)
        }
        guard let word = Word(rawValue: text) else {
            throw TextProblem("nothing fills {\(text)}", fix: AnswerSlot.fix(for: text))
        }
        return .word(word)
    }

    /// What is known before any call comes: the target and texts; `nil` for anything else.
    func known(target: String?, _ source: SourceProfile, _ texts: [String: String]) -> String? {
        for alternative in alternatives {
            let found: String? =
                switch alternative {
                case .word(.target): target
                case .text(let name): source.texts[name] ?? texts[name]
                case .constant(let text): text
                case .word, .secret: nil
                }
            if let found, !found.isEmpty { return found }
        }
        return nil
    }

    var secret: String? {
        for case .secret(let name) in alternatives { return name }
        return nil
    }

    private static func fix(for text: String) -> String {
        let words = Word.allCases.map(\.rawValue)
        if let near = nearest(to: text, among: words) { return "did you mean {\(near)}?" }
        return "known here: \(words.joined(separator: ", ")), text.NAME"
    }
}

/// All that an answer can be filled from.
struct AnswerContext {
    let action: Action
    let target: String?
    let verdict: Verdict?
    let event: CallEvent
    let source: SourceProfile
    let texts: [String: String]
    let commandID: String

    func text(_ slot: AnswerSlot) -> String? {
        for alternative in slot.alternatives {
            let found: String? =
                switch alternative {
                case .constant(let text): text
                case .text(let name): source.texts[name] ?? texts[name]
                case .word(let word): text(word)
                case .secret(let name): source.keys[name]?.last.map { String(decoding: $0.bytes, as: UTF8.self) }
                }
            if let found, !found.isEmpty { return found }
        }
        return nil
    }

    private func text(_ word: AnswerSlot.Word) -> String? {
        switch word {
        case .action: action.rawValue
        case .target: target
        case .reason: verdict?.reason?.code
        case .say: verdict?.say
        case .score: verdict?.score.map(String.init)
        case .group: verdict?.group
        case .rule: verdict?.rule
        case .priority: verdict?.priority
        case .call: event.callID
        case .leg: event.legID
        case .caller: event.caller?.number?.e164
        case .callerDigits: event.caller?.number.map { String($0.digits) }
        case .line: event.line
        case .lineDigits: event.line.map { String(decoding: $0.utf8.filter { (0x30...0x39).contains($0) }, as: UTF8.self) }
        case .agent: event.agent
        case .digits: event.digits
        case .command: commandID
        case .hook: source.publicBase.map { $0 + source.hookPath }
        case .hookPath: source.hookPath
        }
    }
}

extension SourceProfile {
    /// Where this source's webhooks arrive. The newest token stands in it.
    var hookPath: String {
        let token = secrets["token"]?.last { !$0.isEmpty }
        return "/hooks/\(name)" + (token.map { "/" + $0.reveal() } ?? "")
    }
}
