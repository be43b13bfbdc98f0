// SPDX-License-Identifier: Apache-2.0
import CallModel
import Decisions
import Essentials
import Foundation
import RuleFiles

/// Turns what the service states into the facts of a program.
struct FactLoading {
    let folder: RuleFolder

    enum Loaded {
        case value(Int64)
        case text(String)
        case declined
        case unreadable
    }

    func load(_ input: FactInput, into fact: FactDeclaration) -> Loaded {
        switch input {
        case .declined: return .declined
        case .text(let text): return load(text, fact)
        case .integer(let number):
            switch fact.type {
            case .text, .choice: return load(String(number), fact)
            case .duration: return scaled(String(number), places: 3)
            default: return scaled(String(number), places: fact.type.places, of: fact)
            }
        case .decimal(let text): return fact.type == .duration ? scaled(text, places: 3) : scaled(text, places: fact.type.places, of: fact)
        case .yesNo(let isTrue): return fact.type == .yesNo ? .value(isTrue ? 1 : 0) : load(isTrue ? "yes" : "no", fact)
        case .duration(let duration): return fact.type == .duration && duration >= .zero ? .value(duration.milliseconds) : .unreadable
        case .phone(let number):
            if fact.type == .text { return .text(folded(number.e164)) }
            return fact.type == .phone ? DigitKey.key(number.digits).map { .value($0) } ?? .unreadable : .unreadable
        case .words(let words): return load(words: words, fact)
        }
    }

    private func load(_ text: String, _ fact: FactDeclaration) -> Loaded {
        switch fact.type {
        case .text: return text.isEmpty ? .unreadable : .text(folded(text))
        case .choice: return fact.number(of: text).map { .value(Int64($0)) } ?? .unreadable
        case .tags: return load(words: text.split(separator: ",").map { String($0) }, fact)
        case .count, .number, .days, .money: return scaled(text, places: fact.type.places, of: fact)
        default: return (try? ValueReader(fact: fact).read(text)).map { .value($0) } ?? .unreadable
        }
    }

    private func scaled(_ text: String, places: Int, of fact: FactDeclaration? = nil) -> Loaded {
        guard let value = DecimalText.value(text, places: places) else { return .unreadable }
        if case .scale(let domain)? = fact?.domain, !domain.contains(value) { return .unreadable }
        if fact == nil, value < 0 { return .unreadable }
        switch fact?.type {
        case nil, .count, .number, .days, .money, .duration: return .value(value)
        default: return .unreadable
        }
    }

    /// Tags that no rule names can make no difference.
    private func load(words: [String], _ fact: FactDeclaration) -> Loaded {
        if fact.type == .choice, words.count == 1 { return load(words[0], fact) }
        guard fact.type == .tags else { return .unreadable }
        let bits = words.compactMap { fact.number(of: $0) }.reduce(UInt64(0)) { $0 | 1 << UInt64($1) }
        return .value(Int64(bitPattern: bits))
    }
}
