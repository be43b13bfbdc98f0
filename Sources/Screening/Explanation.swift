// SPDX-License-Identifier: Apache-2.0

/// Why a decision is what it is; computed again from the facts whenever it is asked for (RULES.md 4.9).
public struct Explanation: Sendable, Hashable, Codable {
    /// One fact that the hit rule tested.
    public struct Because: Sendable, Hashable, Codable {
        public let fact: String
        public let label: String
        /// The fact's value in words.
        public let value: String
        /// The cell, in words.
        public let test: String
    }

    /// A rule that one fact kept from deciding.
    public struct NearMiss: Sendable, Hashable, Codable {
        public let rule: String
        public let fact: String
        /// The fact's value in words; "unknown" when it has none.
        public let now: String
        public let test: String
    }

    /// The whole decision in a sentence.
    public let sentence: String
    public let because: [Because]
    /// At most three, in the order of the table.
    public let near: [NearMiss]
    /// The smallest single change that would have qualified the call, or that there is none; only for refusals at `brief`.
    public let counterfactual: String?
}
