// SPDX-License-Identifier: Apache-2.0

/// How a table comes from the rules that hold to one result: the hit policies of DMN in plain words (RULES.md 4.4).
public enum HitPolicy: String, Hashable, Sendable, CaseIterable {
    /// FIRST: the first in the order of the file.
    case first
    /// UNIQUE: at most one may hold.
    case onlyOne = "only one"
    /// ANY: all that hold must say the same.
    case agree
    /// PRIORITY: the best outcome in the order of `outputs`.
    case best
    /// COLLECT: the set of tags.
    case all
    /// COLLECT SUM, from `start`.
    case sum
    case min
    case max
    case count

    /// Gives one rule's outputs, rather than a number or a set made of several.
    public var isSingleHit: Bool {
        switch self {
        case .first, .onlyOne, .agree, .best: true
        case .all, .sum, .min, .max, .count: false
        }
    }
}
