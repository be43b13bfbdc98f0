// SPDX-License-Identifier: Apache-2.0
import CallModel
import Foundation

/// What the readers of rule files say, in Russian. A text that is not in the tables stays English, so that nothing is lost.
enum Translation {
    /// A message of a reader; it may begin with the rule that it is about.
    static func wording(_ message: String) -> Wording {
        if message.hasPrefix("rule \""), let end = message.range(of: "\": ") {
            let name = message[message.index(message.startIndex, offsetBy: 6)..<end.lowerBound]
            let rest = String(message[end.upperBound...])
            return Wording([.en: message, .ru: "правило «\(name)»: \(translated(rest, ReaderTexts.messages) ?? rest)"])
        }
        return Wording([.en: message, .ru: translated(message, ReaderTexts.messages) ?? message])
    }

    /// What would be right; texts to put into the file are the same in all languages.
    static func wording(fix: String) -> Wording { Wording([.en: fix, .ru: translated(fix, ReaderTexts.fixes) ?? fix]) }

    private static func translated(_ text: String, _ table: [(String, String)]) -> String? {
        for (english, russian) in table {
            guard let parts = match(text, english) else { continue }
            return parts.enumerated().reduce(russian) { $0.replacing("{\($1.offset + 1)}", with: $1.element) }
        }
        return nil
    }

    /// What stands for each `%` of a pattern; `nil` when the text does not fit it.
    private static func match(_ text: String, _ pattern: String) -> [Substring]? {
        let fixed = pattern.split(separator: "%", omittingEmptySubsequences: false)
        guard let first = fixed.first, text.hasPrefix(first) else { return nil }
        var rest = text.dropFirst(first.count)
        var parts: [Substring] = []
        for (index, piece) in fixed.dropFirst().enumerated() {
            let isLast = index == fixed.count - 2
            if isLast {
                guard rest.hasSuffix(piece) else { return nil }
                parts.append(rest.dropLast(piece.count))
                return parts
            }
            guard let place = rest.range(of: String(piece)) else { return nil }
            parts.append(rest[..<place.lowerBound])
            rest = rest[place.upperBound...]
        }
        return rest.isEmpty ? parts : nil
    }
}
