// SPDX-License-Identifier: Apache-2.0

/// The outputs of a rule that are one value each.
public enum Output: Int, Hashable, Sendable, CaseIterable {
    case then, reason, group, to, within, priority, say
}

/// What a rule gives for one output. Words are numbers that the maker of the table understands.
public enum Term: Hashable, Sendable {
    case nothing
    case word(Int64)
    /// The word that belongs to the value of a choice; `nil`: that value gives none.
    case by(fact: Int, words: [Int64?])
    /// Milliseconds from the event until `milliseconds` before the day that a fact names (a date, or days from now).
    case before(milliseconds: Int64, fact: Int, isDate: Bool)
}

/// Everything that one rule says when it hits.
public struct Outcome: Hashable, Sendable {
    /// Indexed by `Output.rawValue`.
    public var terms: [Term]
    public var tags: [Int64]
    /// The number of a rule in a table that sums, one in a table that counts, or the value it gives: as the given fact's number.
    public var number: Int64

    public init(terms: [Output: Term] = [:], tags: [Int64] = [], number: Int64 = 0) {
        self.terms = Output.allCases.map { terms[$0] ?? .nothing }
        self.tags = tags
        self.number = number
    }

    /// - Parameter terms: one an output, in the order of `Output`.
    public init(inOrder terms: [Term], tags: [Int64], number: Int64) {
        self.terms = terms
        self.tags = tags
        self.number = number
    }

    public subscript(_ output: Output) -> Term { terms[output.rawValue] }
}

/// A row: all its cells must hold.
public struct Rule: Hashable, Sendable {
    public var name: String
    /// One cell a fact at the most; facts without a cell may be anything.
    public var cells: [Int: Cell]
    public var outcome: Outcome
    /// Days on which the rule is in force; `nil`: always.
    public var inForce: ClosedRange<Int64>?

    public init(name: String, cells: [Int: Cell], outcome: Outcome, inForce: ClosedRange<Int64>? = nil) {
        self.name = name
        self.cells = cells
        self.outcome = outcome
        self.inForce = inForce
    }
}

/// A decision table over facts that are known by their index.
public struct Table: Hashable, Sendable {
    public enum Role: Hashable, Sendable {
        /// Its hit is the decision of a moment.
        case decides
        /// Its result becomes the value of this fact.
        case gives(Int)
    }

    public var name: String
    public var role: Role
    public var policy: HitPolicy
    /// `when unknown: ask`.
    public var asks: Bool
    public var rules: [Rule]
    public var otherwise: Outcome?
    /// What a sum begins with, as the fact's number.
    public var start: Int64 = 0
    /// Clamps a number once, at the end.
    public var limits: ClosedRange<Int64>?
    /// For `best`: values of `then` (or of the given fact), best first.
    public var ranking: [Int64] = []
    /// Days on which the table exists; `nil`: always.
    public var inForce: ClosedRange<Int64>?

    public init(name: String, role: Role, policy: HitPolicy, asks: Bool = false, rules: [Rule], otherwise: Outcome? = nil) {
        self.name = name
        self.role = role
        self.policy = policy
        self.asks = asks
        self.rules = rules
        self.otherwise = otherwise
    }
}
