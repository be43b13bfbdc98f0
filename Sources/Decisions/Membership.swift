// SPDX-License-Identifier: Apache-2.0

/// A list that cells ask about (`in list`). Each entry may have a last day on which it counts.
public enum Membership: Hashable, Sendable {
    /// Telephone numbers and blocks of them, as digits.
    case digits(PrefixList)
    /// Days since 1970-01-01 → last day on which the entry counts.
    case days([Int64: Int64])
    /// Folded texts → last day.
    case texts([String: Int64])
    /// For a choice: by the number of its word, the last day; `Int64.min`: not in the list.
    case words([Int64])

    /// Some entry has a last day.
    var hasEnds: Bool {
        switch self {
        case .digits(let list): list.hasEnds
        case .days(let entries): entries.values.contains { $0 != .max }
        case .texts(let entries): entries.values.contains { $0 != .max }
        case .words(let ends): ends.contains { $0 != .max && $0 != .min }
        }
    }

    /// For a fact that is known.
    func contains(fact: Int, in facts: FactVector) -> Bool {
        switch self {
        case .digits(let list): return list.longest(facts.values[fact], on: facts.day) != nil
        case .days(let entries): return (entries[facts.values[fact]] ?? .min) >= facts.day
        case .texts(let entries): return (entries[facts.text(fact)] ?? .min) >= facts.day
        case .words(let ends):
            let word = Int(facts.values[fact])
            return ends.indices.contains(word) && ends[word] != .min && ends[word] >= facts.day
        }
    }
}
